package dev.perigee.edge.net;

import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.concurrent.ThreadFactory;

/** Which of Netty's transports is used: epoll on Linux, else the JDK's. */
public final class Transport {
    private Transport() {}

    /** Event loops for viewers and origins of one edge. */
    public static EventLoopGroup loops(String name, int threads) {
        IoHandlerFactory factory = Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        var named = new DefaultThreadFactory(name, true);
        ThreadFactory prompt = loop -> named.newThread(ShortSlice.before(loop));
        return new MultiThreadIoEventLoopGroup(threads, prompt, factory);
    }

    /** Sockets for an address. One of IPv4 gets sockets of IPv4: each call to one of both kinds costs a little more. */
    static ChannelFactory<? extends ServerChannel> serverChannels(InetAddress address) {
        if (!Epoll.isAvailable()) return NioServerSocketChannel::new;
        boolean both = address instanceof Inet6Address || address.isAnyLocalAddress();
        return both ? EpollServerSocketChannel::new : () -> new EpollServerSocketChannel(SocketProtocolFamily.INET);
    }

    /** Sockets for packets, likewise. */
    static ChannelFactory<? extends DatagramChannel> packetChannels(InetAddress address) {
        if (!Epoll.isAvailable()) return NioDatagramChannel::new;
        boolean both = address instanceof Inet6Address;
        return both ? EpollDatagramChannel::new : () -> new EpollDatagramChannel(SocketProtocolFamily.INET);
    }
}
