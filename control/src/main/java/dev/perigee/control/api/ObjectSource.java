package dev.perigee.control.api;

/** Objects in buckets, for what the API is told to read from there. */
@FunctionalInterface
public interface ObjectSource {
    /**
     * The content of an object.
     *
     * @param max refused when it has more octets
     */
    byte[] read(String bucket, String key, int max) throws Refused;

    /** Whether there is surely no bucket of this name. */
    default boolean lacks(String bucket) {
        return false;
    }
}
