package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.Http2Wire.END_HEADERS;
import static dev.perigee.testkit.Http2Wire.END_STREAM;
import static dev.perigee.testkit.Replies.body;
import static dev.perigee.testkit.Replies.cutAfter;
import static dev.perigee.testkit.Replies.maxAge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.testkit.Content;
import dev.perigee.testkit.Http2Wire;
import dev.perigee.testkit.LimitsBuilder;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Windows, order, and the ends of streams and connections over HTTP/2. */
class Http2FlowTest {
    private static final Content LARGE = Content.generated(200_000, 4);

    private static Http2Wire stored(ScenarioEdge edge, ScriptedOrigin origin, int... settings) {
        origin.on("GET", "/large").reply(200, maxAge(600), body(LARGE));
        expect(edge.viewer().get("/large")).body(LARGE);
        return edge.http2Wire().begin(settings);
    }

    /** Octets of content on each stream until all so far has been sent. */
    private static int octetsOf(Http2Wire wire, int stream) {
        int octets = 0;
        int pings = 0;
        wire.frame(Http2Wire.PING, 0, 0, new byte[8]);
        while (true) {
            Http2Wire.Frame frame = wire.await(f -> true, "any frame");
            // Content waits for the end of what is being received, an answer to a ping does not.
            if (frame.type() == Http2Wire.PING && ++pings == 2) return octets;
            if (frame.type() == Http2Wire.PING) wire.frame(Http2Wire.PING, 0, 0, new byte[8]);
            if (frame.type() == Http2Wire.DATA && frame.stream() == stream) octets += frame.payload().length;
        }
    }

    @Scenario
    void windowsAreKeptToTheOctet(ScenarioEdge edge, ScriptedOrigin origin) {
        Http2Wire wire = stored(edge, origin, 4, 1_000).get(1, "/large");
        assertEquals(1_000, octetsOf(wire, 1));
        assertEquals(1, octetsOf(wire.number(Http2Wire.WINDOW_UPDATE, 1, 1), 1));
        // A larger initial window also widens the windows of streams that are open, a smaller one may make them
        // negative.
        assertEquals(500, octetsOf(wire.settings(4, 1_500), 1));
        assertEquals(0, octetsOf(wire.settings(4, 0).number(Http2Wire.WINDOW_UPDATE, 1, 1_500), 1));
        assertEquals(7, octetsOf(wire.number(Http2Wire.WINDOW_UPDATE, 1, 7), 1));
        wire.number(Http2Wire.WINDOW_UPDATE, 1, 1_000_000);
        int sent = 1_000 + 1 + 500 + 7;
        assertEquals(65_535 - sent, octetsOf(wire, 1), "the connection's window is the limit now");
        wire.number(Http2Wire.WINDOW_UPDATE, 0, 1_000_000);
        assertEquals(200_000 - 65_535, octetsOf(wire, 1));
    }

    @Scenario
    void streamsOfEqualUrgencyTakeTurnsAndUrgentOnesGoFirst(ScenarioEdge edge, ScriptedOrigin origin) {
        Http2Wire wire = stored(edge, origin, 4, 1 << 20);
        wire.get(1, "/large")
                .get(3, "/large", "priority", "u=5")
                .get(5, "/large")
                .get(7, "/large", "priority", "u=0");
        // All wait for the connection's window, which is used up; from here on the order is the edge's.
        octetsOf(wire, 1);
        wire.number(Http2Wire.WINDOW_UPDATE, 0, 1 << 20).flush();
        List<Integer> ends = new ArrayList<>();
        List<Integer> order = new ArrayList<>();
        while (ends.size() < 4) {
            Http2Wire.Frame frame = wire.await(f -> f.type() == Http2Wire.DATA, "content");
            order.add(frame.stream());
            if (frame.has(END_STREAM)) ends.add(frame.stream());
        }
        assertTrue(ends.indexOf(7) < ends.indexOf(1), () -> "urgent first: " + order);
        assertEquals(3, ends.getLast(), () -> "the least urgent last: " + order);
        int first = order.indexOf(5);
        assertTrue(order.subList(first, order.size()).contains(1), () -> "1 and 5 take turns: " + order);
    }

    @Scenario
    void anAnswerThatTheOriginCutIsReset(ScenarioEdge edge, ScriptedOrigin origin) {
        origin.on("GET", "/cut").reply(200, maxAge(60), body(LARGE), cutAfter(150_000));
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        Http2Wire wire = edge.http2Wire().begin(4, 1 << 20).number(Http2Wire.WINDOW_UPDATE, 0, 1 << 20);
        wire.get(1, "/cut");
        assertEquals("200", wire.head(1).value(0));
        assertEquals(2, wire.resetOf(1), "INTERNAL_ERROR");
        wire.get(3, "/a");
        assertEquals("200", wire.head(3).value(0));
    }

