package dev.perigee.core.access;

import dev.perigee.core.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes and checks what entitles a request to be told how it is served: the value of a header, good for one host, one path
 * with its query, and a while. It is an HMAC under a key that only the system's owner and its edges have.
 */
public final class DebugPass {
    public static final String HEADER = "Perigee-Debug";
    public static final int KEY_BYTES = 32;
    public static final long VALID_SECONDS_MAX = 86_400;

    private static final String ALGORITHM = "HmacSHA256";
    /** Ten digits of a time, a dot, 32 octets in base64. */
    private static final int LENGTH = 54;

    private static final int DIGITS = 10;

    private final SecretKeySpec key;

    public DebugPass(byte[] key) {
        if (key.length != KEY_BYTES) throw new IllegalArgumentException("a key for passes has " + KEY_BYTES + " bytes");
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /** Passes that nobody can make: for edges whose owner has no key. */
    public static DebugPass ephemeral() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return new DebugPass(key);
    }

    /**
     * A pass.
     *
     * @param host in lower case, without port
     * @param target path and query as they will be sent
     * @param expires seconds since 1970 from which on it is not good any more
     */
    public String issue(String host, String target, long expires) {
        String time = Long.toString(expires);
        if (time.length() != DIGITS) throw new IllegalArgumentException("no pass can expire at " + expires);
        return time + '.' + signature(time, host, target);
    }

    /** Whether this is a pass for this request now. */
    public boolean covers(RequestHead request, String pass, long nowSeconds) {
        if (pass.length() != LENGTH || pass.charAt(DIGITS) != '.') return false;
        long expires = 0;
        for (int i = 0; i < DIGITS; i++) {
            char c = pass.charAt(i);
            if (c < '0' || c > '9') return false;
            expires = expires * 10 + (c - '0');
        }
        if (expires <= nowSeconds || expires > nowSeconds + VALID_SECONDS_MAX) return false;
        String good = signature(pass.substring(0, DIGITS), request.host(), request.target());
        // The time that this takes says nothing of how much is right.
        return MessageDigest.isEqual(octets(good), octets(pass.substring(DIGITS + 1)));
    }

    private String signature(String time, String host, String target) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            // None of these can have a line end in it.
            byte[] made = mac.doFinal(octets("perigee-debug-1\n" + time + '\n' + host + '\n' + target));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(made);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
        return "DebugPass";
    }
}
