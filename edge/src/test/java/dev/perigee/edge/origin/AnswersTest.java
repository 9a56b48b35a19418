package dev.perigee.edge.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.edge.origin.OriginFailure.Broken;
import dev.perigee.edge.origin.OriginFailure.HeadTooLarge;
import dev.perigee.edge.origin.OriginFailure.Malformed;
import dev.perigee.edge.origin.OriginFailure.Phase;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class AnswersTest {
    private final Fixture fixture = Fixture.start();

    @AfterEach
    void stop() {
        fixture.close();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: 5,6\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: 0x5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: 5 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nNo colon\r\n\r\n",
                "HTTP/1.1 200 OK\r\nBad name: x\r\nna(me: y\r\n\r\n",
                "HTTP/1.1 200 OK\r\n: empty\r\n\r\n",
                "HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
                "HTTP/1.1 700 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/3.0 200 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                "SSH-2.0-OpenSSH_9.9\r\n",
            })
    void aMalformedHeadIsRefused(String answer) throws IOException {
        try (var origin = ScriptedOrigin.answering(answer)) {
            assertInstanceOf(Malformed.class, Fixture.failure(fixture.get(origin.port())));
        }
    }

    @Test
    void aHeadWithoutEndIsRefused() throws IOException {
        try (var origin = ScriptedOrigin.answering("HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(2000))) {
            assertEquals(new HeadTooLarge("head of more than 8192 bytes"), Fixture.failure(fixture.get(origin.port())));
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "'', FIRST_BYTE",
        "HTTP/1.1 200, FIRST_BYTE",
        "HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n, FIRST_BYTE",
        "HTTP/1.1 100 Continue\\r\\n\\r\\n, FIRST_BYTE",
    })
    void aConnectionThatEndsBeforeTheHeadIsBroken(String answer, Phase phase) throws IOException {
        try (var origin = ScriptedOrigin.answeringOnce(HeadReaderTest.unescape(answer))) {
            assertEquals(new Broken(phase, "connection closed"), Fixture.failure(fixture.get(origin.port())));
        }
    }

    @ParameterizedTest(name = "{0} -> {1} {2}")
    @CsvSource({
        "HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhello, 5, hello",
        "HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n, 0, ''",
        "HTTP/1.1 200 OK\\r\\nContent-Length: 005\\r\\n\\r\\nhello, 5, hello",
        "HTTP/1.1 204 No Content\\r\\n\\r\\n, 0, ''",
        "HTTP/1.1 304 Not Modified\\r\\nContent-Length: 5\\r\\n\\r\\n, 0, ''",
        "HTTP/1.1 200 OK\\r\\n\\r\\nhello, -1, hello",
        "HTTP/1.1 200 OK\\r\\n\\r\\n, -1, ''",
        "HTTP/1.0 200 OK\\r\\n\\r\\nhello, -1, hello",
        "HTTP/1.0 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhello, 5, hello",
        "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n5\\r\\nhello\\r\\n0\\r\\n\\r\\n, -1, hello",
        "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: Chunked\\r\\n\\r\\n1\\r\\nh\\r\\n04\\r\\nello\\r\\n0\\r\\n\\r\\n, -1, hello",
        "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nA;x=y\\r\\nhellohello\\r\\n0;z\\r\\n\\r\\n, -1, hellohello",
        "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\nTrailer: x\\r\\n\\r\\n, -1, ''",
        "HTTP/1.1 100 Continue\\r\\n\\r\\nHTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhello, 5, hello",
        "HTTP/1.1 103 Hints\\r\\nLink: x\\r\\n\\r\\nHTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nhi, 2, hi",
    })
    void contentEndsWhereItsFramingSays(String answer, long length, String content) throws IOException {
        String bytes = HeadReaderTest.unescape(answer);
        try (var whole = ScriptedOrigin.answeringOnce(bytes);
                var pieces = ScriptedOrigin.start(peer -> {
                    peer.socket().setTcpNoDelay(true);
                    peer.readHead();
                    for (int i = 0; i < bytes.length(); i++) peer.send(bytes.substring(i, i + 1));
                })) {
            for (ScriptedOrigin origin : new ScriptedOrigin[] {whole, pieces}) {
                OriginOutcome outcome = fixture.get(origin.port());
                assertEquals(length, Fixture.answered(outcome).body().length());
                assertEquals(content, Fixture.text(outcome));
            }
        }
    }

    @Test
    void theAnswerToHeadHasNoContentWhateverItSays() throws IOException {
        try (var origin = ScriptedOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")) {
            for (int i = 0; i < 2; i++) {
                OriginOutcome outcome = fixture.ask(origin.port(), "HEAD", null);
                assertEquals("5", Fixture.answered(outcome).head().fields().first("content-length"));
                assertEquals(0, Fixture.answered(outcome).body().length());
                assertEquals("", Fixture.text(outcome));
            }
            assertEquals(1, origin.accepted());
        }
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "HTTP/1.1 200 OK\\r\\nContent-Length: 6\\r\\n\\r\\nhello, Broken",
        "HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\n, Broken",
        "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n, Broken",
        "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n5, Broken",
        "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n5\\r\\nhel, Broken",
        "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n5\\r\\nhello, Broken",
        "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n5\\r\\nhello\\r\\n, Broken",
        "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n5\\r\\nhello\\r\\n0\\r\\n, Broken",
        "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n5\\r\\nhello\\r\\n0\\r\\nA: b\\r\\n, Broken",
        "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n5\\r\\nhelloX\\r\\n0\\r\\n\\r\\n, Malformed",
        "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n5\\nhello\\r\\n0\\r\\n\\r\\n, Malformed",
        "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0x5\\r\\nhello\\r\\n0\\r\\n\\r\\n, Malformed",
        "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n+5\\r\\nhello\\r\\n0\\r\\n\\r\\n, Malformed",
        "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n-5\\r\\nhello\\r\\n0\\r\\n\\r\\n, Malformed",
        "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n\\r\\nhello\\r\\n0\\r\\n\\r\\n, Malformed",
        "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n5 5\\r\\nhello\\r\\n0\\r\\n\\r\\n, Malformed",
        "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nfffffffffffffffff\\r\\nhello, Malformed",
        "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n5;a=\"\\n\"\\r\\nhello\\r\\n0\\r\\n\\r\\n, Malformed",
    })
    void contentThatIsCutOrMalformedIsNeverComplete(String answer, String expected) throws IOException {
        try (var origin = ScriptedOrigin.answeringOnce(HeadReaderTest.unescape(answer))) {
            // Content that is bad from its first byte may be refused before the head is handed out.
            OriginOutcome outcome = fixture.get(origin.port());
            Object end = outcome instanceof OriginOutcome.Failed(OriginFailure failure)
                    ? failure
                    : Fixture.collect(outcome).end();
            assertEquals(expected, end.getClass().getSimpleName(), end::toString);
        }
    }

    @Test
    void aResetIsNoEndOfContent() throws IOException {
        try (var origin = ScriptedOrigin.start(peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 200 OK\r\n\r\nhello");
            Fixture.await("the client has it", () -> fixture.client.bytesReceived() >= 5);
            peer.reset();
        })) {
            assertInstanceOf(
                    Broken.class, Fixture.collect(fixture.get(origin.port())).end());
        }
    }

    @Test
    void endlessChunkExtensionsAreCut() throws IOException {
        try (var origin = ScriptedOrigin.start(peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            while (true) peer.send("1;" + "x".repeat(4000) + "\r\na\r\n");
        })) {
            Object end = Fixture.collect(fixture.get(origin.port())).end();
            assertEquals(new Malformed("more framing than content"), end);
        }
    }

    @Test
    void onlyEndToEndFieldsArePassedOn() throws IOException {
        try (var origin = ScriptedOrigin.answering(
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: X-Hop, Content-Length\r\n"
                        + "X-Hop: 1\r\nKeep-Alive: timeout=5\r\nUpgrade: h2c\r\nX-End: \u00e9\r\nSet-Cookie: a\r\nset-cookie: b\r\n\r\nhi")) {
            OriginOutcome outcome = fixture.get(origin.port());
            var fields = Fixture.answered(outcome).head().fields();
            assertEquals("hi", Fixture.text(outcome));
            assertNull(fields.first("X-Hop"));
            assertNull(fields.first("Connection"));
            assertNull(fields.first("Keep-Alive"));
            assertNull(fields.first("Upgrade"));
            assertEquals("2", fields.first("Content-Length"));
            assertEquals("\u00e9", fields.first("x-end"));
            assertEquals(2, fields.count("Set-Cookie"));
        }
    }

    @Test
    void nothingIsReadAheadOfTheSink() throws IOException {
        try (var origin = ScriptedOrigin.start(peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
            byte[] piece = new byte[1 << 20];
            for (int i = 0; i < 95; i++) peer.send(piece);
        })) {
            OriginOutcome outcome = fixture.get(origin.port());
            long before = fixture.client.bytesReceived();
            assertTrue(before <= 64 << 10, () -> before + " bytes were read before anyone wanted them");
            Fixture.answered(outcome).body().discard();
            Fixture.await("the connection is closed", () -> fixture.client.connectionsOpen() == 0);
        }
    }
}
