package dev.perigee.edge.origin;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.ResponseHead;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What a decoded response head says about its framing (RFC 9112 section 6.3), or why it is not accepted. */
sealed interface ResponseStart {
    /**
     * An answer to pass on.
     *
     * @param head end-to-end fields only
     * @param length of the content, or -1
     * @param untilClose whether only the end of the connection ends the content
     * @param persistent whether the connection can be used again
     */
    record Accepted(ResponseHead head, long length, boolean untilClose, boolean persistent) implements ResponseStart {}

    record Refused(String reason) implements ResponseStart {}

    /** Fields of one connection (RFC 9110 section 7.6.1), never passed on. */
    Set<String> HOP_BY_HOP =
            Set.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "te", "trailer", "upgrade");

    /** Digits of a Content-Length that fit a long. */
    int LENGTH_DIGITS_MAX = 18;

    static ResponseStart of(HttpResponse response, boolean answersHead) {
        if (response.decoderResult().isFailure()) {
            return new Refused("head: " + response.decoderResult().cause().getMessage());
        }
        int status = response.status().code();
        if (status < 200 || status > 599) return new Refused("status " + status);
        HttpHeaders headers = response.headers();
        boolean http11 = response.protocolVersion().equals(HttpVersion.HTTP_1_1);
        List<String> lengths = headers.getAll(HttpHeaderNames.CONTENT_LENGTH);
        List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!codings.isEmpty()) {
            if (!http11) return new Refused("Transfer-Encoding in HTTP/1.0");
            if (!lengths.isEmpty()) return new Refused("Transfer-Encoding with Content-Length");
            if (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
                return new Refused("Transfer-Encoding other than chunked");
            }
        }
        if (lengths.size() > 1 || (!lengths.isEmpty() && !isLength(lengths.getFirst()))) {
            return new Refused("Content-Length");
        }
        boolean empty = answersHead || status == 204 || status == 304;
        boolean untilClose = !empty && codings.isEmpty() && lengths.isEmpty();
        boolean persistent = http11 && !untilClose && !headers.containsValue(HttpHeaderNames.CONNECTION, "close", true);
        long length = empty ? 0 : lengths.isEmpty() ? -1 : Long.parseLong(lengths.getFirst());
        return new Accepted(new ResponseHead(status, endToEnd(headers)), length, untilClose, persistent);
    }

    /** The head of a 101 that agrees to a WebSocket. */
    static ResponseStart ofSwitch(HttpResponse response) {
        HttpHeaders headers = response.headers();
        boolean agreed = headers.containsValue(HttpHeaderNames.UPGRADE, "websocket", true)
                && headers.containsValue(HttpHeaderNames.CONNECTION, "upgrade", true)
                && headers.contains(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT);
        if (!agreed) return new Refused("status 101 without the fields of a WebSocket");
        return new Accepted(new ResponseHead(101, endToEnd(headers)), -1, false, false);
    }

    private static boolean isLength(String value) {
        if (value.isEmpty() || value.length() > LENGTH_DIGITS_MAX) return false;
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < '0' || value.charAt(i) > '9') return false;
        }
        return true;
    }

    private static Fields endToEnd(HttpHeaders headers) {
        Set<String> named = Set.of();
        if (headers.contains(HttpHeaderNames.CONNECTION)) {
            named = new HashSet<>();
            for (String line : headers.getAll(HttpHeaderNames.CONNECTION)) {
                for (String name : line.split(",", -1)) named.add(name.strip().toLowerCase(Locale.ROOT));
            }
            // Framing is no option of a connection; without it a HEAD answer would lose its meaning.
            named.remove("content-length");
        }
        Fields.Builder fields = Fields.builder(headers.size());
        for (Map.Entry<String, String> line : headers) {
            String name = line.getKey().toLowerCase(Locale.ROOT);
            if (!HOP_BY_HOP.contains(name) && !named.contains(name)) {
                fields.add(KnownNames.shared(line.getKey()), line.getValue());
            }
        }
        return fields.build();
    }
}
