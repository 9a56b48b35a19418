package dev.perigee.lab.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class DnsResponderTest {
    /** id 1234, recursion desired, one question: a.b, A, IN. */
    private static final byte[] QUERY = HexFormat.of().parseHex("12340100000100000000000001610162000001" + "0001");

    @Test
    void answersARoundTripLater() throws Exception {
        try (DnsResponder responder = DnsResponder.open(Duration.ofMillis(40));
                DatagramSocket asker = new DatagramSocket()) {
            asker.setSoTimeout(10_000);
            long start = System.nanoTime();
            asker.send(new DatagramPacket(QUERY, QUERY.length, responder.address()));
            DatagramPacket packet = new DatagramPacket(new byte[512], 512);
            asker.receive(packet);
            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            assertTrue(took >= 39, "took " + took + " ms");
            assertEquals(QUERY.length + 16, packet.getLength());
        }
    }

    @Test
    void theAnswerIsALoopbackAddress() {
        byte[] answer = DnsResponder.answer(QUERY);
        assertNotNull(answer);
        assertEquals("1234818000010001", HexFormat.of().formatHex(answer, 0, 8));
        assertArrayEquals(new byte[] {127, 0, 0, 1}, Arrays.copyOfRange(answer, answer.length - 4, answer.length));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1234",
                "12348100000100000000000001610162000001" + "0001",
                "12340100000200000000000001610162000001" + "0001",
                "1234010000010000000000003f61016200000100",
                "123401000001000000000000c00c00010001",
                "12340100000100000000000001610162"
            })
    void nothingElseIsAnswered(String hex) {
        assertNull(DnsResponder.answer(HexFormat.of().parseHex(hex)));
    }
}
