package dev.perigee.edge.net;

import dev.perigee.core.http.Fields;
import dev.perigee.edge.http2.Http2Budget;
import dev.perigee.edge.http2.Http2Frame;
import dev.perigee.edge.http2.Http2Output;
import dev.perigee.edge.http2.PeerSettings;
import dev.perigee.edge.serve.Exchange;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/** What goes out on one HTTP/2 connection: frames in large writes, content in the viewer's order and within its windows. */
final class Http2Sender {
    private final Channel channel;
    private final Http2Output output;
    private final PeerSettings peer;
    private final Http2Heads heads;
    private final Http2Budget budget;
    private final Http2Queue queue = new Http2Queue();

    /** What the viewer takes of all streams together. */
    private long window = Http2Frame.WINDOW_DEFAULT;

    private boolean sending;

    Http2Sender(Channel channel, Http2Output output, PeerSettings peer, Http2Heads heads, Http2Budget budget) {
        this.channel = channel;
        this.output = output;
        this.peer = peer;
        this.heads = heads;
        this.budget = budget;
    }

    void windowUpdate(int stream, int increment) {
        output.windowUpdate(stream, increment);
    }

    // ---- responses

    int head(int stream, Exchange x, boolean last) {
        return heads.write(output, stream, x, last, peer.tableShrank());
    }

    int sendContinue(int stream) {
        return heads.writeContinue(output, stream, peer.tableShrank());
    }

    /** The fields after the content; returns the octets written. */
    int trailers(int stream, Fields trailers) {
        return heads.writeTrailers(output, stream, trailers, peer.tableShrank());
    }

    /** Whether content may be sent without waiting for a turn: nobody else waits, and it fits. */
    boolean takesAtOnce(Http2Stream stream, int count) {
        return queue.isEmpty()
                && count <= Http2Frame.PAYLOAD_MAX
                && count <= Math.min(window, stream.window)
                && count <= output.room() - Http2Frame.HEAD
                && channel.isWritable();
    }

    /** Sends a frame of content, for which there is room in the windows. */
    void content(Http2Stream stream, ByteBuf from, int count, boolean last) {
        window -= count;
        stream.window -= count;
        output.frame(count, Http2Frame.DATA, last ? Http2Frame.END_STREAM : 0, stream.id());
        output.content(from, count);
        budget.sent(count);
    }

    void end(int stream) {
        output.frame(0, Http2Frame.DATA, Http2Frame.END_STREAM, stream);
    }

    void queue(Http2Stream stream) {
        if (stream.waiting() > 0 && stream.window > 0) queue.add(stream);
    }

    void unqueue(Http2Stream stream) {
        queue.remove(stream);
    }

    boolean isSending() {
        return sending;
    }

    /** Sends as much as viewer and socket take. */
    void send() {
        if (sending) return;
        sending = true;
        try {
            while (true) {
                while (output.room() > Http2Frame.HEAD && sendFrame()) {
                    // One frame at a time, so that streams can take turns.
                }
                if (output.isEmpty()) return;
                output.flush();
                if (!channel.isWritable()) return;
            }
        } finally {
            sending = false;
        }
    }

    private boolean sendFrame() {
        Http2Stream stream = window > 0 && channel.isWritable() ? queue.next() : null;
        if (stream == null) return false;
        int count = Math.min(stream.waiting(), Http2Frame.PAYLOAD_MAX);
        count = (int) Math.min(count, Math.min(window, stream.window));
        stream.sendWaiting(count);
        if (stream.waiting() == 0 || stream.window <= 0) queue.remove(stream);
        else if (stream.queued) queue.sent(stream);
        return true;
    }

    // ---- the viewer's windows

    /** False when the window would become larger than the protocol allows. */
    boolean widen(int increment) {
        window += increment;
        return window <= Integer.MAX_VALUE;
    }

    /** As {@link #widen(int)}, for one stream; the change may also be negative (RFC 9113 section 6.9.2). */
    boolean widen(Http2Stream stream, long change) {
        stream.window += change;
        if (stream.window > Integer.MAX_VALUE) return false;
        if (stream.window > 0) queue(stream);
        else queue.remove(stream);
        return true;
    }
}
