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

    /** Whether the connection is encrypted. */
    boolean secure();

    /** Whether the connection may carry a request for this host: in clear always. */
    boolean serves(Routes routes, String host);

    /** As in logs, {@code TLSv1.3}; null in clear. */
    @Nullable
    String tlsProtocol();

    /** As in logs, {@code TLS_AES_128_GCM_SHA256}; null in clear. */
    @Nullable
    String tlsCipher();

    /**
     * How the connection's encryption came about for the next request, in CloudFront's words: to be asked once for each. Null in
     * clear, and where that is not known.
     */
    @Nullable
    String tlsHandshake();

    /** How the viewer began its handshake; null in clear, over QUIC, and while nobody wants to know. */
    @Nullable
    ClientFingerprints fingerprints();

    /** What the viewer has shown of itself to this distribution; null when it was not asked to. */
    default @Nullable ClientCertificate certificate(String distribution) {
        return null;
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
     * @return false when the viewer has sent octets before it had the answer; the tunnel is then still the caller's
     */
    boolean tunnel(Exchange exchange, TunnelEnd origin, Runnable whenEnded);

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
