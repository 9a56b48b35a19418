package dev.perigee.lab.s3;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * An S3 endpoint on a free loopback port. Objects are files below one directory; their metadata lives in extended
 * attributes and their access in the permission for others, so the directory wants a file system that has both.
 * Signatures (version 4) are verified for every known key; requests without one reach only what is public-read. Buckets
 * are named by path or by any of S3's host names, so the Host of a request must arrive here unchanged.
 */
public final class EmbeddedS3 implements AutoCloseable {
    private static final int THREADS_MAX = 64;
    private static final int REQUEST_HEAD_BYTES_MAX = 32 * 1024;
    private static final long IDLE_MILLIS_MAX = 60_000;
    private static final long DRAIN_MILLIS_MAX = 2_000;

    private final Server server;
    private final InetSocketAddress address;

    private EmbeddedS3(Server server, InetSocketAddress address) {
        this.server = server;
        this.address = address;
    }

    /**
     * Starts the endpoint.
     *
     * @param directory holds one directory per bucket; made when absent
     * @param access who may use it
     * @param forwardToken what a forwarded request carries, so that it is believed who it says it is from; empty for none
     */
    public static EmbeddedS3 start(Path directory, S3Access access, String forwardToken) throws IOException {
        Files.createDirectories(directory);
        Server server = new Server(threads());
        server.setStopTimeout(DRAIN_MILLIS_MAX);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(configuration()));
        connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
        connector.setIdleTimeout(IDLE_MILLIS_MAX);
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        var store = new FilesystemNio2BlobStore(directory.toAbsolutePath().toString());
        // Beside the buckets, as each folder among those is one.
        var policies = new BucketPolicies(directory.resolveSibling(directory.getFileName() + "-policies"));
        context.addServlet(new ServletHolder(new S3Servlet(store, access, forwardToken, policies)), "/*");
        server.setHandler(context);
        ErrorHandler errors = new ErrorHandler();
        errors.setShowStacks(false);
        server.setErrorHandler(errors);
        try {
            server.start();
        } catch (Exception failure) {
            throw new IOException("the S3 endpoint does not start", failure);
        }
        return new EmbeddedS3(
                server, new InetSocketAddress(InetAddress.getLoopbackAddress(), connector.getLocalPort()));
    }

    /** Where the endpoint listens. */
    public InetSocketAddress address() {
        return address;
    }

    private static QueuedThreadPool threads() {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS_MAX, 4);
        threads.setName("s3");
        threads.setDaemon(true);
        threads.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor("s3-"));
        return threads;
    }

    private static HttpConfiguration configuration() {
        HttpConfiguration configuration = new HttpConfiguration();
        // Keys may hold anything, //, %2F and dot segments included; the store refuses what would leave its directory.
        configuration.setUriCompliance(UriCompliance.LEGACY);
        configuration.setHttpCompliance(HttpCompliance.LEGACY);
        // Signatures cover header values as they were sent.
        configuration.setHeaderCacheCaseSensitive(true);
        configuration.setRequestHeaderSize(REQUEST_HEAD_BYTES_MAX);
        configuration.setSendServerVersion(false);
        return configuration;
    }

    @Override
    public void close() throws IOException {
        try {
            server.stop();
        } catch (Exception failure) {
            throw new IOException("the S3 endpoint does not stop", failure);
        }
    }
}
