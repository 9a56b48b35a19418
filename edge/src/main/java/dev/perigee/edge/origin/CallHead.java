package dev.perigee.edge.origin;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.edge.http2.FieldForm;
import dev.perigee.edge.net.hpack.HpackField;
import dev.perigee.edge.net.hpack.HpackWriter;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One field section of an origin's answer: its head, or what follows the content (RFC 9113 sections 8.1 and 8.3.2). */
final class CallHead implements Consumer<HpackField> {
    private static final int SCHEME_HTTPS = 7;
    private static final int FIELDS_MAX = 256;

    private final int bytesMax;
    private final Fields.Builder fields = Fields.builder(16);
    private int octets;
    private int lines;
    private int status;
    private long length = -1;
    private @Nullable String fault;

    CallHead(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    @Override
    public void accept(HpackField field) {
        String name = field.name();
        String value = field.value();
        octets += name.length() + value.length() + 4;
        // Beyond the limit fields are only counted, so that a small section cannot make a large answer.
        if (octets < 0 || octets > bytesMax || ++lines > FIELDS_MAX) {
            octets = bytesMax + 1;
            fault = "more fields than are accepted";
        }
        if (fault == null) fault = take(name, value);
    }

    private @Nullable String take(String name, String value) {
        if (name.equals(":status")) return status(value);
        if (!FieldForm.isName(name) || FieldForm.isOfConnection(name) || name.equals("te")) return "field " + name;
        if (!FieldForm.isValue(value)) return "character in field " + name;
        if (name.equals("content-length")) {
            boolean again = length >= 0;
            length = parsed(value, 18);
            // What it says is compared with what comes; the viewer's side frames by itself.
            return again || length < 0 ? "content-length" : null;
        }
        if (!name.equals("trailer")) fields.add(name, value);
        return null;
    }

    private @Nullable String status(String value) {
        if (status != 0 || lines > 1) return "status after other fields";
        status = value.length() == 3 ? (int) parsed(value, 3) : -1;
        return status < 100 || status == 101 ? "status " + value : null;
    }

    private static long parsed(String value, int digitsMax) {
        if (value.isEmpty() || value.length() > digitsMax) return -1;
        long number = 0;
        for (int i = 0; i < value.length(); i++) {
            int digit = value.charAt(i) - '0';
            if (digit < 0 || digit > 9) return -1;
            number = 10 * number + digit;
        }
        return number;
    }

    /** What is wrong with it, or null. */
    @Nullable
    String fault() {
        return fault;
    }

    /** Whether it is a head, of an interim answer too, and not trailers. */
    boolean hasStatus() {
        return status != 0;
    }

    boolean isInterim() {
        return status >= 100 && status < 200;
    }

    /** Content-Length, or -1. */
    long length() {
        return length;
    }

    ResponseHead head() {
        return new ResponseHead(status, fields.build());
    }

    /** Without what only the edge says, and what would not have got through in a head. */
    Fields trailers() {
        Fields all = fields.build();
        Fields.Builder kept = Fields.builder(all.size());
        for (int i = 0; i < all.size(); i++) {
            String name = all.name(i);
            boolean own = name.startsWith("x-amz-cf-") || name.startsWith("x-edge-") || name.equals("x-cache");
            if (!own && !name.equals("set-cookie")) kept.add(name, all.value(i));
        }
        return kept.build();
    }

    /**
     * The section of a request.
     *
     * @param length of the content, or -1 when it is unknown or there is none
     */
    static byte[] write(OriginRequest request, long length, boolean noTable) {
        HpackWriter section = new HpackWriter();
        if (noTable) section.noTable();
        Fields fields = request.fields();
        String host = fields.first("Host");
        section.field(":method", request.method())
                .indexed(SCHEME_HTTPS)
                .field(":authority", host == null ? request.serverName() : host)
                .field(":path", request.target());
        for (int i = 0; i < fields.size(); i++) {
            String name = fields.name(i).toLowerCase(Locale.ROOT);
            if (isForwarded(name)) section.field(name, fields.value(i).strip());
        }
        if (length >= 0) section.field("content-length", Long.toString(length));
        // Without it servers of gRPC take the way for one that drops trailers.
        return section.field("te", "trailers").toBytes();
    }

    private static boolean isForwarded(String name) {
        return !FieldForm.isOfConnection(name)
                && switch (name) {
                    case "host", "te", "trailer", "expect", "content-length" -> false;
                    default -> true;
                };
    }
}
