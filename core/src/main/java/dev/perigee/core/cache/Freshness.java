package dev.perigee.core.cache;

import dev.perigee.core.cache.Storability.DoNotStore;
import dev.perigee.core.cache.Storability.Reason;
import dev.perigee.core.cache.Storability.RevalidateAlways;
import dev.perigee.core.cache.Storability.Store;
import dev.perigee.core.cache.Storability.TtlRule;
import dev.perigee.core.http.CacheControl;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpDate;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.http.TargetedCacheControl;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Distribution;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How long a response is fresh, and whether it may be stored at all. */
public final class Freshness {
    /** The errorTtlSeconds of a status that is not cached. */
    public static final long NOT_CACHED = -1;

    /** CloudFront caps every time at 100 years; so no sum of times overflows. */
    private static final long MAX_TTL = 100L * 365 * 86_400;

    private Freshness() {}

    /**
     * A time to live and the rule that gave it.
     *
     * @param seconds from now on, 0 to 100 years
     */
    public record Ttl(long seconds, TtlRule rule) {
        public Ttl {
            seconds = Math.clamp(seconds, 0, MAX_TTL);
        }
    }

    /** The directives that govern a response here. */
    public static CacheControl directives(Fields fields, Set<Extension> extensions) {
        CacheControl targeted =
                extensions.contains(Extension.CDN_CACHE_CONTROL) ? TargetedCacheControl.parse(fields) : null;
        return targeted == null ? CacheControl.parse(fields) : targeted;
    }

    /** Seconds from now for which the response is fresh. */
    public static long ttlSeconds(CachePolicy policy, ResponseHead head, CacheControl cc, long nowEpochSeconds) {
        return ttl(policy, head, cc, nowEpochSeconds).seconds();
    }

    /**
     * CloudFront's rules (developer guide, "Managing how long content stays in the cache"). The TTLs of a policy count
     * from the response's arrival here; what the origin grants counts from when the response was made, so Age is taken
     * off it first (RFC 9111 section 4.2).
     */
    public static Ttl ttl(CachePolicy policy, ResponseHead head, CacheControl cc, long nowEpochSeconds) {
        if (cc.forbidsReuse()) return new Ttl(policy.minTtl(), TtlRule.MIN_TTL_OVER_NO_STORE);
        long granted = grantedSeconds(head.fields(), cc, nowEpochSeconds);
        if (granted < 0) {
            return policy.minTtl() > policy.defaultTtl()
                    ? new Ttl(policy.minTtl(), TtlRule.MIN_TTL)
                    : new Ttl(policy.defaultTtl(), TtlRule.DEFAULT_TTL);
        }
        long left = Math.max(granted - initialAgeSeconds(head.fields()), 0);
        if (left > policy.maxTtl()) return new Ttl(policy.maxTtl(), TtlRule.MAX_TTL);
        if (left < policy.minTtl()) return new Ttl(policy.minTtl(), TtlRule.MIN_TTL);
        return new Ttl(left, grantedBy(cc));
    }

    /** Seconds that the origin grants: s-maxage, else max-age, else Expires minus Date, else -1. */
    private static long grantedSeconds(Fields fields, CacheControl cc, long nowEpochSeconds) {
        if (cc.sharedMaxAge() >= 0 || cc.targeted()) return cc.sharedMaxAge();
        String expires = fields.first("Expires");
        if (expires == null) return -1;
        // RFC 9111 section 5.3: an invalid date, above all "0", means already expired.
        long until = HttpDate.parse(expires);
        if (until == HttpDate.NONE) return 0;
        String date = fields.first("Date");
        long made = date == null ? HttpDate.NONE : HttpDate.parse(date);
        return Math.max(until - (made == HttpDate.NONE ? nowEpochSeconds : made), 0);
    }

    private static TtlRule grantedBy(CacheControl cc) {
        if (cc.sMaxAge() >= 0) return TtlRule.S_MAXAGE;
        return cc.maxAge() >= 0 ? TtlRule.MAX_AGE : TtlRule.EXPIRES;
    }

