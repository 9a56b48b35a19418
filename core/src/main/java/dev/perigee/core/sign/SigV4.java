package dev.perigee.core.sign;

import dev.perigee.core.http.Field;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * AWS Signature Version 4, for signing and for verifying: canonical request, string to sign, signature. Nothing here
 * reads a clock or touches a socket; the request is a value, its body is present as a hash only.
 */
public final class SigV4 {
    public static final String ALGORITHM = "AWS4-HMAC-SHA256";

    /** The hash that stands for a body that is not part of the signature. */
    public static final String UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";

    /** SHA-256 of nothing. */
    public static final String EMPTY_PAYLOAD = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private static final String TERMINATOR = "aws4_request";
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final HexFormat HEX = HexFormat.of();

    private SigV4() {}

    /**
     * What is signed.
     *
     * @param rawPath as on the request line, percent-encoded
     * @param rawQuery as on the request line, without the question mark
     * @param headers for signing exactly those to sign, for verifying any superset
     * @param payloadHash lower-case hex SHA-256 of the body, or one of the words that AWS defines in its place
     */
    public record Request(
            String method, String rawPath, @Nullable String rawQuery, List<Field> headers, String payloadHash) {
        public Request {
            headers = List.copyOf(headers);
        }
    }

    /** A key pair; prints without its secret. */
    public record Credentials(String accessKeyId, String secret) {
        @Override
        public String toString() {
            return "Credentials[" + accessKeyId + "]";
        }
    }

    /** What a signing key is derived for: the day as {@code yyyyMMdd}, the region and the service. */
    public record Scope(String day, String region, String service) {
        @Override
        public String toString() {
            return day + "/" + region + "/" + service + "/" + TERMINATOR;
        }
    }

    /** The value of {@code X-Amz-Date} for a moment. */
    public static String timestamp(Instant now) {
        return TIMESTAMP.format(now);
    }

    /**
     * The value of the Authorization header. Every header of the request is signed; {@code Host} and
     * {@code X-Amz-Date} (with the {@link #timestamp} of {@code now}) must be among them.
     */
    public static String sign(Request request, Credentials credentials, String service, String region, Instant now) {
        String timestamp = timestamp(now);
        TreeSet<String> names = new TreeSet<>();
        for (Field header : request.headers()) names.add(lower(header.name()));
        if (!names.contains("host") || !names.contains("x-amz-date")) {
            throw new IllegalArgumentException("a signed request needs Host and X-Amz-Date, got " + names);
        }
        Scope scope = new Scope(timestamp.substring(0, 8), region, service);
        List<String> signed = List.copyOf(names);
        return ALGORITHM + " Credential=" + credentials.accessKeyId() + "/" + scope + ", SignedHeaders="
                + String.join(";", signed) + ", Signature="
                + signature(request, signed, timestamp, scope, credentials.secret());
    }

    /**
     * The signature of a request, in lower-case hex.
     *
     * @param signedHeaders lower-case names in the order in which they were signed
     * @param timestamp the {@code X-Amz-Date} of the request
     */
    public static String signature(
            Request request, List<String> signedHeaders, String timestamp, Scope scope, String secret) {
        String canonical = canonicalRequest(request, signedHeaders, scope.service());
        return HEX.formatHex(hmac(signingKey(secret, scope), stringToSign(canonical, timestamp, scope)));
    }

    /** Whether a request carries the signature that this secret gives it; takes the same time wherever they differ. */
    public static boolean verify(Request request, SigV4Claim claim, String secret) {
        Request signed = asSigned(request, claim);
        String expected = signature(signed, claim.signedHeaders(), claim.timestamp(), claim.scope(), secret);
        return MessageDigest.isEqual(ascii(expected), ascii(claim.signature()));
    }

    /** The request without the signature itself. */
    static Request asSigned(Request request, SigV4Claim claim) {
        if (!claim.presigned()) return request;
        return new Request(
                request.method(),
                request.rawPath(),
                withoutSignature(request.rawQuery()),
                request.headers(),
                request.payloadHash());
    }

