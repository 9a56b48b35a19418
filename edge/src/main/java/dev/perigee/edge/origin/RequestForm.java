package dev.perigee.edge.origin;

import dev.perigee.core.http.Fields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request as bytes. Nothing leaves that could be read as another line or another request: characters are
 * checked one by one, and the framing fields are written here and nowhere else.
 */
final class RequestForm {
    /** Of the viewer's connection or written below. Expect was answered on the viewer's side. */
    private static final Set<String> NOT_FORWARDED = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "transfer-encoding",
            "content-length",
            "te",
            "trailer",
            "upgrade",
            "expect");

    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    private RequestForm() {}

    /** Why this request cannot be written, or null. */
    static @Nullable String fault(OriginRequest request) {
        if (!isToken(request.method())) return "method";
        String target = request.target();
        if (!target.startsWith("/") && !target.equals("*")) return "target is not in origin form";
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c == 0x7f || c > 0xff) return "character in the target";
        }
        Fields fields = request.fields();
        for (int i = 0; i < fields.size(); i++) {
            if (!isToken(fields.name(i))) return "field name";
            if (!isValue(fields.value(i))) return "character in field " + fields.name(i);
        }
        String host = fields.first("Host");
        return host == null || host.isBlank() || fields.count("Host") > 1 ? "not one Host" : null;
    }

    /**
     * The head, ready to be sent.
     *
     * @param contentLength -1 for chunked content, or null when there is none
     */
    static ByteBuf write(ByteBufAllocator allocator, OriginRequest request, @Nullable Long contentLength) {
        ByteBuf head = allocator.buffer(512);
        text(head, request.method());
        head.writeByte(' ');
        text(head, request.target());
        text(head, " HTTP/1.1\r\n");
        Fields fields = request.fields();
        for (int i = 0; i < fields.size(); i++) {
            if (!NOT_FORWARDED.contains(fields.name(i).toLowerCase(Locale.ROOT))) {
                line(head, fields.name(i), fields.value(i));
            }
        }
        if (contentLength != null && contentLength < 0) {
            line(head, "Transfer-Encoding", "chunked");
        } else if (contentLength != null) {
            line(head, "Content-Length", Long.toString(contentLength));
        } else if (definesContent(request.method())) {
            // RFC 9110 section 8.6: a method that expects content says that there is none.
            line(head, "Content-Length", "0");
        }
        if (request.upgrade()) line(head, "Upgrade", "websocket");
        line(head, "Connection", request.upgrade() ? "Upgrade" : "Keep-Alive");
        return head.writeByte('\r').writeByte('\n');
    }

    private static boolean definesContent(String method) {
        return switch (method) {
            case "POST", "PUT", "PATCH" -> true;
            default -> false;
        };
    }

    private static void line(ByteBuf head, String name, String value) {
        text(head, name);
        head.writeByte(':').writeByte(' ');
        text(head, value);
        head.writeByte('\r').writeByte('\n');
    }

    /** Octets came in as ISO 8859-1 and leave as they came. */
    private static void text(ByteBuf head, String text) {
        head.writeCharSequence(text, StandardCharsets.ISO_8859_1);
    }

    private static boolean isToken(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!alphanumeric && TOKEN_MARKS.indexOf(c) < 0) return false;
        }
        return !name.isEmpty();
    }

    private static boolean isValue(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) return false;
        }
        return true;
    }
}