    /**
     * The response's age on arrival: its Age (RFC 9111 section 5.1: the first member of a list, nothing when invalid).
     * The difference between our clock and Date is left out: RFC 9111 section 4.2.3 allows it for synchronised clocks
     * only, and an origin whose clock is slow would make every response old on arrival.
     */
    public static long initialAgeSeconds(Fields fields) {
        String age = fields.first("Age");
        if (age == null) return 0;
        int comma = age.indexOf(',');
        String first = comma < 0 ? age : age.substring(0, comma).strip();
        if (first.isEmpty()) return 0;
        long seconds = 0;
        for (int i = 0; i < first.length(); i++) {
            int digit = first.charAt(i) - '0';
            if (digit < 0 || digit > 9) return 0;
            seconds = Math.min(seconds * 10 + digit, CacheControl.MAX_SECONDS);
        }
        return seconds;
    }

    /**
     * Seconds for which an error response is kept: ErrorCachingMinTTL or what the origin grants the error itself, at most
     * MaxTTL, whichever is longer; {@link #NOT_CACHED} for a status that CloudFront does not keep, or keeps only with a
     * max-age that is not there (developer guide, "Control how long CloudFront caches errors").
     */
    public static long errorTtlSeconds(
            Distribution distribution, CachePolicy policy, ResponseHead head, CacheControl cc, long nowEpochSeconds) {
        int status = head.status();
        boolean whenGranted = status == 400 || status == 403 || status == 405 || status == 412 || status == 415;
        if (!isAlwaysCachedError(status) && !(whenGranted && cc.sharedMaxAge() >= 0)) return NOT_CACHED;
        long granted = Math.min(grantedSeconds(head.fields(), cc, nowEpochSeconds), policy.maxTtl());
        long left = granted - initialAgeSeconds(head.fields());
        return Math.clamp(Math.max(distribution.errorCachingMinTtl(status), left), 0, MAX_TTL);
    }

    private static boolean isAlwaysCachedError(int status) {
        return switch (status) {
            case 404, 414, 500, 501, 502, 503, 504 -> true;
            default -> false;
        };
    }

    /** Whether the response to this request may be stored. Set-Cookie is not looked at: it is stripped, or keyed. */
    public static Storability storability(
            Distribution distribution,
            Behavior behavior,
            Method method,
            RequestHead request,
            ResponseHead head,
            CacheControl cc,
            Set<Extension> extensions,
            long nowEpochSeconds) {
        CachePolicy policy = behavior.cachePolicy();
        boolean asError = head.status() >= 400 && !extensions.contains(Extension.RFC_ERROR_CACHING);
        Reason obstacle = obstacle(behavior, method, request, head, cc, asError);
        if (obstacle == null && extensions.contains(Extension.VARY) && variesOnAnything(head.fields())) {
            obstacle = Reason.VARY_ANY;
        }
        if (obstacle != null) return new DoNotStore(obstacle);
        if (asError) {
            long seconds = errorTtlSeconds(distribution, policy, head, cc, nowEpochSeconds);
            if (seconds < 0) return new DoNotStore(Reason.ERROR_NOT_CACHED);
            return seconds == 0 ? new DoNotStore(Reason.TTL_ZERO) : new Store(seconds, TtlRule.ERROR_CACHING_MIN_TTL);
        }
        Ttl ttl = ttl(policy, head, cc, nowEpochSeconds);
        if (ttl.seconds() > 0) return new Store(ttl.seconds(), ttl.rule());
        return isWorthKeepingStale(head.fields(), cc)
                ? new RevalidateAlways(ttl.rule())
                : new DoNotStore(Reason.TTL_ZERO);
    }

    private static @Nullable Reason obstacle(
            Behavior behavior,
            Method method,
            RequestHead request,
            ResponseHead head,
            CacheControl cc,
            boolean asError) {
        CachePolicy policy = behavior.cachePolicy();
        boolean cacheable = method == Method.GET || method == Method.HEAD || method == Method.OPTIONS;
        if (!cacheable || !behavior.cachedMethods().contains(method)) return Reason.METHOD;
        if (policy.cachingDisabled()) return Reason.CACHING_DISABLED;
        if (head.status() == 206) return Reason.PARTIAL_CONTENT;
        if (!asError && !isStorable(head, cc)) return Reason.STATUS;
        // RFC 9111 section 5.2.2.3. Its other half, to ignore no-store then, is left out: CloudFront says that it obeys
        // it.
        if (cc.mustUnderstand() && !isUnderstood(head.status())) return Reason.STATUS;
        if (sharesAuthorized(behavior, method, request, cc)) return Reason.AUTHORIZATION;
        Reason forbidden = forbidden(policy, head.fields(), cc);
        if (forbidden != null || policy.minTtl() > 0) return forbidden;
        // What no-cache leaves is to ask each time, which is cheaper with something stored to ask about. With errors it
        // has no force: many frameworks send it with every one, and an origin in trouble would get every request.
        return cc.noCache() && !asError && !hasValidator(head) ? Reason.NO_CACHE : null;
    }

