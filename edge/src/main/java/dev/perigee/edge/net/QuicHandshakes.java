package dev.perigee.edge.net;

import dev.perigee.core.serve.Offer;
import dev.perigee.edge.serve.Plans;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslEngine;
import io.netty.util.Mapping;
import org.jspecify.annotations.Nullable;

/**
 * TLS of the QUIC connections of one loop: certificate and policy by the name that the viewer asks for, as
 * {@link ViewerTls} chooses them for TCP. A viewer whose name belongs to a distribution without HTTP/3 gets no handshake.
 */
final class QuicHandshakes implements Mapping<String, QuicSslContext> {
    /** So many under way are a busy hour, or a flood from forged addresses. */
    private static final int BUSY = 64;
    /** More are closed as they come. */
    private static final int MAX = 1024;

    private final Plans plans;
    private final QuicContexts contexts;
    private final QuicSslContext choosing;
    private @Nullable Offer chosen;
    private int underWay;
    private volatile boolean closed;

    QuicHandshakes(Plans plans, QuicContexts contexts) {
        this.plans = plans;
        this.contexts = contexts;
        this.choosing = QuicContexts.choosing(this);
    }

    QuicSslEngine begin(ByteBufAllocator allocator) {
        return choosing.newEngine(allocator);
    }

    /** Called within the handshake, on the loop; null ends it. */
    @Override
    public @Nullable QuicSslContext map(@Nullable String name) {
        chosen = null;
        if (closed) return null;
        Offer offer = Offer.to(plans.current(), name == null ? null : Hosts.name(name));
        QuicSslContext context = offer.http3() ? contexts.of(offer) : null;
        if (context != null) chosen = offer;
        return context;
    }

    /** Notes what was chosen just now. To be called while the connection that it was chosen for is told its name. */
    void chosenFor(TlsNames names) {
        Offer offer = chosen;
        if (offer != null) names.offered(offer, contexts.byDefault());
    }

    void began() {
        underWay++;
    }

    void ended() {
        underWay--;
    }

    /** Whether viewers have to prove their addresses before more is done for them. */
    boolean busy() {
        return underWay >= BUSY;
    }

    boolean full() {
        return closed || underWay >= MAX;
    }

    /** From now on nobody is let in; safe from any thread. */
    void close() {
        closed = true;
    }
}
