package dev.perigee.edge.net;

/** Finds the end of a head. */
final class HeadEnd {
    private HeadEnd() {}

    /**
     * Index after the first empty line, or -1. A line may end with a bare LF here: the parser then refuses the head,
     * instead of leaving its sender to wait for the end that it believes to have sent.
     */
    static int find(byte[] bytes, int start, int end) {
        for (int i = start; i < end; i++) {
            if (bytes[i] != '\n') continue;
            if (i + 1 < end && bytes[i + 1] == '\n') return i + 2;
            if (i + 2 < end && bytes[i + 1] == '\r' && bytes[i + 2] == '\n') return i + 3;
        }
        return -1;
    }
}
