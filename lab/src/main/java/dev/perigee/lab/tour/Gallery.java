package dev.perigee.lab.tour;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.perigee.lab.world.Place;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * PetTracker's page: the photos as a viewer in a chosen city gets them, straight from S3 or through Perigee, over the links of
 * the simulated world. Each photo goes to the browser as it comes to that viewer; where its time went is told beside it.
 */
final class Gallery implements AutoCloseable {
    static final int FETCHES_MAX = 24;
    private static final int REMEMBERED = 500;
    private static final int SHOWN = 6;
    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Map<String, String> PAGES = Map.of(
            "/", "gallery.html text/html; charset=utf-8",
            "/gallery.js", "gallery.js text/javascript; charset=utf-8",
            "/gallery.css", "gallery.css text/css; charset=utf-8");
    private static final Pattern PHOTO =
            Pattern.compile("/photo/([A-Z]{1,20})/(direct|perigee)/(gallery|full)/(\\d{1,2})/([a-z0-9]{1,32})");
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final Paths paths;
    private final Site site;
    private final List<String> gallery;
    private final List<String> full;
    private final HttpServer server;
    private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore fetches = new Semaphore(FETCHES_MAX);
    /** Guarded by this. */
    private final Map<String, Viewer.Measured> measured = new LinkedHashMap<>();

    /** The two names under which the photos are to be had. */
    record Site(String distribution, String bucket) {}

    private Gallery(Paths paths, Site site, List<String> gallery, List<String> full) throws IOException {
        this.paths = paths;
        this.site = site;
        this.gallery = gallery.subList(0, Math.min(SHOWN, gallery.size()));
        this.full = full.subList(0, Math.min(SHOWN, full.size()));
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.setExecutor(requests);
        server.createContext("/", this::handle);
    }

    /** Listens on a free port of this machine. */
    static Gallery open(Paths paths, Site site, List<String> gallery, List<String> full) throws IOException {
        Gallery opened = new Gallery(paths, site, gallery, full);
        opened.server.start();
        return opened;
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Headers headers = exchange.getResponseHeaders();
            headers.set("Content-Security-Policy", POLICY);
            headers.set("X-Content-Type-Options", "nosniff");
            headers.set("Cross-Origin-Resource-Policy", "same-origin");
            headers.set("Cache-Control", "no-store");
            String path = exchange.getRequestURI().getPath();
            Matcher photo = PHOTO.matcher(path);
            String page = PAGES.get(path);
            if (!meantForLoopback(exchange)) send(exchange, 403, "text/plain", "not for other pages");
            else if (!exchange.getRequestMethod().equals("GET")) send(exchange, 405, "text/plain", "only GET");
            else if (page != null) page(exchange, page);
            else if (path.equals("/places")) send(exchange, 200, "application/json", places().toString());
            else if (path.startsWith("/timing/")) timing(exchange, path.substring("/timing/".length()));
            else if (photo.matches()) photo(exchange, photo);
            else send(exchange, 404, "text/plain", "there is no such page");
        }
    }

    /** A page elsewhere may have its own name resolve to this machine, or put our photos into itself. */
    private static boolean meantForLoopback(HttpExchange exchange) {
        String host = exchange.getRequestHeaders().getFirst("Host");
        String from = exchange.getRequestHeaders().getFirst("Sec-Fetch-Site");
        boolean elsewhere = from != null && (from.equals("cross-site") || from.equals("same-site"));
        boolean page = exchange.getRequestURI().getPath().equals("/");
        return host != null
                && LOOPBACK_NAMES.contains(host.toLowerCase(Locale.ROOT).replaceFirst(":\\d{1,5}$", ""))
                && (page || !elsewhere);
    }

    private static void page(HttpExchange exchange, String page) throws IOException {
        int space = page.indexOf(' ');
        try (InputStream in = Gallery.class.getResourceAsStream(page.substring(0, space))) {
            if (in == null) throw new IOException(page + " is missing");
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            send(exchange, 200, page.substring(space + 1), text);
        }
    }

    private ObjectNode places() {
        ObjectNode shown = JsonNodeFactory.instance
                .objectNode()
                .put("distribution", site.distribution())
                .put("bucket", site.bucket())
                .put("gallery", gallery.size())
                .put("full", full.size());
        var places = shown.putArray("places");
        for (Place place : Place.values()) {
            Paths.RoundTrips trips = paths.roundTrips(place);
            places.addObject()
                    .put("name", place.name())
                    .put("title", place.title())
                    .put("pop", place.pop())
                    .put("directMillis", trips.direct())
                    .put("edgeMillis", trips.edge());
        }
        return shown;
    }

    private void photo(HttpExchange exchange, Matcher asked) throws IOException {
        Place place = place(asked.group(1));
        List<String> keys = asked.group(3).equals("full") ? full : gallery;
        int number = Integer.parseInt(asked.group(4));
        if (place == null || number >= keys.size()) {
            send(exchange, 404, "text/plain", "there is no such photo");
            return;
        }
        if (!fetches.tryAcquire()) {
            send(exchange, 503, "text/plain", "too many at a time");
            return;
        }
        try {
            Viewer viewer = asked.group(2).equals("direct")
                    ? paths.directViewer(place, site.bucket())
                    : paths.edgeViewer(place, site.distribution());
            remember(asked.group(5), viewer.fetch("/" + keys.get(number), (status, length) -> {
                exchange.getResponseHeaders().set("Content-Type", status == 200 ? "image/jpeg" : "text/plain");
                exchange.sendResponseHeaders(status, length < 0 ? 0 : length == 0 ? -1 : length);
                return new Flushing(exchange.getResponseBody());
            }));
        } finally {
            fetches.release();
        }
    }

    private static @Nullable Place place(String name) {
        for (Place place : Place.values()) if (place.name().equals(name)) return place;
        return null;
    }

    /** A photo is seen to come, as it does at the viewer's. */
    private static final class Flushing extends OutputStream {
        private final OutputStream out;

        Flushing(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int octet) throws IOException {
            out.write(octet);
        }

        @Override
        public void write(byte[] octets, int from, int length) throws IOException {
            out.write(octets, from, length);
            out.flush();
        }
    }

    private synchronized void remember(String run, Viewer.Measured what) {
        measured.put(run, what);
        if (measured.size() > REMEMBERED)
            measured.remove(measured.keySet().iterator().next());
    }

    private synchronized Viewer.@Nullable Measured remembered(String run) {
        return measured.get(run);
    }

    private void timing(HttpExchange exchange, String run) throws IOException {
        Viewer.Measured known = remembered(run);
        if (known == null) {
            send(exchange, 404, "application/json", "{}");
            return;
        }
        Timing timing = known.timing();
        ObjectNode shown = JsonNodeFactory.instance
                .objectNode()
                .put("dns", timing.dnsMs())
                .put("tcp", timing.tcpMs())
                .put("tls", timing.tlsMs())
                .put("wait", timing.firstByteMs())
                .put("download", timing.downloadMs())
                .put("total", timing.totalMs())
                .put("bytes", known.answer().bytes())
                .put("cache", known.answer().cacheResult());
        send(exchange, 200, "application/json", shown.toString());
    }

    private static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        requests.shutdownNow();
        server.stop(0);
    }
}
