package dev.perigee.edge.net;

import dev.perigee.edge.TrustedProxies;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Whom an edge believes when it says for whom it speaks, and how often that made no sense. Safe from any thread. */
final class ProxyHeaders {
    private final Predicate<InetAddress> trusted;
    private final boolean none;
    private final long timeoutMillis;
    private final LongAdder refused = new LongAdder();

    ProxyHeaders(TrustedProxies proxies, long timeoutMillis) {
        this.trusted = proxies.trust();
        this.none = proxies.isEmpty();
        this.timeoutMillis = timeoutMillis;
    }

    /** Finds out whose connection this is; at once, unless a proxy that is believed may still say so. */
    void ask(Channel channel, Consumer<InetSocketAddress> whenKnown) {
        InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
        if (none || !trusted.test(remote.getAddress())) whenKnown.accept(remote);
        else channel.pipeline().addLast(new ProxyHeaderReader(this, remote, timeoutMillis, whenKnown));
    }

    void refused() {
        refused.increment();
    }

    /** Connections that were closed because their header was malformed, or did not come in time. */
    long refusals() {
        return refused.sum();
    }
}
