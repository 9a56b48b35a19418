package dev.perigee.edge.net;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.serve.Rejection;
import dev.perigee.edge.serve.Exchange;
import dev.perigee.edge.serve.Pipeline;
import dev.perigee.edge.serve.Viewer;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The request of one stream of HTTP/3, from its field section to the end of its content, once frames have been taken apart:
 * what {@link Http2Connection} does for its streams. On the stream's event loop.
 */
final class StreamRequest {
    private final Viewer viewer;
    private final StreamContent.Source source;
    private final Pipeline pipeline;
    private final long octetsMax;

    private @Nullable Exchange exchange;
    private @Nullable RequestHead undecided;
    private boolean forbidsContent;
    private @Nullable StreamContent content;
    private boolean expectsContinue;
    private boolean whole;

    /** A request yet to come; content of more than so many octets is not taken. */
    StreamRequest(Viewer viewer, StreamContent.Source source, Pipeline pipeline, long octetsMax) {
        this.octetsMax = octetsMax;
        this.viewer = viewer;
        this.source = source;
        this.pipeline = pipeline;
    }

    /** The exchange that the request has begun; null before that. */
    @Nullable
    Exchange exchange() {
        return exchange;
    }

    @Nullable
    StreamContent content() {
        return content;
    }

    /** Whether all of it was received. */
    boolean whole() {
        return whole;
    }

    /** Whether somebody waits for the viewer to send. */
    boolean starved() {
        StreamContent receiving = content;
        return undecided != null || (receiving != null && receiving.starved());
    }

    /** Whether the section contradicts itself, or the end of the stream, so that the stream is to be reset. */
    static boolean isMalformed(FieldSection section, boolean last) {
        return section.malformed() || (last && section.contentLength() > 0);
    }

    /** A section that is not {@linkplain #isMalformed malformed}: serves the request, or says what is wrong with it. */
    void serve(FieldSection section, HttpVersion version, boolean last, int octets) {
        Rejection refusal = section.refusal();
        RequestHead head = section.head();
        if (refusal != null || head == null) {
            reject(version, last, octets, refusal == null ? Rejection.MALFORMED : refusal);
            return;
        }
        // What follows tells whether a GET has content, and whether what has none keeps its word. Nothing is asked of
        // an
        // origin before.
        boolean none = section.contentLength() == 0;
        boolean get = head.method().equals("GET") || head.method().equals("HEAD");
        if (!last && (none || (get && section.contentLength() < 0 && !section.expectsContinue()))) {
            undecided = head;
            forbidsContent = none;
            return;
        }
        Exchange x = begin(head, section.contentLength(), section.expectsContinue(), last);
        x.received(octets);
        pipeline.serve(x);
    }

    /** A request that cannot be read gets this answer, if its stream can still take one, and a line in the log. */
    void reject(HttpVersion version, boolean last, int octets, Rejection why) {
        Exchange x = begin(new RequestHead("-", "-", null, "", version, Fields.EMPTY), -1, false, last);
        x.received(octets);
        pipeline.reject(x, why);
    }

    private Exchange begin(RequestHead head, long length, boolean waits, boolean last) {
        whole = last;
        expectsContinue = waits;
        if (!last) content = new StreamContent(source, length, octetsMax);
        Exchange x = new Exchange(viewer, head, content != null && length != 0);
        exchange = x;
        return x;
    }

    /** Content, of which nothing may be left out. False when it contradicts what the section said of it. */
    boolean receive(ByteBuf in, int start, int length, boolean last) {
        RequestHead waiting = undecided;
        if (waiting == null) return pass(in, start, length, last);
        if (length == 0 && !last) return true;
        if (length > 0 && forbidsContent) return false;
        undecided = null;
        Exchange x = begin(waiting, -1, false, last && length == 0);
        x.received(length);
        if (length > 0 && !pass(in, start, length, last)) return false;
        pipeline.serve(x);
        return true;
    }

    private boolean pass(ByteBuf in, int start, int length, boolean last) {
        whole = last;
        StreamContent to = content;
        return to == null ? length == 0 : to.receive(in, start, length, last);
    }

    /** Whether the viewer is to be told to go on, now that the content is wanted. Asked once. */
    boolean mayContinue() {
        boolean waits = expectsContinue;
        expectsContinue = false;
        return waits;
    }

    /** The rest of the content will not come. */
    void fail() {
        StreamContent receiving = content;
        if (receiving != null) receiving.fail();
    }
}
