package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.HOST;
import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.testkit.LimitsBuilder;
import dev.perigee.testkit.Replies;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScenarioExtension;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Developer guide, "Use WebSockets with CloudFront distributions"; RFC 6455 section 4. */
class WebSocketTest {
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final String FIELDS =
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + KEY
                    + "\r\n";
    private static final String HANDSHAKE = handshake("/chat?room=1", FIELDS + "Sec-WebSocket-Protocol: chat\r\n");

    private static String handshake(String target, String fields) {
        return "GET " + target + " HTTP/1.1\r\nHost: " + HOST + "\r\n" + fields + "\r\n";
    }

    private static String switching(String fields) {
        String lines = fields.isEmpty() ? "" : fields.replace(";", "\r\n") + "\r\n";
        return "HTTP/1.1 101 Switching Protocols\r\n" + lines + "\r\n";
    }

    private record Pair(TunnelPeer viewer, TunnelPeer origin, String request, String answer) implements AutoCloseable {
        static Pair open(ScenarioEdge edge, TunnelPeer.Origin origin) throws Exception {
            edge.serve(distribution(origin.port()));
            TunnelPeer viewer = TunnelPeer.viewer(edge.httpPort());
            viewer.send(HANDSHAKE);
            TunnelPeer asked = origin.next();
            String request = asked.head();
            asked.accept(request);
            return new Pair(viewer, asked, request, viewer.head());
        }

        @Override
        public void close() throws IOException {
            viewer.close();
            origin.close();
        }
    }

    @Scenario
    void octetsGoBothWaysOnceTheOriginAgrees(ScenarioEdge edge) throws Exception {
        try (TunnelPeer.Origin origin = new TunnelPeer.Origin();
                Pair pair = Pair.open(edge, origin)) {
            assertTrue(pair.request().startsWith("GET /chat HTTP/1.1\r\n"), pair.request());
            assertEquals("websocket", TunnelPeer.field(pair.request(), "Upgrade"));
            assertEquals("Upgrade", TunnelPeer.field(pair.request(), "Connection"));
            assertEquals(KEY, TunnelPeer.field(pair.request(), "Sec-WebSocket-Key"));
            assertEquals("13", TunnelPeer.field(pair.request(), "Sec-WebSocket-Version"));
            assertEquals("chat", TunnelPeer.field(pair.request(), "Sec-WebSocket-Protocol"));
            assertTrue(pair.answer().startsWith("HTTP/1.1 101 Switching Protocols\r\n"), pair.answer());
            assertEquals("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", TunnelPeer.field(pair.answer(), "Sec-WebSocket-Accept"));
            assertEquals("websocket", TunnelPeer.field(pair.answer(), "Upgrade"));
            assertEquals("Upgrade", TunnelPeer.field(pair.answer(), "Connection"));
            assertEquals("Miss from cloudfront", TunnelPeer.field(pair.answer(), "X-Cache"));
            assertEquals("", TunnelPeer.field(pair.answer(), "Content-Length"));
            pair.viewer().send("ping");
            assertEquals("ping", pair.origin().read(4));
            pair.origin().send("pong!");
            assertEquals("pong!", pair.viewer().read(5));
            // What would be a request is nothing but octets here.
            pair.viewer().send("GET /x HTTP/1.1\r\n\r\n");
            assertEquals("GET /x HTTP/1.1\r\n\r\n", pair.origin().read(19));
        }
        String[] line = edge.logLines(1).getFirst().split("\t", -1);
        assertEquals("101", line[8]);
        assertEquals("Miss", line[13]);
        assertEquals("ws", line[16]);
        assertEquals(HANDSHAKE.length() + 23, Long.parseLong(line[17]));
        assertTrue(Long.parseLong(line[3]) > 5, line[3]);
    }

    @Scenario
    void muchGoesBothWaysAtOnceAndNothingIsLost(ScenarioEdge edge) throws Exception {
        byte[] octets = new byte[8 << 20];
        new SplittableRandom(1).nextBytes(octets);
        try (TunnelPeer.Origin origin = new TunnelPeer.Origin();
                Pair pair = Pair.open(edge, origin)) {
            CompletableFuture<Void> up = sending(pair.viewer(), octets);
            CompletableFuture<Void> down = sending(pair.origin(), octets);
            CompletableFuture<byte[]> arrived = CompletableFuture.supplyAsync(
                    () -> reading(pair.origin(), octets.length),
                    task -> Thread.ofVirtual().start(task));
            assertArrayEquals(octets, pair.viewer().readOctets(octets.length));
            assertArrayEquals(octets, arrived.join());
            up.join();
            down.join();
        }
    }

