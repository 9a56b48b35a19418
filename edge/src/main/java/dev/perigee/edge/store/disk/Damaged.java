package dev.perigee.edge.store.disk;

/** What was read is not what was written: cut, flipped, misplaced, or of another version. The only way to say so. */
final class Damaged extends Exception {
    private static final long serialVersionUID = 1;

    Damaged(String what) {
        super(what);
    }
}
