package dev.perigee.lab.tour;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;

/** An edge that stores whatever it gets, with the admin listener that a tour needs. */
final class StandInEdge implements AutoCloseable {
    private final String code;
    private final StandInApi api;
    private final HttpsServer viewers;
    private final HttpServer admin;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, byte[]> stored = new ConcurrentHashMap<>();
    private final List<String> routes = new CopyOnWriteArrayList<>();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong originRequests = new AtomicLong();
    private final AtomicLong originBytes = new AtomicLong();
    private volatile InetSocketAddress origin;

    StandInEdge(String code, SSLContext tls, StandInApi api) throws IOException {
        this.code = code;
        this.api = api;
        origin = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), api.uri().getPort());
        viewers = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        viewers.setHttpsConfigurator(new HttpsConfigurator(tls));
        viewers.setExecutor(threads);
        viewers.createContext("/", this::serve);
        viewers.start();
        admin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        admin.setExecutor(threads);
        admin.createContext("/", this::administer);
        admin.start();
    }

    TourConfig.Pop pop() {
        URI https = URI.create("https://127.0.0.1:" + viewers.getAddress().getPort());
        URI http = URI.create("http://127.0.0.1:" + admin.getAddress().getPort());
        return new TourConfig.Pop(code, http, https, http);
    }

    /** Where it fetches from. */
    InetSocketAddress origin() {
        return origin;
    }

    /** Methods and paths of the calls about routes. */
    List<String> routes() {
        return routes;
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.incrementAndGet();
            String path = exchange.getRequestURI().getPath();
            byte[] body = stored.get(path);
            exchange.getResponseHeaders().add("X-Cache", (body == null ? "Miss" : "Hit") + " from cloudfront");
            if (body == null) {
                body = fetch(path);
                stored.put(path, body);
            }
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private byte[] fetch(String path) throws IOException {
        try (Socket socket = new Socket(origin.getAddress(), origin.getPort())) {
            String head = "GET " + path + " HTTP/1.1\r\nHost: " + api.originHost() + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            byte[] reply = socket.getInputStream().readAllBytes();
            String text = new String(reply, StandardCharsets.ISO_8859_1);
            if (!text.startsWith("HTTP/1.1 200")) throw new IOException(text);
            byte[] body = Arrays.copyOfRange(reply, text.indexOf("\r\n\r\n") + 4, reply.length);
            originRequests.incrementAndGet();
            originBytes.addAndGet(body.length);
            return body;
        }
    }

    private void administer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (!"token".equals(exchange.getRequestHeaders().getFirst("X-Perigee-Token"))) {
                exchange.sendResponseHeaders(403, -1);
            } else if (path.equals("/status")) {
                String json = "{\"requests\":%d,\"originRequests\":%d,\"bytes\":0,\"originBytes\":%d}"
                        .formatted(requests.get(), originRequests.get(), originBytes.get());
                exchange.sendResponseHeaders(200, json.length());
                exchange.getResponseBody().write(json.getBytes(StandardCharsets.US_ASCII));
            } else {
                routes.add(exchange.getRequestMethod() + " " + path);
                String query = exchange.getRequestURI().getQuery();
                if (query != null) {
                    String port = query.substring(query.indexOf(':') + 1, query.indexOf('&'));
                    origin = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
                }
                exchange.sendResponseHeaders(204, -1);
            }
        }
    }

    @Override
    public void close() {
        viewers.stop(0);
        admin.stop(0);
        threads.close();
    }
}
