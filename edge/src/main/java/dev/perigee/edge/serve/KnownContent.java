package dev.perigee.edge.serve;

import dev.perigee.edge.origin.RequestBody;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** Content that is in memory as a whole, as an origin takes it: on the viewer's event loop, like any other. */
final class KnownContent implements RequestBody {
    private static final int PIECE_BYTES = 64 << 10;

    private final byte[] bytes;
    private final Viewer viewer;
    private int sent;
    private @Nullable Sink sink;

    KnownContent(byte[] bytes, Viewer viewer) {
        this.bytes = bytes;
        this.viewer = viewer;
    }

    @Override
    public long length() {
        return bytes.length;
    }

    @Override
    public void into(Sink receiver) {
        viewer.execute(() -> {
            sink = receiver;
            flow();
        });
    }

    @Override
    public void resume() {
        viewer.execute(this::flow);
    }

    @Override
    public void discard() {
        viewer.execute(() -> sink = null);
    }

    private void flow() {
        Sink to = sink;
        if (to == null) return;
        while (sent < bytes.length) {
            int count = Math.min(PIECE_BYTES, bytes.length - sent);
            boolean more = to.append(Unpooled.wrappedBuffer(bytes, sent, count));
            sent += count;
            if (!more) return;
        }
        sink = null;
        to.complete();
    }
}
