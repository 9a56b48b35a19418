package dev.perigee.lab.broken;

/** Breaks the rule about names that say nothing. */
public final class BucketManager {
    private BucketManager() {}
}
