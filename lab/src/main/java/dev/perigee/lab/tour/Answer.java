package dev.perigee.lab.tour;

import org.jspecify.annotations.Nullable;

/**
 * What a viewer got, its body counted and thrown away.
 *
 * @param cacheResult the value of X-Cache, null when it was absent
 */
record Answer(int status, long bytes, @Nullable String cacheResult, boolean keepsConnection) {
    /** Whether the edge answered from what it had stored. */
    boolean hit() {
        return cacheResult != null && (cacheResult.startsWith("Hit ") || cacheResult.startsWith("RefreshHit "));
    }
}
