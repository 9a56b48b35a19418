package dev.perigee.edge.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** The JDK's reader judges what we write. */
class LogGzipTest {
    private static void roundTrip(byte[] content, String what) throws IOException {
        byte[] read = new GZIPInputStream(new ByteArrayInputStream(LogGzip.of(content))).readAllBytes();
        assertArrayEquals(content, read, what);
    }

    @Test
    void everyLengthComesBack() throws IOException {
        byte[] same = new byte[600];
        for (int length = 0; length < same.length; length++) roundTrip(new byte[length], "zeros " + length);
        for (int length = 0; length < 300; length++) {
            byte[] counting = new byte[length];
            for (int i = 0; i < length; i++) counting[i] = (byte) i;
            roundTrip(counting, "counting " + length);
        }
    }

    @Test
    void whatRepeatsAtAnyDistanceComesBack() throws IOException {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 300; round++) {
            byte[] content = new byte[random.nextInt(80_000)];
            int distance = random.nextInt(1, 40_000);
            int letters = random.nextInt(1, 257);
            for (int i = 0; i < content.length; i++) {
                boolean again = i >= distance && random.nextInt(100) != 0;
                content[i] = again ? content[i - distance] : (byte) random.nextInt(letters);
            }
            roundTrip(content, "round " + round + ", seed " + seed);
        }
    }

    @Test
    void linesTakeAThirdOrLess() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            text.append("2026-11-26\t06:59:59\tIAD50-P1\t").append(i * 31 % 5_000);
            text.append("\t192.0.2.183\tGET\td111111abcdef8.cloudfront.net\t/pets/")
                    .append(i % 97);
            text.append("/photo.jpg\t200\t-\tcurl/8.5.0\t-\t-\tHit\t")
                    .append(Long.toHexString(i * 0x9E3779B97F4A7C15L));
            text.append(
                    "==\td111111abcdef8.cloudfront.net\thttps\t92\t0.001\t-\tTLSv1.3\tTLS_AES_128_GCM_SHA256\tHit\n");
        }
        byte[] content = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        int length = LogGzip.of(content).length;
        assertTrue(length < content.length / 3, length + " of " + content.length);
    }
}
