package dev.perigee.edge.fetch;

import dev.perigee.edge.origin.OriginBody;
import dev.perigee.edge.origin.OriginOutcome;
import io.netty.buffer.Unpooled;

/** Content that is in memory as a whole: what a function has made in the place of an origin's. */
final class GeneratedBody implements OriginBody {
    private final byte[] content;
    private final boolean inPlaceOfOrigin;

    /** @param inPlaceOfOrigin whether no origin was asked */
    GeneratedBody(byte[] content, boolean inPlaceOfOrigin) {
        this.content = content;
        this.inPlaceOfOrigin = inPlaceOfOrigin;
    }

    /** Whether a function has answered in the place of an origin. */
    static boolean isAnswer(OriginOutcome outcome) {
        return outcome instanceof OriginOutcome.Answered(var _, OriginBody body)
                && body instanceof GeneratedBody generated
                && generated.inPlaceOfOrigin;
    }

    @Override
    public long length() {
        return content.length;
    }

    @Override
    public void into(Sink sink) {
        if (content.length > 0) sink.append(Unpooled.wrappedBuffer(content));
        sink.complete();
    }

    @Override
    public void resume() {
        // All of it was given at once.
    }

    @Override
    public void discard() {
        // There is nothing to give back.
    }
}
