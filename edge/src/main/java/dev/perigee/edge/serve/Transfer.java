package dev.perigee.edge.serve;

import dev.perigee.edge.store.Feed;
import dev.perigee.edge.store.Fill;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Content on its way from a fill to a viewer, at the pace of the slower of the two. On the viewer's event loop. */
final class Transfer implements Viewer.Follower, Fill.Follower {
    private final Delivery delivery;
    private final Exchange exchange;
    private final Consumer<Exchange> whenWhole;
    private final Runnable whenNot;
    private Fill.@Nullable Reader reader;
    private boolean pumping;

    private Transfer(Delivery delivery, Exchange exchange, Consumer<Exchange> whenWhole, Runnable whenNot) {
        this.delivery = delivery;
        this.exchange = exchange;
        this.whenWhole = whenWhole;
        this.whenNot = whenNot;
    }

    /**
     * Begins; the head has been sent. The transfer takes a reference of its own to the fill.
     *
     * @param whenWhole called when everything asked for was sent; the response is then the caller's again
     * @param whenNot called when the content or the viewer broke off; the response has then been ended
     */
    static void start(
            Delivery delivery,
            Exchange exchange,
            Fill fill,
            long from,
            long to,
            Consumer<Exchange> whenWhole,
            Runnable whenNot) {
        Transfer transfer = new Transfer(delivery, exchange, whenWhole, whenNot);
        Viewer viewer = exchange.viewer();
        transfer.reader = fill.read(from, to, transfer);
        if (transfer.reader == null) {
            whenNot.run();
            delivery.cut(exchange);
            return;
        }
        viewer.follow(transfer);
        transfer.pump();
    }

    @Override
    public void wake() {
        exchange.viewer().execute(this::pump);
    }

    @Override
    public void missing(Feed feed) {
        delivery.more(exchange, feed);
    }

    private void pump() {
        if (pumping) return;
        pumping = true;
        try {
            send();
        } finally {
            pumping = false;
        }
    }

    private void send() {
        Viewer viewer = exchange.viewer();
        boolean unflushed = false;
        // A flush can end in the viewer's going away, which closes the reader: so it is looked at anew each time.
        while (reader != null) {
            if (!viewer.writable()) {
                if (!unflushed) return;
                // As much as there is room for goes out at once.
                unflushed = false;
                viewer.flush();
                continue;
            }
            ByteBuf piece = reader.next();
            if (piece == null) {
                if (reader.atEnd()) whole();
                else if (reader.failed()) broken();
                else viewer.flush();
                return;
            }
            viewer.content(piece);
            unflushed = true;
        }
    }

    private void whole() {
        close();
        whenWhole.accept(exchange);
    }

    private void broken() {
        close();
        whenNot.run();
        delivery.breakOff(exchange);
    }

    @Override
    public void writable() {
        pump();
    }

    @Override
    public void gone() {
        if (!close()) return;
        whenNot.run();
        delivery.gone(exchange);
    }

    private boolean close() {
        Fill.Reader open = reader;
        reader = null;
        if (open != null) open.close();
        return open != null;
    }
}
