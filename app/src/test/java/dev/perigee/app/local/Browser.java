package dev.perigee.app.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Debian's Chromium with one page, driven by its DevTools protocol. */
final class Browser implements AutoCloseable {
    static final Path PROGRAM = Path.of("/usr/bin/chromium");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long WAIT_SECONDS = 30;
    private static final long POLL_NANOS = 50_000_000;

    private final Process process;
    private final HttpClient client = HttpClient.newHttpClient();
    private final WebSocket socket;
    private final AtomicInteger calls = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    /** What the page complained of: exceptions, refused loads. */
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();

    Browser(Path profile) throws Exception {
        process = new ProcessBuilder(
                        PROGRAM.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        socket = client.newWebSocketBuilder()
                .buildAsync(page(profile), new Listener())
                .get(WAIT_SECONDS, TimeUnit.SECONDS);
        for (String domain : new String[] {"Page", "Runtime", "Log", "Network"}) send(domain + ".enable", Map.of());
    }

    private URI page(Path profile) throws Exception {
        Path port = profile.resolve("DevToolsActivePort");
        String[] name = new String[1];
        await("the browser", () -> {
            if (Files.exists(port))
                name[0] = Files.readString(port).lines().findFirst().orElse("");
            return name[0] != null && !name[0].isEmpty();
        });
        URI list = URI.create("http://127.0.0.1:" + name[0] + "/json/list");
        JsonNode pages =
                JSON.readTree(client.send(HttpRequest.newBuilder(list).build(), HttpResponse.BodyHandlers.ofString())
                        .body());
        for (JsonNode page : pages) {
            if (page.path("type").asText().equals("page"))
                return URI.create(page.path("webSocketDebuggerUrl").asText());
        }
        throw new AssertionError("the browser has no page: " + pages);
    }

    /** Takes what the browser sends, which may come in parts. */
    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                took(text.toString());
                text.setLength(0);
            }
            from.request(1);
            return CompletableFuture.completedFuture(null);
        }
    }

    private void took(String message) {
        try {
            JsonNode document = JSON.readTree(message);
            CompletableFuture<JsonNode> call =
                    waiting.remove(document.path("id").asInt());
            if (call != null) call.complete(document);
            String method = document.path("method").asText();
            if (method.equals("Runtime.exceptionThrown")) complaints.add(message);
            if (method.equals("Log.entryAdded")
                    && document.at("/params/entry/level").asText().equals("error")) complaints.add(message);
        } catch (IOException e) {
            complaints.add("not JSON: " + message);
        }
    }

    private JsonNode send(String method, Map<String, ?> parameters) throws Exception {
        int id = calls.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        ObjectNode call = JSON.createObjectNode().put("id", id).put("method", method);
        call.set("params", JSON.valueToTree(parameters));
        socket.sendText(call.toString(), true).get(WAIT_SECONDS, TimeUnit.SECONDS);
        JsonNode got = answer.get(WAIT_SECONDS, TimeUnit.SECONDS);
        if (got.has("error")) throw new AssertionError(method + ": " + got);
        return got.path("result");
    }

    Queue<String> complaints() {
        return complaints;
    }

    void size(int width, int height, String scheme) throws Exception {
        send(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
        Map<String, String> feature = Map.of("name", "prefers-color-scheme", "value", scheme);
        send("Emulation.setEmulatedMedia", Map.of("features", new Object[] {feature}));
    }

    void open(String url) throws Exception {
        send("Page.navigate", Map.of("url", url));
    }

    /** The value of an expression, which may be a promise. */
    JsonNode value(String expression) throws Exception {
        JsonNode result =
                send("Runtime.evaluate", Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
        if (result.has("exceptionDetails")) throw new AssertionError(expression + ": " + result);
        return result.at("/result/value");
    }

    /** Waits until an expression is true. */
    void await(String expression) throws Exception {
        await(expression, () -> value("Boolean(" + expression + ")").asBoolean());
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(String what, Condition condition) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(WAIT_SECONDS).toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() - end > 0) throw new AssertionError("waited in vain for " + what);
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    void screenshot(Path file) throws Exception {
        JsonNode shot = send("Page.captureScreenshot", Map.of("format", "png"));
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, Base64.getDecoder().decode(shot.path("data").asText()));
    }

    @Override
    public void close() {
        client.shutdownNow();
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
