package dev.perigee.control.api;

import dev.perigee.control.access.Caller;
import dev.perigee.control.access.Keyring;
import dev.perigee.core.http.Field;
import dev.perigee.core.http.Fields;
import dev.perigee.core.sign.SigV4;
import dev.perigee.core.sign.SigV4A;
import dev.perigee.core.sign.SigV4Claim;
import dev.perigee.core.sign.SigV4Claim.Reading;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Who may call: the known keys, and whether a request was signed with one of them just now. */
final class Accounts {
    private static final Duration SKEW = Duration.ofMinutes(5);

    /** What SigV4 allows at most. */
    private static final long PRESIGNED_SECONDS_MAX = Duration.ofDays(7).toSeconds();

    private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT);

    /** Where CloudFront is at home, wherever it is asked from. */
    private static final String HOME = "us-east-1";

    private static final int DERIVED_MAX = 1_000;

    private final Map<String, Derived> derived = new ConcurrentHashMap<>();
    private final Keyring keys;
    private final InstantSource clock;

    /** The public key that belongs to a secret; to derive it takes milliseconds. */
    private record Derived(String secret, PublicKey key) {}

    /** @param clock of the wall, also in a system whose own time is moved: callers sign with theirs */
    Accounts(Keyring keys, InstantSource clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /** What a request says about its signature, or null when it is not signed with SigV4. */
    static @Nullable Reading claim(Fields headers, Map<String, String> query) {
        String authorization = headers.first("Authorization");
        if (authorization != null && authorization.startsWith("AWS4-")) {
            return SigV4Claim.ofHeader(authorization, headers.first("X-Amz-Date"), headers.first("X-Amz-Region-Set"));
        }
        return query.containsKey("X-Amz-Credential") ? SigV4Claim.ofQuery(query) : null;
    }

    /**
     * Who signed the call; refused unless the signature holds for its head and its body.
     *
     * @param attempt told who it claims to be from
     */
    Caller verify(Call call, @Nullable Reading reading, Attempt attempt) throws Refused {
        return switch (reading) {
            case null ->
                throw new Refused(
                        "MissingAuthenticationToken", "The request is not signed: it has no SigV4 credentials.");
            case Reading.Malformed(String problem) -> throw new Refused("IncompleteSignature", problem);
            case Reading.Claimed(SigV4Claim claim) -> verify(call, claim, attempt);
        };
    }

    private Caller verify(Call call, SigV4Claim claim, Attempt attempt) throws Refused {
        attempt.claimedBy(claim.accessKeyId());
        Caller caller = keys.find(claim.accessKeyId());
        if (caller == null) {
            throw new Refused(
                    "InvalidClientTokenId", "The access key id '" + claim.accessKeyId() + "' is not known here.");
        }
        attempt.by(caller);
        checkTime(claim);
        if (!claim.presigned()) checkDateIsSigned(claim);
        List<Field> headers = new ArrayList<>();
        for (int i = 0; i < call.headers().size(); i++) {
            headers.add(new Field(call.headers().name(i), call.headers().value(i)));
        }
        // The hash of the body that arrived, not the one a header claims: so the signature covers the body.
        var request = new SigV4.Request(call.method(), call.path(), call.query(), headers, SigV4.sha256(call.body()));
        if (!signs(caller, request, claim)) {
            throw new Refused(
                    "SignatureDoesNotMatch",
                    "The signature of access key '" + claim.accessKeyId() + "' does not match the request. Check the"
                            + " secret key and how the request is signed.");
        }
        return caller;
    }

    private boolean signs(Caller caller, SigV4.Request request, SigV4Claim claim) {
        if (!claim.asymmetric()) return SigV4.verify(request, claim, caller.secret());
        if (!SigV4A.covers(claim.scope().region(), HOME)) return false;
        Derived known = derived.get(caller.accessKeyId());
        if (known == null || !known.secret().equals(caller.secret())) {
            known = new Derived(caller.secret(), SigV4A.publicKey(caller.accessKeyId(), caller.secret()));
            // As many as there are keys; those that are gone some day go with the others.
            if (derived.size() >= DERIVED_MAX) derived.clear();
            derived.put(caller.accessKeyId(), known);
        }
        return SigV4A.verify(request, claim, known.key());
    }

    private static void checkDateIsSigned(SigV4Claim claim) throws Refused {
        Refused.unless(
                claim.signedHeaders().contains("x-amz-date"),
                "IncompleteSignature",
                "X-Amz-Date is not among the signed headers " + claim.signedHeaders() + ".");
    }

    private void checkTime(SigV4Claim claim) throws Refused {
        Instant now = clock.instant();
        Instant signed = parse(claim.timestamp());
        if (signed.isAfter(now.plus(SKEW))) {
            throw new Refused(
                    "SignatureDoesNotMatch",
                    "Signature not yet current: " + claim.timestamp() + " is still later than "
                            + SigV4.timestamp(now.plus(SKEW)) + " (" + SigV4.timestamp(now) + " + 5 min.)");
        }
        if (claim.presigned()) {
            checkExpiry(claim, signed, now);
        } else if (signed.isBefore(now.minus(SKEW))) {
            throw new Refused(
                    "SignatureDoesNotMatch",
                    "Signature expired: " + claim.timestamp() + " is now earlier than "
                            + SigV4.timestamp(now.minus(SKEW)) + " (" + SigV4.timestamp(now) + " - 5 min.)");
        }
    }

    private static void checkExpiry(SigV4Claim claim, Instant signed, Instant now) throws Refused {
        Refused.unless(
                claim.expiresSeconds() <= PRESIGNED_SECONDS_MAX,
                "IncompleteSignature",
                "X-Amz-Expires is " + claim.expiresSeconds() + ", more than a week.");
        Instant end = signed.plusSeconds(claim.expiresSeconds());
        Refused.unless(
                !now.isAfter(end), "RequestExpired", "The presigned request expired at " + SigV4.timestamp(end) + ".");
    }

    private static Instant parse(String timestamp) throws Refused {
        try {
            return LocalDateTime.parse(timestamp, TIMESTAMP).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
            throw new Refused("IncompleteSignature", "X-Amz-Date " + timestamp + " is not a time.");
        }
    }
}