    public static String canonicalRequest(Request request, List<String> signedHeaders, String service) {
        StringBuilder text = new StringBuilder(512);
        text.append(request.method()).append('\n');
        text.append(canonicalPath(request.rawPath(), service)).append('\n');
        text.append(canonicalQuery(request.rawQuery())).append('\n');
        for (String name : signedHeaders) {
            text.append(name).append(':');
            appendValues(text, request.headers(), name);
            text.append('\n');
        }
        text.append('\n').append(String.join(";", signedHeaders)).append('\n');
        return text.append(request.payloadHash()).toString();
    }

    public static String stringToSign(String canonicalRequest, String timestamp, Scope scope) {
        return ALGORITHM + "\n" + timestamp + "\n" + scope + "\n" + sha256(ascii(canonicalRequest));
    }

    /** Lower-case hex SHA-256. */
    public static String sha256(byte[] bytes) {
        try {
            return HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** S3 keys may hold anything, so S3 alone signs the path as it is sent; the others normalise it and encode again. */
    private static String canonicalPath(String rawPath, String service) {
        if (rawPath.isEmpty()) return "/";
        return service.equals("s3") ? rawPath : Percent.encode(withoutDots(rawPath), true);
    }

    private static String withoutDots(String path) {
        List<String> kept = new ArrayList<>();
        for (String segment : path.split("/", -1)) {
            if (segment.equals("..")) {
                if (!kept.isEmpty()) kept.removeLast();
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                kept.add(segment);
            }
        }
        if (kept.isEmpty()) return "/";
        boolean folder = path.endsWith("/") || path.endsWith("/.") || path.endsWith("/..");
        return "/" + String.join("/", kept) + (folder ? "/" : "");
    }

    private static String canonicalQuery(@Nullable String rawQuery) {
        if (rawQuery == null || rawQuery.isEmpty()) return "";
        record Parameter(String name, String value) {}
        List<Parameter> parameters = new ArrayList<>();
        for (String part : rawQuery.split("&", -1)) {
            if (part.isEmpty()) continue;
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            String value = equals < 0 ? "" : part.substring(equals + 1);
            parameters.add(new Parameter(Percent.recode(name), Percent.recode(value)));
        }
        parameters.sort((a, b) -> {
            int byName = a.name().compareTo(b.name());
            return byName != 0 ? byName : a.value().compareTo(b.value());
        });
        StringBuilder text = new StringBuilder();
        for (Parameter parameter : parameters) {
            if (!text.isEmpty()) text.append('&');
            text.append(parameter.name()).append('=').append(parameter.value());
        }
        return text.toString();
    }

    private static @Nullable String withoutSignature(@Nullable String rawQuery) {
        if (rawQuery == null) return null;
        List<String> kept = new ArrayList<>();
        for (String part : rawQuery.split("&", -1)) {
            if (!part.startsWith("X-Amz-Signature=")) kept.add(part);
        }
        return String.join("&", kept);
    }

    private static void appendValues(StringBuilder text, List<Field> headers, String name) {
        boolean first = true;
        for (Field header : headers) {
            if (!header.name().equalsIgnoreCase(name)) continue;
            if (!first) text.append(',');
            first = false;
            appendCollapsed(text, header.value().strip());
        }
    }

    private static void appendCollapsed(StringBuilder text, String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) != ' ' || value.charAt(i - 1) != ' ') text.append(value.charAt(i));
        }
    }

    private static byte[] signingKey(String secret, Scope scope) {
        byte[] key = hmac(ascii("AWS4" + secret), scope.day());
        key = hmac(key, scope.region());
        key = hmac(key, scope.service());
        return hmac(key, TERMINATOR);
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(ascii(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    /** UTF-8; all but header values is ASCII anyhow. */
    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
