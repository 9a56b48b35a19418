package dev.perigee.edge.serve;

import dev.perigee.core.serve.Routes;
import dev.perigee.core.tls.ClientCertificate;
import dev.perigee.core.tls.ClientFingerprints;
import dev.perigee.edge.origin.RequestBody;
import dev.perigee.edge.origin.TunnelEnd;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where one response goes: an HTTP/1.x connection, or a stream of one. All methods are for its event loop, except
 * {@link #execute} and {@link #content()}'s.
 */
public interface Viewer {
    /** Runs a task on the viewer's event loop; safe from any thread. A viewer that is gone still runs it. */
    void execute(Runnable task);

    boolean inEventLoop();

    /** What every viewer of this loop shares. */
    LoopState loop();

    InetSocketAddress remote();

    /** The edge's own address on the connection; null where that is not known. */
    default @Nullable InetAddress local() {
        return null;
    }

    /** How the connection is encrypted; null in clear. */
    @Nullable
    Encryption encryption();

    /** Whether the connection is encrypted. */
    default boolean secure() {
        return encryption() != null;
    }

    /** Whether the connection may carry a request for this host: in clear always. */
    default boolean serves(Routes routes, String host) {
        Encryption by = encryption();
        return by == null || by.serves(routes, host);
    }

    /** As in logs; null in clear. */
    default @Nullable String tlsProtocol() {
        Encryption by = encryption();
        return by == null ? null : by.protocol();
    }

    /** As in logs; null in clear. */
    default @Nullable String tlsCipher() {
        Encryption by = encryption();
        return by == null ? null : by.cipher();
    }

    /** As {@link Encryption#handshake}; null in clear. */
    default @Nullable String tlsHandshake() {
        Encryption by = encryption();
        return by == null ? null : by.handshake();
    }

    /** As {@link Encryption#fingerprints}; null in clear. */
    default @Nullable ClientFingerprints fingerprints() {
        Encryption by = encryption();
        return by == null ? null : by.fingerprints();
    }

    /** As {@link Encryption#certificate}; null in clear. */
    default @Nullable ClientCertificate certificate(String distribution) {
        Encryption by = encryption();
        return by == null ? null : by.certificate(distribution);
    }

    /** The content of the request, not yet asked for; null when it has none. */
    @Nullable
    RequestBody content();

    /** Sends the head of the response that the exchange describes; content may follow. Call once per exchange. */
    void head(Exchange exchange);

    /** Sends content and takes its reference. */
    void content(ByteBuf taken);

    /** Makes sure that what was sent so far is on its way. */
    void flush();

    /** Whether more content is welcome now; if not, the follower is told when it is. */
    boolean writable();

    /** Tells the follower, until the response has ended, when more is welcome and when the viewer is gone. */
    void follow(Follower follower);

    /**
     * Sends the exchange's head, which is a 101, and joins the connection with the tunnel, which it takes over.
     *
     * @param whenEnded run once, when the tunnel has ended and its octets are counted in the exchange
     * @return false when the viewer has sent octets before it had the answer, and on streams, where nobody asks for one since
     *     WebSockets begin on HTTP/1.1 only; the tunnel is then still the caller's
     */
    default boolean tunnel(Exchange exchange, TunnelEnd origin, Runnable whenEnded) {
        return false;
    }

    /** The response is complete. */
    void end();

    /** Takes the head back, if nothing of it was sent yet; another may then be sent in its place. */
    boolean retract();

    /** The response cannot be completed, in a way that the viewer can tell. */
    void cut();

    /** Who sends content bit by bit. */
    interface Follower {
        void writable();

        void gone();
    }
}
