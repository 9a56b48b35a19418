package dev.perigee.edge.net;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Protocol and cipher of one connection, once its handshake is done. */
final class TlsNames {
    private @Nullable String protocol;
    private @Nullable String cipher;

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
}
