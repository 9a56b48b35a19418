package dev.perigee.edge.net;

import dev.perigee.core.tls.Challenges;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.function.Supplier;

/** Waits for the end of a TLS handshake, then gives its place to a connection of the protocol that was agreed on. */
final class Negotiation extends ChannelInboundHandlerAdapter {
    private final TlsNames names;
    private final Supplier<ChannelHandler> http1;
    private final Supplier<ChannelHandler> http2;

    Negotiation(TlsNames names, Supplier<ChannelHandler> http1, Supplier<ChannelHandler> http2) {
        this.names = names;
        this.http1 = http1;
        this.http2 = http2;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent handshake)) return;
        Channel channel = ctx.channel();
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (!handshake.isSuccess() || tls == null || !names.learn(channel)) {
            channel.close();
            return;
        }
        if (Challenges.PROTOCOL.equals(tls.applicationProtocol())) {
            // The handshake was the proof (RFC 8737 section 4).
            channel.close();
            return;
        }
        boolean agreed = ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol());
        // RFC 9113 section 9.2: TLS 1.2 or later. HTTP/2 is not offered to who says that it has less.
        String protocol = names.protocol();
        if (agreed && !"TLSv1.2".equals(protocol) && !"TLSv1.3".equals(protocol)) {
            channel.close();
            return;
        }
        ctx.pipeline().replace(this, null, agreed ? http2.get() : http1.get());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // A handshake that fails is the viewer's affair.
        ctx.close();
    }
}
