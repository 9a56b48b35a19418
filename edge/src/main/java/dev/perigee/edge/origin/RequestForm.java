package dev.perigee.edge.origin;

import dev.perigee.core.http.Fields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request as bytes. Nothing leaves that could be read as another line or another request: characters are
 * checked one by one, and the framing fields are written here and nowhere else.
 */
final class RequestForm {
    private static final boolean[] TOKEN = HeadReader.token();

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
        StringBuilder head = new StringBuilder(640);
        head.append(request.method()).append(' ').append(request.target()).append(" HTTP/1.1\r\n");
        Fields fields = request.fields();
        for (int i = 0; i < fields.size(); i++) {
            if (isForwarded(fields.name(i))) line(head, fields.name(i), fields.value(i));
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
        // Octets came in as ISO 8859-1 and leave as they came.
        byte[] octets = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        return allocator.directBuffer(octets.length).writeBytes(octets);
    }

    /** Not what is of the viewer's connection or written above. Expect was answered on the viewer's side. */
    private static boolean isForwarded(String name) {
        return !switch (name.length()) {
            case 2 -> Fields.sameName(name, "TE");
            case 6 -> Fields.sameName(name, "Expect");
            case 7 -> Fields.sameName(name, "Trailer") || Fields.sameName(name, "Upgrade");
            case 10 -> Fields.sameName(name, "Connection") || Fields.sameName(name, "Keep-Alive");
            case 14 -> Fields.sameName(name, "Content-Length");
            case 16 -> Fields.sameName(name, "Proxy-Connection");
            case 17 -> Fields.sameName(name, "Transfer-Encoding");
            default -> false;
        };
    }

    private static boolean definesContent(String method) {
        return switch (method) {
            case "POST", "PUT", "PATCH" -> true;
            default -> false;
        };
    }

    private static void line(StringBuilder head, String name, String value) {
        head.append(name).append(": ").append(value).append("\r\n");
    }

    private static boolean isToken(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c > 0xff || !TOKEN[c]) return false;
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
