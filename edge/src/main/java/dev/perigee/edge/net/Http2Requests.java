package dev.perigee.edge.net;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.serve.Rejection;
import dev.perigee.edge.http2.Http2Error;
import dev.perigee.edge.serve.Exchange;
import dev.perigee.edge.serve.Pipeline;
import io.netty.buffer.ByteBuf;

/** How what comes on the streams of one connection becomes requests: when the pipeline gets one, and with what content. */
final class Http2Requests {
    private static final RequestHead UNREADABLE = new RequestHead("-", "-", null, "", HttpVersion.HTTP_2, Fields.EMPTY);

    private final Http2Connection connection;
    private final Pipeline pipeline;
    private final Http2Sender sender;
    private final Http2Streams streams;

    Http2Requests(Http2Connection connection, Pipeline pipeline, Http2Sender sender, Http2Streams streams) {
        this.connection = connection;
        this.pipeline = pipeline;
        this.sender = sender;
        this.streams = streams;
    }

    /** A head has come. */
    void serve(Http2Stream stream, FieldSection section, boolean last, int octets) {
        Rejection refusal = section.refusal();
        RequestHead head = section.head();
        if (refusal != null || head == null) {
            Exchange x = stream.begin(UNREADABLE, -1, false, last);
            x.received(octets);
            pipeline.reject(x, refusal == null ? Rejection.MALFORMED : refusal);
            return;
        }
        // What follows tells whether a GET has content, and whether what has none keeps its word.
        // Nothing is asked of an origin before.
        boolean none = section.contentLength() == 0;
        boolean get = head.method().equals("GET") || head.method().equals("HEAD");
        if (!last && (none || (get && section.contentLength() < 0 && !section.expectsContinue()))) {
            stream.await(head, none);
            return;
        }
        Exchange x = stream.begin(head, section.contentLength(), section.expectsContinue(), last);
        x.received(octets);
        pipeline.serve(x);
    }

    /** A request that broke the rules gets no answer, but a line in the log like every other. */
    void noteMalformed(int id, int octets) {
        Http2Stream nobody = new Http2Stream(connection, sender, id, 0, 0);
        Exchange x = nobody.begin(UNREADABLE, -1, false, true);
        x.received(octets);
        nobody.close();
        streams.ownerless();
        pipeline.reject(x, Rejection.MALFORMED);
    }

    /** Content has come, or the end of it. */
    void received(Http2Stream stream, ByteBuf in, int start, int length, boolean last) {
        RequestHead undecided = stream.undecided();
        if (undecided != null) {
            if (length == 0 && !last) return;
            if (length > 0 && stream.forbidsContent()) {
                connection.streamError(stream.id(), Http2Error.PROTOCOL_ERROR);
                return;
            }
            stream.decided();
            Exchange x = stream.begin(undecided, -1, false, last && length == 0);
            x.received(length);
            if (length == 0 || stream.receive(in, start, length, last)) {
                pipeline.serve(x);
                return;
            }
            connection.consumed(length);
            giveUp(stream, Rejection.CONTENT_TOO_LARGE);
        } else if (!stream.receive(in, start, length, last)) {
            connection.consumed(length);
            if (stream.contentTooLarge()) giveUp(stream, Rejection.CONTENT_TOO_LARGE);
            else connection.streamError(stream.id(), Http2Error.PROTOCOL_ERROR);
        }
    }

    /** The rest of a request is not awaited any more. */
    void giveUp(Http2Stream stream, Rejection why) {
        Exchange x = stream.exchange();
        stream.failContent();
        if (x != null && stream.mayBeTold()) pipeline.reject(x, why);
        else connection.streamError(stream.id(), Http2Error.CANCEL);
    }
}
