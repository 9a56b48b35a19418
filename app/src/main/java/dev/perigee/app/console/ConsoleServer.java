package dev.perigee.app.console;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.perigee.app.call.LoopbackCall;
import dev.perigee.app.folder.RunFile.PopAddresses;
import dev.perigee.app.live.LiveEdges;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The console's listener. Whoever is on this machine may read; what changes something is signed in the browser with a key of the
 * API, and handed on to it.
 */
public final class ConsoleServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConsoleServer.class);
    private static final int BACKLOG = 64;
    private static final String RELAY = "/api/relay";
    private static final String READ = "/api/read";
    /** Nothing from elsewhere, nothing inline, nothing framed. */
    static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final ConsoleConfig config;
    private final HttpServer server;
    private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
    private final Pages pages = new Pages();
    private final EventStreams streams;
    private final ApiReader reader;
    private final Relay relay;
    private final AdviceRun advice;
    private final List<String> pops;
    private final AtomicBoolean closed = new AtomicBoolean();

    private ConsoleServer(ConsoleConfig config) throws IOException {
        this.config = config;
        pops = config.pops().stream().map(PopAddresses::pop).toList();
        streams = new EventStreams(new LiveEdges(config.pops()));
        reader = new ApiReader(config.api(), config.reader());
        relay = new Relay(config.api());
        advice = new AdviceRun(config.folder());
        server = HttpServer.create(config.address(), BACKLOG);
        server.setExecutor(requests);
        server.createContext("/", this::handle);
    }

    /** Binds the listener and answers from now on. */
    public static ConsoleServer start(ConsoleConfig config) throws IOException {
        ConsoleServer console = new ConsoleServer(config);
        console.server.start();
        return console;
    }

    public InetSocketAddress address() {
        return server.getAddress();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Headers headers = exchange.getResponseHeaders();
            headers.set("Content-Security-Policy", POLICY);
            headers.set("X-Content-Type-Options", "nosniff");
            headers.set("Referrer-Policy", "no-referrer");
            headers.set("Cross-Origin-Opener-Policy", "same-origin");
            headers.set("Cross-Origin-Resource-Policy", "same-origin");
            headers.set("Cache-Control", "no-store");
            Asked asked = Asked.of(exchange);
            String misled = asked.misled();
            if (misled != null) send(exchange, Answer.error(403, misled));
            else if (asked.path().startsWith("/api/")) api(exchange, asked);
            else page(exchange, asked);
        }
    }

    private void page(HttpExchange exchange, Asked asked) throws IOException {
        boolean head = asked.method().equals("HEAD");
        if (!head && !asked.method().equals("GET")) {
            send(exchange, Answer.error(405, "only GET"));
            return;
        }
        Pages.Page page = pages.at(asked.path());
        if (page == null) {
            send(exchange, Answer.error(404, "there is no such page"));
            return;
        }
        Headers headers = exchange.getResponseHeaders();
        headers.set("Cache-Control", "no-cache");
        headers.set("ETag", page.tag());
        headers.set("Vary", "Accept-Encoding");
        if (page.tag().equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
            exchange.sendResponseHeaders(304, -1);
            return;
        }
        headers.set("Content-Type", page.type());
        String accepted = exchange.getRequestHeaders().getFirst("Accept-Encoding");
        boolean packed = accepted != null && accepted.contains("gzip");
        if (packed) headers.set("Content-Encoding", "gzip");
        byte[] content = packed ? page.gzipped() : page.content();
        exchange.sendResponseHeaders(200, head ? -1 : content.length);
        if (!head) exchange.getResponseBody().write(content);
    }

    private void api(HttpExchange exchange, Asked asked) throws IOException {
        Answer answer;
        try {
            if (asked.path().startsWith(RELAY)) {
                answer = relay.relay(exchange, asked.path().substring(RELAY.length()));
            } else if (asked.path().equals("/api/advice") && asked.method().equals("GET")) {
                // Its commands hold whole configurations.
                answer = relay.knows(exchange) ? advice.document() : Answer.error(403, "advice needs a key of the API");
            } else if (!asked.method().equals("GET")) {
                answer = Answer.error(405, "only GET; what changes something goes to " + RELAY);
            } else if (asked.path().equals("/api/live") || asked.path().equals("/api/logs")) {
                stream(exchange, asked);
                return;
            } else {
                answer = read(asked);
            }
        } catch (IOException e) {
            answer = Answer.error(502, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("a request to the console failed", e);
            answer = Answer.error(500, "internal error, see the log");
        }
        send(exchange, answer);
    }

    private void stream(HttpExchange exchange, Asked asked) {
        LogFollower log = new LogFollower(config.folder().resolve("edges"), pops);
        try {
            if (!streams.send(exchange, asked.path().equals("/api/live") ? streams::live : log::next)) {
                exchange.getResponseHeaders().set("Retry-After", "5");
                send(exchange, Answer.error(503, "too many listen"));
            }
        } catch (IOException gone) {
            LOG.debug("a listener of the console is gone: {}", gone.getMessage());
        }
    }

    private Answer read(Asked asked) throws IOException {
        String path = asked.path();
        if (path.startsWith(READ + "/")) return reader.read(path.substring(READ.length()), asked.query("Marker"));
        return switch (path) {
            case "/api/system" -> Answer.json(system());
            case "/api/now" -> Answer.json(streams.live());
            case "/api/functions/errors" ->
                Answer.json(new FunctionErrors(config.folder().resolve("edges"), pops).document());
            case "/api/control", "/api/certificates" -> admin(config.pops().getFirst(), path.substring(4));
            case "/api/explain" -> explain(asked);
            default -> Answer.error(404, "there is no " + path);
        };
    }

    private Answer explain(Asked asked) throws IOException {
        for (PopAddresses pop : config.pops()) {
            if (pop.pop().equals(asked.query("pop")))
                return admin(pop, "/explain?" + asked.uri().getRawQuery());
        }
        return Answer.error(400, "pop must be one of " + String.join(", ", pops));
    }

    private Answer admin(PopAddresses pop, String target) throws IOException {
        LoopbackCall.Answer answer = LoopbackCall.exchange(
                "GET",
                pop.admin() + target,
                Map.of("X-Perigee-Token", config.adminToken()),
                new byte[0],
                LoopbackCall.ANSWER_MILLIS);
        return new Answer(
                answer.status(), "application/json", answer.body().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private ObjectNode system() {
        ObjectNode shown = JsonNodeFactory.instance
                .objectNode()
                .put("version", config.version())
                .put("api", config.api())
                .put("domainSuffix", config.domainSuffix());
        var edges = shown.putArray("pops");
        for (PopAddresses pop : config.pops())
            edges.addObject().put("pop", pop.pop()).put("http", pop.http()).put("https", pop.https());
        return shown;
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", answer.type());
        exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
        if (answer.body().length > 0) exchange.getResponseBody().write(answer.body());
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) return;
        requests.shutdownNow();
        server.stop(0);
    }
}
