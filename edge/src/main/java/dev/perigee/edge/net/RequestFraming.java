package dev.perigee.edge.net;

/**
 * How the content of a request ends, and what becomes of the connection.
 *
 * @param length octets of content, 0 for none, or {@link #CHUNKED}
 * @param expectsContinue whether the viewer waits for {@code 100 Continue}
 * @param keepAlive whether the viewer wants the connection kept
 */
record RequestFraming(long length, boolean expectsContinue, boolean keepAlive) {
    static final long CHUNKED = -1;

    static final RequestFraming NO_CONTENT = new RequestFraming(0, false, true);
    static final RequestFraming NO_CONTENT_CLOSE = new RequestFraming(0, false, false);

    boolean hasContent() {
        return length != 0;
    }
}
