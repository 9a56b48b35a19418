package dev.perigee.core.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The opening handshake of the WebSocket protocol (RFC 6455 section 4), as far as an intermediary has to know it. */
public final class WebSocketHandshake {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    /** 16 octets in base64. */
    private static final int KEY_LENGTH = 24;

    private WebSocketHandshake() {}

    /**
     * Whether the request opens a WebSocket, by every rule of RFC 6455 section 4.2.1. A request that only looks like it is
     * an ordinary one: its Upgrade goes nowhere, so that no origin takes up what the edge did not mean.
     */
    public static boolean isRequested(RequestHead request) {
        Fields fields = request.fields();
        return fields.has("Upgrade")
                && request.method().equals("GET")
                && request.version() == HttpVersion.HTTP_1_1
                && "websocket".equalsIgnoreCase(fields.joined("Upgrade"))
                && names(fields.joined("Connection"), "upgrade")
                && "13".equals(fields.joined("Sec-WebSocket-Version"))
                && isKey(fields.joined("Sec-WebSocket-Key"));
    }

    /** Whether a 101 agrees to what was requested (section 4.2.2). */
    public static boolean isAccepted(RequestHead request, Fields response) {
        String key = request.fields().first("Sec-WebSocket-Key");
        return key != null && accept(key).equals(response.joined("Sec-WebSocket-Accept"));
    }

    /** The Sec-WebSocket-Accept that answers a key. */
    public static String accept(String key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            byte[] digest = sha1.digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    /** Puts the viewer's fields of the handshake into the request for the origin. */
    public static void copy(Fields request, Fields.Builder toOrigin) {
        for (String name : new String[] {
            "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions"
        }) {
            String value = request.joined(name);
            if (value != null) toOrigin.set(name, value);
        }
    }

    private static boolean isKey(@Nullable String key) {
        if (key == null || key.length() != KEY_LENGTH) return false;
        try {
            return Base64.getDecoder().decode(key).length == 16;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static boolean names(@Nullable String list, String option) {
        if (list == null) return false;
        for (String member : list.split(",", -1)) {
            if (member.strip().equalsIgnoreCase(option)) return true;
        }
        return false;
    }
}
