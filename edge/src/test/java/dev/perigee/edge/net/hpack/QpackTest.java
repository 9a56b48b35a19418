package dev.perigee.edge.net.hpack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QpackTest {
    private static final HexFormat HEX = HexFormat.of();

    private static String decode(String hex) {
        return decode(HEX.parseHex(hex.replace(" ", "")));
    }

    private static String decode(byte[] section) {
        QpackDecoder decoder = new QpackDecoder(
                (bytes, start, end) -> new String(bytes, start, end - start, StandardCharsets.ISO_8859_1));
        List<String> fields = new ArrayList<>();
        boolean read = decoder.decode(section, 0, section.length, field -> fields.add(field.toString()));
        return read ? String.join(" | ", fields) : "malformed";
    }

    /** RFC 9204 appendix B.1, and the three forms that need no dynamic table. */
    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "0000 510b2f696e6465782e68746d6c, :path: /index.html",
        "0000 d1 d7 c1, :method: GET | :scheme: https | :path: /",
        "0000 ff23, x-frame-options: sameorigin",
        "0000 23 782d61 01 62, x-a: b",
        "0000 27 03 61626364656667686a6b 01 31, abcdefghjk: 1",
        "0000 33 782d61 00, 'x-a: '",
        "0000 23 782d61 82 6402, x-a: 302",
        "0005 d1, :method: GET"
    })
    void readsWhatNeedsNoTable(String hex, String fields) {
        assertEquals(fields, decode(hex));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0200 d1",
                "0000 80",
                "0000 10",
                "0000 40 00",
                "0000 00 00",
                "0000 ff24",
                "0000 ffffffffffff7f",
                "0000 5f54 00",
                "0000 51 05 61",
                "0000 51",
                "0000 27",
                "0000 23 6162",
                "00",
                "ff"
            })
    void refusesTheRest(String hex) {
        assertEquals("malformed", decode(hex));
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        byte[] section = new QpackWriter()
                .prefix()
                .status(200)
                .status(421)
                .status(494)
                .field("content-type", "image/jpeg")
                .field("content-type", "image/webp")
                .field("x-amz-cf-pop", "IAD50-P1")
                .field("alt-svc", "h3=\":443\"; ma=86400")
                .field("x-long", "v".repeat(1_000))
                .field("x-none", "")
                .toBytes();
        assertEquals(
                ":status: 200 | :status: 421 | :status: 494 | content-type: image/jpeg | content-type: image/webp"
                        + " | x-amz-cf-pop: IAD50-P1 | alt-svc: h3=\":443\"; ma=86400 | x-long: " + "v".repeat(1_000)
                        + " | x-none: ",
                decode(section));
        assertArrayEquals(
                new byte[] {0, 0, (byte) 0xd9},
                new QpackWriter().prefix().status(200).toBytes());
    }

    @Test
    void linesMayBePutTogetherInAnyOrder() {
        ByteArrayOutputStream section = new ByteArrayOutputStream();
        section.writeBytes(new QpackWriter().prefix().status(304).toBytes());
        section.writeBytes(new QpackWriter().field("etag", "\"v1\"").toBytes());
        section.writeBytes(new QpackWriter().name("age").toBytes());
        section.writeBytes(new byte[] {2, '4', '2'});
        assertEquals(":status: 304 | etag: \"v1\" | age: 42", decode(section.toByteArray()));
    }

    @Test
    void nothingMakesItFail() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] section = new byte[random.nextInt(40)];
            random.nextBytes(section);
            if (section.length > 1 && random.nextBoolean()) section[0] = section[1] = 0;
            try {
                decode(section);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + HEX.formatHex(section), e);
            }
        }
    }
}
