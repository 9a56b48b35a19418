package dev.perigee.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What passes through to S3: everything, unchanged and unbuffered. */
class S3ForwardTest {
    /**
     * More than the kernel keeps on the way, which may be 33 MB for each receiver; with 1,200 MB, more than the heap of the tests,
     * it passes just as well.
     */
    private static final long LARGE = 128L << 20;

    private final Path folder;

    S3ForwardTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private final Queue<String> types = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private HttpServer s3;
    private Running running;
    private HttpClient http;

    @BeforeEach
    void start() throws IOException {
        s3 = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        s3.setExecutor(threads);
        s3.createContext("/", this::answer);
        s3.start();
        running = new Running(folder.resolve("store.db"), s3.getAddress());
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterEach
    void stop() {
        http.close();
        running.close();
        s3.stop(0);
        threads.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        seen.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                + exchange.getRequestHeaders().getFirst("Host"));
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (type != null) types.add(type);
        try (exchange) {
            if (type != null) exchange.getResponseHeaders().add("Content-Type", type);
            long received = 0;
            byte[] buffer = new byte[64 << 10];
            InputStream in = exchange.getRequestBody();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) received += n;
            exchange.getResponseHeaders().add("x-received", Long.toString(received));
            exchange.getResponseHeaders().add("Content-Encoding", "gzip");
            boolean large = exchange.getRequestURI().getPath().endsWith("large");
            boolean head = exchange.getRequestMethod().equals("HEAD");
            if (head) exchange.getResponseHeaders().add("Content-Length", "77");
            exchange.sendResponseHeaders(large ? 200 : 404, head ? -1 : large ? LARGE : 0);
            if (large && !head) write(exchange.getResponseBody(), LARGE);
        }
    }

    private static void write(OutputStream out, long bytes) throws IOException {
        byte[] block = new byte[64 << 10];
        for (long left = bytes; left > 0; left -= block.length) out.write(block, 0, (int) Math.min(left, block.length));
    }

    private HttpRequest.Builder to(String target) {
        return HttpRequest.newBuilder(URI.create(running.uri() + target));
    }

    @Test
    void targetsAndHeadersStayAsTheyAre() throws Exception {
        var response = http.send(to("/b//a/../%2F%20x?list-type=2&prefix=a%2Fb").build(), BodyHandlers.discarding());
        assertEquals(404, response.statusCode());
        assertEquals("gzip", response.headers().firstValue("content-encoding").orElse(""));
        assertEquals(
                "GET /b//a/../%2F%20x?list-type=2&prefix=a%2Fb " + running.uri().getAuthority(), seen.remove());
    }

    /** Signatures cover them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html; charset=UTF-8",
                "text/plain;charset=UTF-8",
                "Text/HTML",
                "application/json; charset=UTF-8",
                "text/html; charset=utf-8"
            })
    void valuesThatTheServerKnowsAreNotSpeltOtherwise(String type) throws Exception {
        var put = to("/b/k").header("Content-Type", type).PUT(BodyPublishers.ofString("x"));
        var response = http.send(put.build(), BodyHandlers.discarding());
        assertEquals(type, types.remove());
        assertEquals(type, response.headers().firstValue("content-type").orElse(""));
    }

    @Test
    void largeBodiesStreamBothWays() throws Exception {
        byte[] block = new byte[64 << 10];
        var body = BodyPublishers.ofInputStream(() -> new Zeros(LARGE, block.length));
        var put = http.send(to("/b/k").PUT(body).expectContinue(true).build(), BodyHandlers.discarding());
        assertEquals(
                Long.toString(LARGE), put.headers().firstValue("x-received").orElse(""));
        var get = http.send(to("/b/large").build(), BodyHandlers.ofInputStream());
        assertEquals(
                Long.toString(LARGE), get.headers().firstValue("content-length").orElse(""));
        long received = 0;
        try (InputStream in = get.body()) {
            for (int n = in.read(block); n >= 0; n = in.read(block)) received += n;
        }
        assertEquals(LARGE, received);
    }

    @Test
    void headAnswersKeepTheirLength() throws Exception {
        var head = http.send(to("/b/k").method("HEAD", BodyPublishers.noBody()).build(), BodyHandlers.discarding());
        assertEquals("77", head.headers().firstValue("content-length").orElse(""));
    }

    @Test
    void aMissingS3IsAnAnswer() throws Exception {
        s3.stop(0);
        var response = http.send(to("/b/k").build(), BodyHandlers.ofString());
        assertEquals(503, response.statusCode());
        assertTrue(response.body().contains("<Code>ServiceUnavailable</Code>"), response.body());
    }

    /** What comes back, as text, for a head that no HTTP client would send. */
    private String raw(String head) throws IOException {
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), running.server.address().getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest(name = "{0} gets {2} in {1}")
    @CsvSource({
        "/b/k, <Error>, InvalidRequest",
        "/2020-05-31/distribution, <ErrorResponse, MalformedInput",
        "/, <ErrorResponse, MalformedInput"
    })
    void whatIsNotHttpIsRefusedInTheEnvelopeOfItsService(String path, String envelope, String code) throws IOException {
        String answer = raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nHost: example.com\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
        assertTrue(answer.contains("?>\n" + envelope), answer);
        assertTrue(answer.contains("<Code>" + code + "</Code>"), answer);
        assertTrue(seen.isEmpty(), "nothing of it reaches S3");
    }

    @Test
    void aHeadThatIsTooLargeHasS3sCode() throws IOException {
        String answer = raw("GET /b/k HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(70_000) + "\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 431 "), answer);
        assertTrue(answer.contains("<Code>RequestHeaderSectionTooLarge</Code>"), answer);
    }

    @Test
    void cutAnswersStayCut() throws Exception {
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), running.server.address().getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write("GET /b/large HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] first = socket.getInputStream().readNBytes(1 << 20);
            assertEquals(1 << 20, first.length);
            s3.stop(0);
            long rest = 0;
            byte[] buffer = new byte[64 << 10];
            try {
                for (int n = socket.getInputStream().read(buffer);
                        n >= 0;
                        n = socket.getInputStream().read(buffer)) {
                    rest += n;
                }
            } catch (IOException e) {
                assertTrue(String.valueOf(e.getMessage()).contains("reset"), e::toString);
            }
            assertTrue(rest < LARGE - first.length, () -> "the whole answer arrived");
        }
    }

    /** An endless supply of nothing, up to a length. */
    private static final class Zeros extends InputStream {
        private final int most;
        private long left;

        Zeros(long length, int most) {
            this.left = length;
            this.most = most;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (left <= 0) return -1;
            int n = (int) Math.min(left, Math.min(length, most));
            left -= n;
            return n;
        }
    }
}
