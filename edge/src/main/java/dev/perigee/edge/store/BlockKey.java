package dev.perigee.edge.store;

/**
 * Names one block of a large object.
 *
 * @param generation of the object: another for each version that was ever stored, so that blocks of two never mix
 * @param index of the block, from 0
 */
public record BlockKey(long generation, int index) {
    @Override
    public int hashCode() {
        long mixed = (generation + index) * 0x9E3779B97F4A7C15L;
        return (int) (mixed ^ (mixed >>> 32));
    }
}