    /**
     * Where the origin forbids that anybody but who has asked gets it. CloudFront's documents say only that errors are
     * kept for ErrorCachingMinTTL; no-store and private keep their force there too, since an error page can be personal.
     */
    private static @Nullable Reason forbidden(CachePolicy policy, Fields fields, CacheControl cc) {
        if (policy.minTtl() > 0) return null;
        if (cc.noStore()) return Reason.NO_STORE;
        if (cc.isPrivate()) return Reason.PRIVATE;
        // CloudFront stores it but asks the origin anew, without a condition, for every request: the same to a viewer.
        return variesOnAnything(fields) ? Reason.VARY_ANY : null;
    }

    /** Whether what is stored may stay, now that a 304 has changed its fields to these (RFC 9111 section 4.3.4). */
    public static boolean mayStay(CachePolicy policy, Fields fields, Set<Extension> extensions) {
        return forbidden(policy, fields, directives(fields, extensions)) == null;
    }

    /**
     * Redirects and the heuristically cacheable successes follow the ordinary rules; other 2xx and 3xx are kept only
     * where the origin says for how long (RFC 9111 section 3).
     */
    private static boolean isStorable(ResponseHead head, CacheControl cc) {
        return switch (head.status()) {
            case 200, 203, 204, 300, 301, 302, 303 -> true;
            // Developer guide, "How CloudFront processes HTTP 3xx status codes": no default counts for these.
            case 307, 308 ->
                cc.targeted()
                        || head.fields().has("Cache-Control")
                        || head.fields().has("Expires");
            // Errors come here with rfc-error-caching only (RFC 9110 section 15.1).
            case 404, 405, 410, 414, 501 -> true;
            // These speak of one request's range or conditions, which are not in the key.
            case 304, 412, 416 -> false;
            default ->
                cc.sharedMaxAge() >= 0 || (!cc.targeted() && head.fields().has("Expires"));
        };
    }

    /** Whether the status is one of RFC 9110, RFC 6585 or RFC 7725, whose meaning for caches is known. */
    private static boolean isUnderstood(int status) {
        return (status >= 200 && status <= 206)
                || (status >= 300 && status <= 308 && status != 306)
                || (status >= 400 && status <= 417)
                || (status >= 500 && status <= 505)
                || switch (status) {
                    case 421, 422, 426, 428, 429, 431, 451, 511 -> true;
                    default -> false;
                };
    }

    /**
     * RFC 9111 section 3.5. CloudFront takes Authorization away from GET and HEAD unless it is in the key, so the rule
     * only bites where an origin request policy forwards all headers.
     */
    private static boolean sharesAuthorized(Behavior behavior, Method method, RequestHead request, CacheControl cc) {
        return request.fields().has("Authorization")
                && !behavior.cachePolicy().headers().contains("authorization")
                && OriginFields.forwardsAuthorization(behavior, method)
                && !cc.isPublic()
                && !cc.mustRevalidate()
                && cc.sMaxAge() < 0;
    }

    private static boolean variesOnAnything(Fields fields) {
        List<String> lines = fields.has("Vary") ? fields.all("Vary") : List.of();
        for (String line : lines) {
            for (String name : line.split(",", -1)) {
                if (name.strip().equals("*")) return true;
            }
        }
        return false;
    }

    private static boolean hasValidator(ResponseHead head) {
        return head.status() < 300
                && (head.fields().has("ETag") || head.fields().has("Last-Modified"));
    }

    /** Stale from the start, it can still save a transfer (304) or stand in while the origin is asked or down. */
    private static boolean isWorthKeepingStale(Fields fields, CacheControl cc) {
        return fields.has("ETag")
                || fields.has("Last-Modified")
                || cc.staleWhileRevalidate() > 0
                || cc.staleIfError() > 0;
    }
}
