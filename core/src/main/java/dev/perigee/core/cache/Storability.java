package dev.perigee.core.cache;

/** Whether a response may be kept, for how long, and which rule says so. */
public sealed interface Storability {
    /** Keep it and serve it for so long. */
    record Store(long ttlSeconds, TtlRule rule) implements Storability {}

    /** Keep it, stale from the start: every request asks the origin whether it has changed. */
    record RevalidateAlways(TtlRule rule) implements Storability {}

    record DoNotStore(Reason reason) implements Storability {}

    /** Where a time to live comes from. */
    enum TtlRule {
        S_MAXAGE,
        MAX_AGE,
        EXPIRES,
        /** The origin named no time. */
        DEFAULT_TTL,
        /** Raised to MinTTL. */
        MIN_TTL,
        /** Lowered to MaxTTL. */
        MAX_TTL,
        /** MinTTL is above zero, so CloudFront keeps what the origin asked not to keep. */
        MIN_TTL_OVER_NO_STORE,
        ERROR_CACHING_MIN_TTL
    }

    /** Why a response is not kept. */
    enum Reason {
        METHOD,
        CACHING_DISABLED,
        STATUS,
        PARTIAL_CONTENT,
        NO_STORE,
        NO_CACHE,
        PRIVATE,
        VARY_ANY,
        AUTHORIZATION,
        ERROR_NOT_CACHED,
        TTL_ZERO
    }
}