    @Scenario
    void anEndThatDoesNotReadHoldsTheOtherUp(ScenarioEdge edge) throws Exception {
        byte[] octets = new byte[64 << 20];
        try (TunnelPeer.Origin origin = new TunnelPeer.Origin();
                Pair pair = Pair.open(edge, origin)) {
            CompletableFuture<Void> down = sending(pair.origin(), octets);
            // The kernel's buffers take a few megabytes; the edge must not take the rest.
            assertThrows(TimeoutException.class, () -> down.get(500, TimeUnit.MILLISECONDS));
            assertEquals(octets.length, pair.viewer().readOctets(octets.length).length);
            down.join();
        }
    }

    private static CompletableFuture<Void> sending(TunnelPeer peer, byte[] octets) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        peer.send(octets);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                },
                task -> Thread.ofVirtual().start(task));
    }

    private static byte[] reading(TunnelPeer peer, int octets) {
        try {
            return peer.readOctets(octets);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Scenario
    void oneDirectionMayEndBeforeTheOther(ScenarioEdge edge) throws Exception {
        try (TunnelPeer.Origin origin = new TunnelPeer.Origin();
                Pair pair = Pair.open(edge, origin)) {
            pair.viewer().send("bye");
            pair.viewer().halfClose();
            assertEquals("bye", pair.origin().read(3));
            assertTrue(pair.origin().atEnd());
            pair.origin().send("last words");
            assertEquals("last words", pair.viewer().read(10));
            pair.origin().halfClose();
            assertTrue(pair.viewer().atEnd());
        }
        edge.logLines(1);
    }

    @Scenario
    void anOriginThatLeavesEndsTheTunnel(ScenarioEdge edge) throws Exception {
        try (TunnelPeer.Origin origin = new TunnelPeer.Origin();
                Pair pair = Pair.open(edge, origin)) {
            pair.origin().send("bye");
            pair.origin().close();
            assertEquals("bye", pair.viewer().read(3));
            assertTrue(pair.viewer().atEnd());
        }
    }

    @Scenario
    void aViewerThatLeavesEndsTheTunnel(ScenarioEdge edge) throws Exception {
        try (TunnelPeer.Origin origin = new TunnelPeer.Origin();
                Pair pair = Pair.open(edge, origin)) {
            pair.viewer().close();
            assertTrue(pair.origin().atEnd());
        }
        edge.logLines(1);
    }

    @Scenario
    void anIdleTunnelIsClosed(ScenarioEdge edge) throws Exception {
        edge.restart(LimitsBuilder.limits().tunnelIdle(Duration.ofMillis(400)).build());
        try (TunnelPeer.Origin origin = new TunnelPeer.Origin();
                Pair pair = Pair.open(edge, origin)) {
            for (int i = 0; i < 6; i++) {
                assertTrue(pair.viewer().staysOpenAndQuiet(100));
                pair.viewer().send("x");
                assertEquals("x", pair.origin().read(1));
            }
            assertTrue(pair.viewer().atEnd());
            assertTrue(pair.origin().atEnd());
        }
    }

    @Scenario
    void whatTheOriginSendsBehindIts101Arrives(ScenarioEdge edge) throws Exception {
        try (TunnelPeer.Origin origin = new TunnelPeer.Origin();
                TunnelPeer viewer = TunnelPeer.viewer(edge.httpPort())) {
            edge.serve(distribution(origin.port()));
            viewer.send(HANDSHAKE);
            try (TunnelPeer asked = origin.next()) {
                asked.head();
                asked.send(
                        "HTTP/1.1 101 Switching Protocols\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"
                                + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\nhello at once");
                assertTrue(viewer.head().startsWith("HTTP/1.1 101 "));
                assertEquals("hello at once", viewer.read(13));
            }
        }
    }

    @Scenario
    void anOrdinaryAnswerIsDeliveredAndTheConnectionKept(ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/chat").reply(403, Replies.body("no chatting"));
        origin.on("GET", "/a").reply(200, Replies.maxAge(60), Replies.body("hello"));
        expect(viewer.send(HANDSHAKE)).status(403).body("no chatting").error();
        expect(viewer.get("/a")).status(200).body("hello");
        assertEquals(1, viewer.connections());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Upgrade: websocket;Connection: Upgrade",
                "Upgrade: websocket;Connection: Upgrade;Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "Upgrade: h2c;Connection: Upgrade;Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
            })
    @ExtendWith(ScenarioExtension.class)
    void a101ThatDoesNotFitIs502(String fields, ScriptedOrigin origin, ScriptedViewer viewer) {
        origin.on("GET", "/chat").raw(switching(fields));
        expect(viewer.send(HANDSHAKE)).status(502).error();
    }

    @Scenario
    void a101ThatNobodyAskedForIs502(ScriptedOrigin origin, ScriptedViewer viewer) {
        String agreed = "Upgrade: websocket;Connection: Upgrade;Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
        origin.on("GET", "/a").raw(switching(agreed));
        expect(viewer.get("/a")).status(502).error();
    }

    @ParameterizedTest(name = "{0}, {1}, version {2}, key {3}")
    @CsvSource({
        "websocket, Upgrade, , " + KEY,
        "websocket, Upgrade, 777, " + KEY,
        "websocket, Upgrade, 13, ",
        "websocket, Upgrade, 13, short",
        "websocket, keep-alive, 13, " + KEY,
        "h2c, Upgrade, 13, " + KEY,
        "'websocket, h2c', Upgrade, 13, " + KEY
    })
    @ExtendWith(ScenarioExtension.class)
    void aHandshakeThatIsNoneIsAnOrdinaryRequest(
            String upgrade,
            String connection,
            String version,
            String key,
            ScriptedOrigin origin,
            ScriptedViewer viewer) {
        StringBuilder fields = new StringBuilder();
        fields.append("Upgrade: ")
                .append(upgrade)
                .append("\r\nConnection: ")
                .append(connection)
                .append("\r\n");
        if (version != null)
            fields.append("Sec-WebSocket-Version: ").append(version).append("\r\n");
        if (key != null) fields.append("Sec-WebSocket-Key: ").append(key).append("\r\n");
        origin.on("GET", "/chat").reply(200, Replies.maxAge(60), Replies.body("hello"));
        expect(viewer.send(handshake("/chat", fields.toString())))
                .status(200)
                .body("hello")
                .miss();
        assertEquals(null, origin.lastRequest().header("Upgrade"));
        assertEquals("Keep-Alive", origin.lastRequest().header("Connection"));
        expect(viewer.send(handshake("/chat", fields.toString())))
                .status(200)
                .body("hello")
                .hit();
    }

    @Scenario
    void octetsSentBeforeTheAnswerAreNeitherForwardedNorARequest(ScenarioEdge edge) throws Exception {
        try (TunnelPeer.Origin origin = new TunnelPeer.Origin();
                TunnelPeer viewer = TunnelPeer.viewer(edge.httpPort())) {
            edge.serve(distribution(origin.port()));
            viewer.send(HANDSHAKE);
            try (TunnelPeer asked = origin.next()) {
                String head = asked.head();
                viewer.send("GET /smuggled HTTP/1.1\r\nHost: " + HOST + "\r\n\r\n");
                assertTrue(viewer.staysOpenAndQuiet(100));
                asked.accept(head);
                assertTrue(viewer.head().startsWith("HTTP/1.1 400 "));
                assertTrue(asked.atEnd());
            }
            assertTrue(origin.untouched());
        }
    }

    @Scenario
    void octetsSentBeforeARefusalAreNoRequest(ScenarioEdge edge) throws Exception {
        try (TunnelPeer.Origin origin = new TunnelPeer.Origin();
                TunnelPeer viewer = TunnelPeer.viewer(edge.httpPort())) {
            edge.serve(distribution(origin.port()));
            viewer.send(HANDSHAKE);
            try (TunnelPeer asked = origin.next()) {
                asked.head();
                viewer.send("GET /smuggled HTTP/1.1\r\nHost: " + HOST + "\r\n\r\n");
                assertTrue(viewer.staysOpenAndQuiet(100));
                asked.send("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\n\r\nno");
                String answer = viewer.head();
                assertTrue(answer.startsWith("HTTP/1.1 426 "), answer);
                assertEquals("close", TunnelPeer.field(answer, "Connection"));
                assertEquals("no", viewer.read(2));
                assertTrue(viewer.atEnd());
                assertEquals(0, asked.available());
            }
            assertTrue(origin.untouched());
        }
    }
}
