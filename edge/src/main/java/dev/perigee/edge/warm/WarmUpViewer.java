package dev.perigee.edge.warm;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A viewer that only has to keep an edge of the same process busy, as cheaply as can be: it trusts whoever answers, knows how
 * long responses are, and looks at nothing else. One thread asks on all connections, then takes all answers.
 */
final class WarmUpViewer implements AutoCloseable {
    private static final int CONNECTIONS = 16;
    private static final int STREAMS = 16;
    private static final String CLOSE = "Connection: close\r\n";

    private final InetSocketAddress http;
    private final InetSocketAddress https;
    private final QuietTime time;
    private final SslContext http1Tls;
    private final SslContext http2Tls;
    private final List<Shape> inClear;
    private final List<Shape> encrypted;
    private long queries;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();

    WarmUpViewer(InetSocketAddress http, InetSocketAddress https, QuietTime time) throws IOException {
        this.http = http;
        this.https = https;
        this.time = time;
        http1Tls = context("http/1.1");
        http2Tls = context("h2");
        inClear = Shape.all(http.getPort());
        encrypted = Shape.all(https.getPort());
    }

    private static SslContext context(String protocol) throws IOException {
        return SslContextBuilder.forClient()
                .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                // The edge is of this process, and nothing is told to it.
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm(null)
                .protocols("TLSv1.3")
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        protocol))
                .build();
    }

    /** Ends the course, wherever it is. */
    void stop() throws IOException {
        time.end();
        for (Link link : links) link.abort();
    }

    void inClear(String path, int requests) throws IOException {
        List<Link> all = open(CONNECTIONS, null);
        ask(all, inClear, path, requests);
        close(all);
    }

    void encrypted(String path, int requests) throws IOException {
        List<Link> all = open(CONNECTIONS, http1Tls);
        ask(all, encrypted, path, requests);
        close(all);
    }

    private void ask(List<Link> all, List<Shape> shapes, String path, int requests) throws IOException {
        List<byte[]> heads =
                shapes.stream().map(shape -> shape.http1("GET", path, "")).toList();
        int length = Integer.parseInt(path.substring(1));
        for (int asked = 0; asked < requests; asked += all.size()) {
            time.await();
            for (int i = 0; i < all.size(); i++) all.get(i).send(heads.get(i % heads.size()));
            for (Link link : all) link.skipResponse('2', length);
        }
    }

    /** What a viewer asks who has it already, who wants a part, or who wants to know about it only; two at a time. */
    void various(int requests) throws IOException {
        List<Link> all = open(CONNECTIONS, null);
        for (int asked = 0; asked < requests; asked += 4 * all.size()) {
            time.await();
            for (int i = 0; i < all.size(); i++) {
                Shape shape = inClear.get(i % inClear.size());
                Link link = all.get(i);
                link.send(shape.http1("GET", WarmUpPlan.MEDIUM, "If-None-Match: " + WarmUpOrigin.TAG + "\r\n"));
                link.send(shape.http1("GET", WarmUpPlan.MEDIUM, "Range: bytes=100-199\r\n"));
                link.skipResponse('3', 0);
                link.skipResponse('2', 100);
                link.send(shape.http1("HEAD", WarmUpPlan.MEDIUM, ""));
                link.send(shape.http1("GET", WarmUpPlan.SMALL, ""));
                link.skipResponse('2', 0);
                link.skipResponse('2', 1024);
            }
        }
        close(all);
    }

    /** Each for something that is not stored yet. */
    void misses(int requests) throws IOException {
        List<Link> all = open(CONNECTIONS, null);
        for (int asked = 0; asked < requests; asked += all.size()) {
            time.await();
            for (int i = 0; i < all.size(); i++) {
                String target = WarmUpPlan.BY_QUERY + "?q=" + queries++;
                all.get(i).send(inClear.get(i % inClear.size()).http1("GET", target, ""));
            }
            for (Link link : all) link.skipResponse('2', WarmUpOrigin.OCTETS_BY_QUERY);
        }
        close(all);
    }

    /** Responses whose viewer goes away in the middle of them. */
    void brokenOff(int requests) throws IOException {
        for (int i = 0; i < requests; i++) {
            Link link = open(null);
            link.send(inClear.get(i % inClear.size()).http1("GET", WarmUpPlan.HUGE, ""));
            link.skipResponse('2', 1024);
            close(link);
        }
    }

    /** One request on each connection. */
    void closed(int requests) throws IOException {
        for (int i = 0; i < requests; i++) askOnce(open(null), inClear.get(i % inClear.size()));
    }

    /** One request on each connection, over TLS: every fourth by HTTP/2. */
    void handshakes(int requests) throws IOException {
        for (int i = 0; i < requests; i++) {
            Shape shape = encrypted.get(i % encrypted.size());
            if (i % 4 == 0) {
                Link link = open(http2Tls);
                new Http2Asking(link, shape, WarmUpPlan.SMALL).ask(1);
                close(link);
            } else {
                askOnce(open(http1Tls), shape);
            }
        }
    }

    private void askOnce(Link link, Shape shape) throws IOException {
        link.send(shape.http1("GET", WarmUpPlan.SMALL, CLOSE));
        link.skipAll();
        close(link);
    }

    void http2(String path, int requests) throws IOException {
        List<Link> all = open(CONNECTIONS, http2Tls);
        List<Http2Asking> asking = new ArrayList<>();
        for (int i = 0; i < all.size(); i++)
            asking.add(new Http2Asking(all.get(i), encrypted.get(i % encrypted.size()), path));
        for (int asked = 0; asked < requests; asked += CONNECTIONS * STREAMS) {
            time.await();
            for (Http2Asking one : asking) one.send(STREAMS);
            for (Http2Asking one : asking) one.skipResponses();
        }
        close(all);
    }

    private List<Link> open(int count, @Nullable SslContext tls) throws IOException {
        List<Link> all = new ArrayList<>();
        for (int i = 0; i < count; i++) all.add(open(tls));
        return all;
    }

    private Link open(@Nullable SslContext tls) throws IOException {
        Link link = tls == null ? Link.inClear(http) : Link.encrypted(https, tls);
        links.add(link);
        time.await();
        return link;
    }

    private void close(List<Link> all) throws IOException {
        for (Link link : all) close(link);
    }

    private void close(Link link) throws IOException {
        links.remove(link);
        link.close();
    }

    /** What an end before the last request has left open. */
    @Override
    public void close() throws IOException {
        for (Link link : links) close(link);
    }
}
