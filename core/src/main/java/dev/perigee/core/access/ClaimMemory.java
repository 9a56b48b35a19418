package dev.perigee.core.access;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Claims that were true, with their policies: a page's images are asked for with one cookie, and comparing costs a fortieth of
 * verifying. That these texts are this key's signature of that policy is a fact which neither time nor plans change; expiry,
 * address and trust are judged anew each time. Direct-mapped and compared as a whole; only who has a key can fill it. Safe for all
 * threads at once.
 */
final class ClaimMemory {
    /** At most so many, of at most so many characters each: 8 MiB. */
    static final int SLOTS = 4096;

    static final int LENGTH_MAX = 2048;

    private final AtomicReferenceArray<@Nullable Known> slots;

    private record Known(Claim claim, AccessPolicy policy) {}

    /** With this many slots, a power of two. */
    ClaimMemory(int slots) {
        this.slots = new AtomicReferenceArray<>(slots);
    }

    @Nullable
    AccessPolicy find(Claim claim) {
        Known known = slots.get(slot(claim));
        return known != null && known.claim.equals(claim) ? known.policy : null;
    }

    void keep(Claim claim, AccessPolicy policy) {
        if (claim.length() <= LENGTH_MAX) slots.set(slot(claim), new Known(claim, policy));
    }

    private int slot(Claim claim) {
        int hash = claim.hashCode() * 0x9E3779B9;
        return hash >>> 16 & (slots.length() - 1);
    }
}
