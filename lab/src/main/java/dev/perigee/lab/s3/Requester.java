package dev.perigee.lab.s3;

import dev.perigee.lab.s3.S3Access.Right;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3ProxyException;
import org.jspecify.annotations.Nullable;

/**
 * Who sent one request, and what came of it. The right is judged by the id that the request claims; S3Proxy checks the
 * signature of the id that it reads itself. Both must be the same one, or a request that is read in two ways would have
 * the right of one key by the signature of another.
 */
final class Requester {
    /** Whoever gets one of these was kept out, whatever was asked for. */
    private static final Set<String> KEPT_OUT = Set.of(
            "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "RequestTimeTooSkewed", "ExpiredToken");

    private final @Nullable String claimed;
    private final S3Access.@Nullable Key key;
    private final Forwarded.From from;
    private @Nullable String formSigner;
    private @Nullable String code;
    private boolean told;

    Requester(@Nullable String claimed, S3Access access, Forwarded.From from) {
        this.claimed = claimed;
        this.from = from;
        this.key = claimed == null ? null : access.key(claimed);
    }

    /** Why the request is refused before anything is looked up, or null. */
    @Nullable
    S3ProxyException refusal(HttpServletRequest request, @Nullable String bucket) {
        if (claimed == null || claimed.isEmpty()) return null;
        if (key == null) {
            return new S3ProxyException(
                    S3ErrorCode.INVALID_ACCESS_KEY_ID,
                    "The access key id '" + claimed
                            + "' is not known here; S3 calls this InvalidAccessKeyId, other services InvalidClientTokenId.");
        }
        boolean allowed = switch (key.right()) {
            case NONE -> false;
            case READ -> S3Operation.reads(request.getMethod());
            case WRITE -> true;
            case EDGE -> EdgeGrant.allows(request, bucket != null);
        };
        return allowed
                ? null
                : new S3ProxyException(
                        S3ErrorCode.ACCESS_DENIED,
                        "The access key '" + claimed + "' is not authorized to perform: s3:"
                                + S3Operation.of(request, bucket) + ".");
    }

    /** Whether the request says who it is from. */
    boolean isNamed() {
        return claimed != null && !claimed.isEmpty();
    }

    /** Whether this id may be the one whose signature is checked; only a posted form is signed in its body. */
    boolean mayBe(String identity, S3Access.Key found) {
        if (claimed != null) return claimed.equals(identity);
        if (found.right() != Right.WRITE) return false;
        formSigner = identity;
        return true;
    }

    void failed(String error) {
        code = error;
    }

    /** Tells what came of it, once. */
    void tell(S3Access access, HttpServletRequest request, @Nullable String bucket, int status) {
        if (told) return;
        told = true;
        S3Access.Event event = event(request, bucket, status);
        if (event != null) access.told(event);
    }

    /** What is to be told, or null: reads that were allowed, and what edges do for viewers, are not. */
    private S3Access.@Nullable Event event(HttpServletRequest request, @Nullable String bucket, int status) {
        if (key != null && key.right() == Right.EDGE) return null;
        boolean refused = status >= 400 && (status == 403 || (code != null && KEPT_OUT.contains(code)));
        if (!refused && S3Operation.reads(request.getMethod())) return null;
        // Edges ask for nobody where an origin has no access control; what viewers are refused is in the access logs.
        if (refused && claimed == null && formSigner == null && !from.forwarded()) return null;
        String who = claimed == null ? formSigner : claimed;
        return new S3Access.Event(
                who,
                key != null || formSigner != null,
                S3Operation.of(request, bucket),
                S3Operation.resource(request, bucket),
                refused,
                status,
                code == null && status >= 400 ? "AccessDenied" : code,
                from.source(),
                from.requestId());
    }
}
