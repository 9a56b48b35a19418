package dev.perigee.testkit;

import dev.perigee.core.http.Fields;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What comes in answer to a request on a stream; refuses what RFC 9113 and RFC 9114 forbid alike. */
final class StreamAnswer {
    private final Exchange exchange;
    private final String method;
    private final List<Integer> statuses = new ArrayList<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private Fields head = Fields.EMPTY;
    private boolean begun;

    StreamAnswer(Exchange exchange, String method) {
        this.exchange = exchange;
        this.method = method;
    }

    Exchange exchange() {
        return exchange;
    }

    /** A field section before the content. */
    void head(Fields fields) throws MalformedHttp {
        if (fields.size() == 0 || !fields.name(0).equals(":status")) throw new MalformedHttp("no status:\n" + fields);
        Fields.Builder regular = Fields.builder(fields.size());
        for (int i = 1; i < fields.size(); i++) {
            String name = fields.name(i);
            boolean lower = name.equals(name.toLowerCase(Locale.ROOT));
            if (!lower || !WireReader.isToken(name)) throw new MalformedHttp("field name " + name);
            switch (name) {
                case "connection", "keep-alive", "transfer-encoding", "upgrade", "proxy-connection" ->
                    throw new MalformedHttp("field of a connection: " + name);
                default -> regular.add(name, fields.value(i));
            }
        }
        int status = Integer.parseInt(fields.value(0));
        statuses.add(status);
        exchange.mayContinue(status == 100);
        if (status < 200) return;
        head = regular.build();
        begun = true;
        exchange.headCame(status);
    }

    void content(byte[] octets) throws MalformedHttp {
        if (!begun) throw new MalformedHttp("content before a head");
        if (octets.length > 0 && method.equals("HEAD")) throw new MalformedHttp("content in answer to HEAD");
        exchange.contentCame(octets);
        body.writeBytes(octets);
    }

    /** The stream has ended as it should. */
    void end() throws MalformedHttp {
        if (!begun) throw new MalformedHttp("the end before a head");
        String length = head.first("content-length");
        int status = statuses.getLast();
        boolean none = method.equals("HEAD") || status == 204 || status == 304;
        if (length != null && !none && Long.parseLong(length) != body.size()) {
            throw new MalformedHttp("content-length " + length + ", but " + body.size() + " octets came");
        }
        complete(true);
    }

    /** The stream, or its connection, ended before that. */
    void broken(Throwable why) {
        if (!begun || why instanceof MalformedHttp) exchange.fail(why);
        else complete(false);
    }

    private void complete(boolean whole) {
        List<Integer> interim = statuses.subList(0, statuses.size() - 1);
        exchange.complete(new Response(statuses.getLast(), head, body.toByteArray(), whole, interim));
    }
}
