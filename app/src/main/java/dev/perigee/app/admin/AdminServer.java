package dev.perigee.app.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listener beside one edge, apart from its traffic: status for everyone here, changes for holders of the token. */
public final class AdminServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final int BACKLOG = 64;

    private final HttpServer server;
    private final ExecutorService requests;
    private final ScheduledExecutorService sweeper;

    private AdminServer(HttpServer server, ExecutorService requests, ScheduledExecutorService sweeper) {
        this.server = server;
        this.requests = requests;
        this.sweeper = sweeper;
    }

    /** Binds the listener and answers from now on. */
    public static AdminServer start(AdminConfig config) throws IOException {
        var leased = new LeasedRoutes(config.routes(), config.permanentRoutes());
        var actions = new AdminActions(config, leased);
        HttpServer server = HttpServer.create(config.address(), BACKLOG);
        ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
        ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("perigee-leases").factory());
        var _ = sweeper.scheduleWithFixedDelay(() -> leased.sweep(System.nanoTime()), 1, 1, TimeUnit.SECONDS);
        server.setExecutor(requests);
        server.createContext("/", exchange -> handle(actions, exchange));
        server.start();
        return new AdminServer(server, requests, sweeper);
    }

    public InetSocketAddress address() {
        return server.getAddress();
    }

    private static void handle(AdminActions actions, HttpExchange exchange) throws IOException {
        try (exchange) {
            AdminAnswer answer;
            try {
                answer = actions.answer(new AdminRequest(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI(),
                        exchange.getRequestHeaders().getFirst("Host"),
                        exchange.getRequestHeaders().getFirst("X-Perigee-Token")));
            } catch (RuntimeException e) {
                LOG.error("admin request failed", e);
                answer = AdminAnswer.error(500, "internal error, see the log");
            }
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", answer.type());
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        sweeper.shutdownNow();
        server.stop(0);
        requests.shutdownNow();
    }
}