    @Scenario
    void contentAboveTheLimitIs413ThoughNobodySaidHowMuchItWouldBe(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.restart(LimitsBuilder.limits().contentBytesMax(1_000).build());
        edge.serve(distribution(origin).byDefault(b -> b.allMethods()));
        origin.on("PUT", "/*").reply(200, body("stored"));
        Http2Wire wire = edge.http2Wire().begin();
        wire.headers(1, END_HEADERS, wire.request("PUT", "/fits"));
        wire.frame(Http2Wire.DATA, END_STREAM, 1, new byte[1_000]).flush();
        assertEquals("200", wire.head(1).value(0));
        wire.headers(3, END_HEADERS, wire.request("PUT", "/more"));
        wire.frame(Http2Wire.DATA, 0, 3, new byte[1_000]);
        wire.frame(Http2Wire.DATA, 0, 3, new byte[1]).flush();
        assertEquals("413", wire.head(3).value(0));
        assertTrue(origin.requests("/more").stream().noneMatch(r -> r.body().whole()), "never whole at the origin");
        wire.ping();
    }

    @Scenario
    void aResetEndsTheExchangeAndNothingElse(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.serve(distribution(origin).byDefault(b -> b.cachingDisabled()));
        origin.on("GET", "/slow").reply(200, body(LARGE), dev.perigee.testkit.Replies.pausedAfter(10_000));
        origin.on("GET", "/a").reply(200, body("hello"));
        Http2Wire wire = edge.http2Wire().begin().get(1, "/slow");
        wire.await(Http2Wire.DATA, 1);
        wire.number(Http2Wire.RST_STREAM, 1, 8).get(3, "/a");
        assertEquals("200", wire.head(3).value(0));
        String line = edge.logLines(2).stream()
                .filter(l -> l.contains("/slow"))
                .findFirst()
                .orElseThrow();
        assertTrue(line.contains("Error"), line);
        origin.resume();
    }

    @Scenario
    void aStopLetsRequestsUnderWayEnd(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.restart(LimitsBuilder.limits().drain(Duration.ofSeconds(10)).build());
        origin.on("GET", "/held").hold().reply(200, maxAge(60), body("hello"));
        Http2Wire wire = edge.http2Wire().begin().get(1, "/held").flush();
        origin.awaitRequests(1);
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(edge::stop);
        Http2Wire.Frame announced = wire.await(Http2Wire.GOAWAY, 0);
        assertEquals(Integer.MAX_VALUE, announced.number(0));
        Http2Wire.Frame ping = wire.await(f -> f.type() == Http2Wire.PING && !f.has(Http2Wire.ACK), "a ping");
        wire.frame(Http2Wire.PING, Http2Wire.ACK, 0, ping.payload()).flush();
        assertEquals(1, wire.await(Http2Wire.GOAWAY, 0).number(0));
        wire.get(3, "/too-late").flush();
        origin.release();
        assertEquals("200", wire.head(1).value(0));
        assertEquals(5, wire.await(Http2Wire.DATA, 1).payload().length);
        stopped.join();
        origin.expectRequests(1);
    }

    @Scenario
    void anIdleConnectionEndsWithGoaway(ScenarioEdge edge, ScriptedOrigin origin) {
        edge.restart(LimitsBuilder.limits().idleTimeout(Duration.ofMillis(200)).build());
        origin.on("GET", "/a").reply(200, maxAge(60), body("hello"));
        Http2Wire wire = edge.http2Wire().begin().get(1, "/a");
        assertEquals("200", wire.head(1).value(0));
        assertEquals(0, wire.goAway());
        assertNull(wire.next());
    }

    @Scenario
    void aSmallerTableIsAcknowledgedInTheNextHead(ScenarioEdge edge, ScriptedOrigin origin) {
        Http2Wire wire = stored(edge, origin, 1, 0).get(1, "/large").get(3, "/large");
        assertEquals(0x20, wire.await(Http2Wire.HEADERS, 1).payload()[0]);
        assertEquals((byte) 0x88, wire.await(Http2Wire.HEADERS, 3).payload()[0]);
    }

    @Scenario
    void theJdksClientIsServed(ScenarioEdge edge, ScriptedOrigin origin) throws Exception {
        edge.serve(distribution(origin).alias("localhost").byDefault(b -> b.allMethods()));
        origin.on("GET", "/large").reply(200, maxAge(600), body(LARGE));
        origin.on("POST", "/up").reply(200, body("thanks"));
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(edge.trust()).build()) {
            URI at = URI.create("https://localhost:" + edge.edge().https().getPort());
            List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                HttpRequest get = HttpRequest.newBuilder(at.resolve("/large")).build();
                answers.add(client.sendAsync(get, HttpResponse.BodyHandlers.ofByteArray()));
            }
            for (var answer : answers) {
                assertEquals(HttpClient.Version.HTTP_2, answer.join().version());
                assertEquals(LARGE.size(), answer.join().body().length);
            }
            HttpRequest post = HttpRequest.newBuilder(at.resolve("/up"))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(LARGE.toBytes()))
                    .build();
            assertEquals(
                    "thanks",
                    client.send(post, HttpResponse.BodyHandlers.ofString()).body());
        }
        assertEquals(LARGE.sha256(), origin.requests("/up").getFirst().body().sha256());
        assertEquals(1, origin.requests("/large").size());
    }
}
