package dev.perigee.edge.warm;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Answers with as many octets as the path says, or with few. */
final class WarmUpOrigin implements AutoCloseable {
    private static final int OCTETS_MAX = 4 << 20;
    static final int OCTETS_BY_QUERY = 1 << 10;

    static final String TAG = "\"warm-up\"";

    private final HttpServer server;

    private WarmUpOrigin(HttpServer server) {
        this.server = server;
    }

    static WarmUpOrigin start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", WarmUpOrigin::answer);
        server.start();
        return new WarmUpOrigin(server);
    }

    private static void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        byte[] content = new byte[length(path)];
        exchange.getResponseHeaders().set("Content-Type", "image/jpeg");
        exchange.getResponseHeaders().set("Cache-Control", "max-age=86400");
        exchange.getResponseHeaders().set("ETag", TAG);
        exchange.sendResponseHeaders(200, content.length);
        exchange.getResponseBody().write(content);
        exchange.close();
    }

    private static int length(String path) {
        return path.equals(WarmUpPlan.BY_QUERY)
                ? OCTETS_BY_QUERY
                : Math.min(OCTETS_MAX, Integer.parseInt(path.substring(1)));
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
