package dev.perigee.edge.store.disk;

/** What a record is. */
enum Kind {
    /** Key, response and the whole content. */
    RESPONSE(0),
    /** Key, response and the generation whose blocks are the content. */
    HEAD(1),
    /** A block of the content of a generation. */
    BLOCK(2),
    /** What was stored under this hash before is gone. */
    TOMBSTONE(3);

    /** By code. */
    static final Kind[] VALUES = values();

    private final int code;

    Kind(int code) {
        this.code = code;
    }

    /** As on disk and in the index: two bits. */
    int code() {
        return code;
    }
}
