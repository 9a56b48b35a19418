package dev.perigee.core.sign;

import dev.perigee.core.sign.SigV4.Scope;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request says about its own signature, before anything is believed.
 *
 * @param signedHeaders lower-case names in the order given
 * @param timestamp the {@code X-Amz-Date} of the request
 * @param presigned whether this came from the query (then without the body and with an expiry)
 * @param expiresSeconds how long after the timestamp a presigned request holds; 0 for the header form
 * @param scope its region is a set of them in the asymmetric form
 * @param asymmetric whether it is one of {@link SigV4A}
 */
public record SigV4Claim(
        String accessKeyId,
        Scope scope,
        List<String> signedHeaders,
        String signature,
        String timestamp,
        boolean presigned,
        long expiresSeconds,
        boolean asymmetric) {
    public SigV4Claim {
        signedHeaders = List.copyOf(signedHeaders);
    }

    /** What a claim can be read as; a request without any is neither. */
    public sealed interface Reading {
        record Claimed(SigV4Claim claim) implements Reading {}

        /** Something that wants to be a claim but is not; the problem is meant for the caller. */
        record Malformed(String problem) implements Reading {}
    }

    /**
     * The claim of an Authorization header.
     *
     * @param timestamp the value of the {@code X-Amz-Date} header
     * @param regions the value of the {@code X-Amz-Region-Set} header
     */
    public static Reading ofHeader(String authorization, @Nullable String timestamp, @Nullable String regions) {
        boolean asymmetric = authorization.startsWith(SigV4A.ALGORITHM + " ");
        if (!asymmetric && !authorization.startsWith(SigV4.ALGORITHM + " ")) {
            return new Reading.Malformed("Authorization must begin with " + SigV4.ALGORITHM + ".");
        }
        Map<String, String> parts = new HashMap<>();
        for (String part : authorization.substring(authorization.indexOf(' ')).split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0)
                parts.put(
                        part.substring(0, equals).strip(),
                        part.substring(equals + 1).strip());
        }
        return of(
                parts.get("Credential"),
                parts.get("SignedHeaders"),
                parts.get("Signature"),
                timestamp,
                false,
                "0",
                asymmetric,
                regions);
    }

    /** The claim of a presigned request, from its decoded query parameters. */
    public static Reading ofQuery(Map<String, String> query) {
        boolean asymmetric = SigV4A.ALGORITHM.equals(query.get("X-Amz-Algorithm"));
        if (!asymmetric && !SigV4.ALGORITHM.equals(query.get("X-Amz-Algorithm"))) {
            return new Reading.Malformed("X-Amz-Algorithm must be " + SigV4.ALGORITHM + ".");
        }
        return of(
                query.get("X-Amz-Credential"),
                query.get("X-Amz-SignedHeaders"),
                query.get("X-Amz-Signature"),
                query.get("X-Amz-Date"),
                true,
                query.get("X-Amz-Expires"),
                asymmetric,
                query.get("X-Amz-Region-Set"));
    }

    private static Reading of(
            @Nullable String credential,
            @Nullable String signedHeaders,
            @Nullable String signature,
            @Nullable String timestamp,
            boolean presigned,
            @Nullable String expires,
            boolean asymmetric,
            @Nullable String regions) {
        if (credential == null || signedHeaders == null || signature == null) {
            return new Reading.Malformed("The signature needs Credential, SignedHeaders and Signature.");
        }
        if (timestamp == null || !timestamp.matches("[0-9]{8}T[0-9]{6}Z")) {
            return new Reading.Malformed("X-Amz-Date must look like 20261122T104036Z.");
        }
        if (expires == null || !expires.matches("[0-9]{1,6}")) {
            return new Reading.Malformed("X-Amz-Expires must be a number of seconds.");
        }
        String[] parts = credential.split("/", -1);
        int scope = parts.length - (asymmetric ? 3 : 4);
        if (scope < 1 || !parts[parts.length - 1].equals("aws4_request")) {
            return new Reading.Malformed("Credential must be KEY/DAY/" + (asymmetric ? "" : "REGION/")
                    + "SERVICE/aws4_request, not " + credential);
        }
        String day = parts[scope];
        if (!timestamp.startsWith(day) || day.length() != 8) {
            return new Reading.Malformed("The day of the credential, " + day + ", is not that of X-Amz-Date.");
        }
        List<String> headers = List.of(signedHeaders.toLowerCase(Locale.ROOT).split(";", -1));
        if (!headers.contains("host")) return new Reading.Malformed("The Host header must be signed.");
        if (asymmetric && (regions == null || (!presigned && !headers.contains("x-amz-region-set")))) {
            return new Reading.Malformed("X-Amz-Region-Set must be there, and be signed.");
        }
        String key = String.join("/", List.of(parts).subList(0, scope));
        return new Reading.Claimed(new SigV4Claim(
                key,
                new Scope(day, asymmetric && regions != null ? regions : parts[scope + 1], parts[parts.length - 2]),
                headers,
                signature,
                timestamp,
                presigned,
                Long.parseLong(expires),
                asymmetric));
    }
}
