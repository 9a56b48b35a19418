package dev.perigee.app.doctor;

/** Whether a local system fits: a heap of at most 512 MB, most of it unused, and the caches of three edges. */
enum MemoryVerdict {
    ENOUGH,
    TIGHT,
    TOO_LITTLE;

    private static final long ENOUGH_BYTES = 1536L << 20;
    private static final long NEEDED_BYTES = 600L << 20;

    static MemoryVerdict of(long availableBytes) {
        if (availableBytes >= ENOUGH_BYTES) return ENOUGH;
        return availableBytes >= NEEDED_BYTES ? TIGHT : TOO_LITTLE;
    }
}
