package dev.perigee.edge.net;

import dev.perigee.core.serve.Offer;
import dev.perigee.core.serve.Routes;
import dev.perigee.core.tls.CipherSuite;
import dev.perigee.core.tls.ClientCertificate;
import dev.perigee.core.tls.ClientFingerprints;
import dev.perigee.core.tls.ClientRefused;
import dev.perigee.core.tls.ClientTrust;
import dev.perigee.core.tls.MutualTls;
import dev.perigee.core.tls.ServerCertificate;
import dev.perigee.edge.serve.Encryption;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** What was agreed on in the handshake of one connection. On its event loop. */
final class TlsNames implements Encryption {
    private final boolean quic;
    private @Nullable Offer offer;
    private @Nullable ServerCertificate byDefault;
    private boolean old;
    private @Nullable String protocol;
    private @Nullable String cipher;
    private @Nullable String shownCipher;
    /** What the viewer has shown of itself, where it was asked to. */
    private @Nullable ClientCertificate shown;

    /** The last question and its answer: connections mostly ask for one host. */
    private @Nullable Routes askedOf;

    private @Nullable String asked;
    private boolean answer;

    private @Nullable ClientFingerprints fingerprints;
    /** Null where it is not known whether a session was resumed: Netty does not say it of QUIC. */
    private @Nullable String handshake;

    private boolean used;

    /** @param quic whether the connection is one of QUIC */
    TlsNames(boolean quic) {
        this.quic = quic;
    }

    /** How the viewer began. */
    void greeted(ClientFingerprints by) {
        fingerprints = by;
    }

    @Override
    public @Nullable ClientFingerprints fingerprints() {
        return fingerprints;
    }

    @Override
    public @Nullable String handshake() {
        if (used) return "connectionReused";
        used = true;
        return handshake;
    }

    /** What the viewer is offered, by the name it asks for. */
    void offered(Offer chosen, ServerCertificate defaultCertificate) {
        offer = chosen;
        byDefault = defaultCertificate;
    }

    /** The viewer's TLS is older than HTTP/2 wants it (RFC 9113 section 9.2). */
    void withoutHttp2() {
        old = true;
    }

    boolean mayHaveHttp2() {
        return !old;
    }

    /** Whether the viewer is asked for a certificate. */
    boolean isMutual() {
        return offer != null && offer.mutual() != null;
    }

    /** Notes what a handshake has come to; false when the viewer may not be talked to. */
    boolean learn(Channel channel) {
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        if (handler == null) return false;
        SSLSession session = handler.engine().getSession();
        agreed(session);
        handshake = MutualHandshake.isWhole(handler.engine()) ? "fullHandshake" : "sessionResumed";
        MutualTls mutual = offer == null ? null : offer.mutual();
        if (mutual == null) return true;
        // The library has seen to both already; nothing is served if it ever has not.
        if (!MutualHandshake.isWhole(handler.engine())) return false;
        try {
            boolean judged = mutual.mode() == MutualTls.Mode.PASSTHROUGH;
            shown = new ClientCertificate(certificates(session), judged);
        } catch (ClientRefused refused) {
            return false;
        }
        return shown.present() || mutual.mode() != MutualTls.Mode.REQUIRED;
    }

    /** Notes what a handshake has come to in which nothing was asked of the viewer. */
    void agreed(SSLSession session) {
        protocol = session.getProtocol();
        String suite = session.getCipherSuite();
        cipher = suite;
        shownCipher = CipherSuite.shown(suite);
    }

    private static List<X509Certificate> certificates(SSLSession session) throws ClientRefused {
        Certificate[] peer;
        try {
            peer = session.getPeerCertificates();
        } catch (SSLPeerUnverifiedException none) {
            return List.of();
        }
        return ClientTrust.read(Arrays.copyOf(peer, peer.length, X509Certificate[].class));
    }

    @Override
    public @Nullable ClientCertificate certificate(String distribution) {
        Offer made = offer;
        return made != null && distribution.equals(made.distribution()) ? shown : null;
    }

    @Override
    public @Nullable String protocol() {
        return protocol;
    }

    @Override
    public @Nullable String cipher() {
        return shownCipher;
    }

    @Override
    public boolean serves(Routes routes, String host) {
        if (routes == askedOf && host.equals(asked)) return answer;
        Offer made = offer;
        ServerCertificate fallback = byDefault;
        answer = made != null
                && fallback != null
                && protocol != null
                && cipher != null
                && (quic
                        ? made.servesOverQuic(routes, host, fallback, protocol, cipher)
                        : made.serves(routes, host, fallback, protocol, cipher));
        askedOf = routes;
        asked = host;
        return answer;
    }
}
