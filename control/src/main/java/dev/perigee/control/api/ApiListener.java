package dev.perigee.control.api;

import dev.perigee.control.S3Link;
import dev.perigee.control.access.AuditLog;
import dev.perigee.control.access.Caller;
import dev.perigee.control.access.Keyring;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listener that all services share. */
public final class ApiListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApiListener.class);
    static final int HEADER_BYTES_MAX = 64 << 10;
    private static final Duration IDLE = Duration.ofMinutes(5);
    private static final Duration DRAIN = Duration.ofSeconds(2);
    private static final Duration DRAIN_IDLE = Duration.ofMillis(300);
    private static final int ACCEPT_QUEUE = 512;

    private final Server server;
    /** The connector that edges ask for function URLs at. */
    static final String URLS = "function-urls";

    private final InetSocketAddress address;
    private final InetSocketAddress urls;
    private final @Nullable S3Forwarder s3;

    private ApiListener(Server server, InetSocketAddress address, InetSocketAddress urls, @Nullable S3Forwarder s3) {
        this.server = server;
        this.address = address;
        this.urls = urls;
        this.s3 = s3;
    }

    /**
     * Starts to listen.
     *
     * @param address where; port 0 for any free one
     * @param keys who may call
     * @param audit told of every change and every refusal
     * @param wallClock the time that callers sign with
     * @param lambdas null where there are no Lambda functions
     * @param edges the key that edges sign for origins with; null where they have none
     * @param s3 where requests to S3 go, or null
     * @throws java.net.BindException when the port is taken
     */
    public static ApiListener start(
            InetSocketAddress address,
            String accountId,
            Keyring keys,
            AuditLog audit,
            InstantSource wallClock,
            @Nullable S3Link s3,
            Handlers handlers,
            JsonApi acm,
            JsonApi waf,
            JsonApi logs,
            KeyApi values,
            @Nullable LambdaApi lambdas,
            @Nullable Caller edges,
            Monitoring monitoring)
            throws IOException {
        S3Forwarder forwarder = null;
        Server server = server();
        try {
            forwarder = s3 == null ? null : new S3Forwarder(s3);
            ServerConnector connector = connector(server, address);
            server.addConnector(connector);
            // What edges ask for has been said by viewers, who have no business at the API.
            ServerConnector inner = connector(server, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            inner.setName(URLS);
            server.addConnector(inner);
            server.setHandler(new FrontDoor(
                    new Accounts(keys, wallClock),
                    audit,
                    new CloudFrontApi(handlers),
                    new Sts(accountId),
                    acm,
                    waf,
                    logs,
                    values,
                    lambdas,
                    lambdas == null ? null : new UrlDoor(lambdas.urls(), keys, edges, wallClock),
                    new MonitoringApi(monitoring),
                    forwarder,
                    address.getAddress().isLoopbackAddress()));
            server.start();
            var bound = new InetSocketAddress(address.getAddress(), connector.getLocalPort());
            var urls = new InetSocketAddress(InetAddress.getLoopbackAddress(), inner.getLocalPort());
            return new ApiListener(server, bound, urls, forwarder);
        } catch (Exception e) {
            stop(server, forwarder);
            // Jetty wraps the reason why it could not bind.
            if (e instanceof IOException && e.getCause() instanceof IOException cause) throw cause;
            if (e instanceof IOException io) throw io;
            throw new IOException("the API cannot listen on " + address, e);
        }
    }

    private static Server server() {
        QueuedThreadPool threads = new QueuedThreadPool(64, 4);
        threads.setName("api");
        threads.setDaemon(true);
        threads.setVirtualThreadsExecutor(Executors.newVirtualThreadPerTaskExecutor());
        Server server = new Server(threads);
        server.setErrorHandler(new ErrorPage());
        server.setStopTimeout(DRAIN.toMillis());
        return server;
    }

    private static ServerConnector connector(Server server, InetSocketAddress address) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(HEADER_BYTES_MAX);
        http.setResponseHeaderSize(HEADER_BYTES_MAX);
        // ARNs in paths hold encoded slashes, S3 keys hold anything; nothing here maps a path to a file.
        http.setUriCompliance(UriCompliance.UNSAFE);
        // Signatures cover values as they were sent: "text/html; charset=UTF-8" is not to become another spelling.
        http.setHeaderCacheCaseSensitive(true);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(address.getHostString());
        connector.setPort(address.getPort());
        connector.setIdleTimeout(IDLE.toMillis());
        connector.setShutdownIdleTimeout(DRAIN_IDLE.toMillis());
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        return connector;
    }

    public InetSocketAddress address() {
        return address;
    }

    /** Where edges ask for function URLs, and nothing else is answered. */
    public InetSocketAddress functionUrls() {
        return urls;
    }

    @Override
    public void close() {
        stop(server, s3);
    }

    private static void stop(Server server, @Nullable S3Forwarder s3) {
        try {
            server.stop();
        } catch (TimeoutException e) {
            // Some request took longer than the time to drain; it is cut, and the server has stopped all the same.
            LOG.debug("requests were cut", e);
        } catch (Exception e) {
            throw new IllegalStateException("the API does not stop", e);
        } finally {
            if (s3 != null) s3.close();
        }
    }
}
