package dev.perigee.edge.net;

import dev.perigee.core.serve.Offer;
import dev.perigee.core.serve.Routes;
import dev.perigee.core.tls.ServerCertificate;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** What was agreed on in the handshake of one connection. On its event loop. */
final class TlsNames {
    private @Nullable Offer offer;
    private @Nullable ServerCertificate byDefault;
    private @Nullable String protocol;
    private @Nullable String cipher;

    /** The last question and its answer: connections mostly ask for one host. */
    private @Nullable Routes askedOf;

    private @Nullable String asked;
    private boolean answer;

    /** What the viewer is offered, by the name it asks for. */
    void offered(Offer chosen, ServerCertificate defaultCertificate) {
        offer = chosen;
        byDefault = defaultCertificate;
    }

    void learn(Channel channel) {
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        if (handler == null) return;
        SSLSession session = handler.engine().getSession();
        protocol = session.getProtocol();
        cipher = session.getCipherSuite();
    }

    @Nullable
    String protocol() {
        return protocol;
    }

    @Nullable
    String cipher() {
        return cipher;
    }

    /** Whether a request for this host may come by this connection. */
    boolean serves(Routes routes, String host) {
        if (routes == askedOf && host.equals(asked)) return answer;
        Offer made = offer;
        ServerCertificate fallback = byDefault;
        answer = made != null
                && fallback != null
                && protocol != null
                && cipher != null
                && made.serves(routes, host, fallback, protocol, cipher);
        askedOf = routes;
        asked = host;
        return answer;
    }
}
