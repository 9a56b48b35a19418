package dev.perigee.app.local;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Takes what a collector of traces takes, and remembers it. */
final class TraceCollector implements AutoCloseable {
    private final HttpServer server;
    private final List<byte[]> taken = new ArrayList<>();

    TraceCollector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces");
    }

    private void take(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        synchronized (taken) {
            taken.add(body);
        }
        exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }

    /** All that was taken as text, whose identifiers are hexadecimal, once the trace of this identifier is there. */
    String await(String trace) {
        String identifier = new String(HexFormat.of().parseHex(trace), StandardCharsets.ISO_8859_1);
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            StringBuilder text = new StringBuilder();
            synchronized (taken) {
                for (byte[] each : taken) text.append(new String(each, StandardCharsets.ISO_8859_1));
            }
            if (text.indexOf(identifier) >= 0) return text.toString().replace(identifier, trace);
            if (System.nanoTime() > deadline) throw new AssertionError("no trace " + trace + " in " + text);
            LockSupport.parkNanos(20_000_000);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
