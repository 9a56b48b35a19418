package dev.perigee.edge.net;

import dev.perigee.core.http.Field;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.serve.Rejection;
import dev.perigee.edge.EdgeLimits;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request that nobody has sent, read by the same rules as one of HTTP/1.1 that somebody has.
 *
 * @param head null when it is refused
 * @param refusal null when it is not
 */
public record DryHead(
        @Nullable RequestHead head,
        boolean hasContent,
        @Nullable Rejection refusal) {
    /**
     * Reads.
     *
     * @param fields besides Host, unless Host is among them
     */
    public static DryHead read(EdgeLimits limits, String method, String target, String host, List<Field> fields) {
        StringBuilder text = new StringBuilder();
        text.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
        if (fields.stream().noneMatch(field -> field.name().equalsIgnoreCase("Host")))
            text.append("Host: ").append(host).append("\r\n");
        for (Field field : fields)
            text.append(field.name()).append(": ").append(field.value()).append("\r\n");
        byte[] bytes = text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        if (target.length() > limits.requestLineBytesMax()) return new DryHead(null, false, Rejection.URL_TOO_LONG);
        if (bytes.length > limits.headBytesMax()) return new DryHead(null, false, Rejection.HEAD_TOO_LARGE);
        HeadParser parser = new HeadParser(limits);
        parser.parse(bytes, 0, bytes.length);
        RequestHead head = parser.head();
        Rejection refusal = parser.refusal();
        if (head != null) return new DryHead(head, parser.framing().hasContent(), null);
        return new DryHead(null, false, refusal == null ? Rejection.MALFORMED : refusal);
    }
}
