package dev.perigee.testkit;

import dev.perigee.core.http.Fields;
import java.util.List;

/** How the end of a message's content is told (RFC 9112 section 6.3). */
sealed interface Framing {
    record None() implements Framing {}

    record Length(long bytes) implements Framing {}

    record Chunked() implements Framing {}

    record UntilClose() implements Framing {}

    static Framing ofRequest(Fields fields) throws MalformedHttp {
        Framing framing = declared(fields);
        return framing instanceof UntilClose ? new None() : framing;
    }

    static Framing ofResponse(String method, int status, Fields fields) throws MalformedHttp {
        Framing declared = declared(fields);
        if (method.equals("HEAD") || status / 100 == 1 || status == 204 || status == 304) return new None();
        return declared;
    }

    private static Framing declared(Fields fields) throws MalformedHttp {
        List<String> codings = fields.all("Transfer-Encoding");
        List<String> lengths = fields.all("Content-Length");
        if (!codings.isEmpty() && !lengths.isEmpty()) throw new MalformedHttp("both framings:\n" + fields);
        if (codings.size() > 1 || lengths.size() > 1) throw new MalformedHttp("framing said twice:\n" + fields);
        if (!codings.isEmpty()) {
            if (!codings.getFirst().equals("chunked")) throw new MalformedHttp("coding " + codings.getFirst());
            return new Chunked();
        }
        if (lengths.isEmpty()) return new UntilClose();
        String length = lengths.getFirst();
        if (!length.matches("[0-9]{1,18}")) throw new MalformedHttp("length " + length);
        return new Length(Long.parseLong(length));
    }
}
