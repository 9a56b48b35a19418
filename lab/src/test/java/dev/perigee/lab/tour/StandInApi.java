package dev.perigee.lab.tour;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** As much of the CloudFront API as a tour calls; everything else goes to S3 as it came. */
final class StandInApi implements AutoCloseable {
    private static final String COLLECTION = "/2020-05-31/distribution";
    private static final Pattern ORIGIN = Pattern.compile("<DomainName>([^<]+)</DomainName>");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final InetSocketAddress s3;
    private final AtomicInteger looks = new AtomicInteger();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private volatile String config = "";

    StandInApi(InetSocketAddress s3) throws IOException {
        this.s3 = s3;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Method and path of every CloudFront call but the polling. */
    List<String> calls() {
        return calls;
    }

    /** The origin of the distribution that was created last. */
    String originHost() {
        Matcher matcher = ORIGIN.matcher(config);
        return matcher.find() ? matcher.group(1) : "";
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (exchange.getRequestURI().getPath().startsWith(COLLECTION)) cloudFront(exchange);
            else s3(exchange);
        }
    }

    private void cloudFront(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String call =
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
        if (!call.equals("GET " + COLLECTION + "/ETOUR")) calls.add(call);
        switch (call) {
            case "POST " + COLLECTION -> {
                config = body;
                send(exchange, 201, distribution("InProgress"));
            }
            case "GET " + COLLECTION + "/ETOUR" ->
                send(exchange, 200, distribution(looks.incrementAndGet() % 3 == 0 ? "Deployed" : "InProgress"));
            case "GET " + COLLECTION + "/ETOUR/config" -> send(exchange, 200, config);
            case "PUT " + COLLECTION + "/ETOUR/config" -> {
                config = body;
                send(exchange, "E1".equals(exchange.getRequestHeaders().getFirst("If-Match")) ? 200 : 412, body);
            }
            case "DELETE " + COLLECTION + "/ETOUR" ->
                exchange.sendResponseHeaders(config.contains("<Enabled>false</Enabled>") ? 204 : 409, -1);
            default -> exchange.sendResponseHeaders(404, -1);
        }
    }

    private static String distribution(String status) {
        return "<Distribution xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><Id>ETOUR</Id><Status>" + status
                + "</Status><DomainName>dtour.cloudfront.net</DomainName></Distribution>";
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("ETag", "E1");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** By hand, since clients do not let their callers choose the Host. */
    private void s3(HttpExchange exchange) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        StringBuilder head = new StringBuilder(
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath() + " HTTP/1.1\r\n");
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (name.equalsIgnoreCase("Connection")) return;
            for (String value : values) head.append(name + ": " + value + "\r\n");
        });
        head.append("Connection: close\r\n\r\n");
        request.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        request.writeBytes(exchange.getRequestBody().readAllBytes());
        try (Socket socket = new Socket(s3.getAddress(), s3.getPort())) {
            request.writeTo(socket.getOutputStream());
            byte[] reply = socket.getInputStream().readAllBytes();
            String text = new String(reply, StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            byte[] body = Arrays.copyOfRange(reply, end + 4, reply.length);
            text.substring(0, end).lines().skip(1).forEach(line -> {
                String name = line.substring(0, line.indexOf(':'));
                if (!name.equalsIgnoreCase("Content-Length") && !name.equalsIgnoreCase("Connection"))
                    exchange.getResponseHeaders()
                            .add(name, line.substring(line.indexOf(':') + 1).strip());
            });
            exchange.getResponseHeaders().remove("Transfer-Encoding");
            exchange.sendResponseHeaders(Integer.parseInt(text.substring(9, 12)), body.length == 0 ? -1 : body.length);
            if (body.length > 0) exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
