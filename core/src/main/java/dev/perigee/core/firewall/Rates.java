package dev.perigee.core.firewall;

/** Counts of requests, which outlive plans. */
@FunctionalInterface
public interface Rates {
    /** The counts of a rule of a web ACL; the same as long as what it counts stays the same. */
    Counter of(String acl, String rule, Statement.Rate rate);

    /** The counts of one rule. For many threads. */
    @FunctionalInterface
    interface Counter {
        /** Counts a request with this value of the keys, and says whether there were more than the limit. */
        boolean exceeds(String key, long nowMillis);
    }
}
