package dev.perigee.edge.net.hpack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HpackTest {
    private static final HexFormat HEX = HexFormat.of();

    private final HpackDecoder decoder = decoder(4096);

    private static HpackDecoder decoder(int tableBytes) {
        return new HpackDecoder(
                tableBytes, (bytes, start, end) -> new String(bytes, start, end - start, StandardCharsets.ISO_8859_1));
    }

    private static String decode(HpackDecoder with, String hex) {
        List<String> fields = new ArrayList<>();
        byte[] section = HEX.parseHex("ee" + hex.replace(" ", "") + "ee");
        boolean read = with.decode(section, 1, section.length - 1, field -> fields.add(field.toString()));
        return read ? String.join(" | ", fields) : "malformed";
    }

    /** RFC 7541 appendix C.3 and C.4: three requests on one connection, plain and with Huffman code. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "plain, 828684410f7777772e6578616d706c652e636f6d, 828684be58086e6f2d6361636865, "
                + "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
        "huffman, 828684418cf1e3c2e5f23a6ba0ab90f4ff, 828684be5886a8eb10649cbf, "
                + "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf"
    })
    void readsTheRequestsOfTheRfc(String name, String first, String second, String third) {
        assertEquals(":method: GET | :scheme: http | :path: / | :authority: www.example.com", decode(decoder, first));
        assertEquals(
                ":method: GET | :scheme: http | :path: / | :authority: www.example.com | cache-control: no-cache",
                decode(decoder, second));
        assertEquals(
                ":method: GET | :scheme: https | :path: /index.html | :authority: www.example.com"
                        + " | custom-key: custom-value",
                decode(decoder, third));
    }

    /** RFC 7541 appendix C.6: a table of 256 octets, from which entries are evicted. */
    @Test
    void evictsLikeTheRfc() {
        HpackDecoder small = decoder(256);
        decode(
                small,
                "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8"
                        + "e9ae82ae43d3");
        assertEquals(
                ":status: 307 | cache-control: private | date: Mon, 21 Oct 2013 20:13:21 GMT"
                        + " | location: https://www.example.com",
                decode(small, "4883640effc1c0bf"));
        String third = decode(
                small,
                "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960"
                        + "d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007");
        assertEquals(
                ":status: 200 | cache-control: private | date: Mon, 21 Oct 2013 20:13:22 GMT"
                        + " | location: https://www.example.com | content-encoding: gzip"
                        + " | set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
                third);
        // set-cookie, content-encoding and date are left; the other entries made room.
        assertEquals("content-encoding: gzip", decode(small, "bf"));
        assertEquals("malformed", decode(small, "c1"));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "80", // index 0
                "be", // nothing in the table yet
                "ff ff ff ff ff 0f", // an index that overflows
                "ff ff ff ff ff ff ff ff ff ff 01", // an integer without end
                "ff", // an integer cut off
                "40 85 61", // a string cut off
                "40", // no string at all
                "00 01 61", // no value
                "00 01 61 7f ff ff ff 7f", // a length of a quarter of a gigabyte
                "00 81 ff 01 61", // Huffman: padding of a whole octet
                "00 81 00 01 61", // Huffman: padding of zeros
                "00 84 ff ff ff ff 01 61", // Huffman: EOS
                "3f e2 1f", // a table larger than was allowed
                "82 20", // a change of size after a field
            })
    void malformedSectionsAreFoundOut(String hex) {
        assertEquals("malformed", decode(decoder, hex));
    }

    @Test
    void theTableMayBeMadeSmallerAndAreSectionsMayBeEmpty() {
        assertEquals("a: b", decode(decoder, "40 01 61 01 62"));
        assertEquals("a: b", decode(decoder, "be"));
        assertEquals("", decode(decoder, ""));
        assertEquals("", decode(decoder, "20"));
        assertEquals("malformed", decode(decoder, "be"));
        assertEquals("c: d", decode(decoder, "3f e1 1f 40 01 63 01 64"));
        assertEquals("c: d", decode(decoder, "be"));
    }

    @Test
    void anEntryLargerThanTheTableEmptiesIt() {
        assertEquals("a: b", decode(decoder, "40 01 61 01 62"));
        String large = "40 01 61 7f a1 1f" + "62".repeat(127 + 0x21 + 0x1f * 128);
        assertTrue(decode(decoder, large).startsWith("a: bbb"));
        assertEquals("malformed", decode(decoder, "be"));
    }

    @Test
    void theTableHoldsAsManyAsFit() {
        for (int i = 0; i < 300; i++) decode(decoder, "40 00 00");
        // Empty fields count 32 octets each, so that 128 of them fit.
        assertEquals(": ", decode(decoder, "ff 3e"));
        assertEquals("malformed", decode(decoder, "ff 3f"));
    }

    @Test
    void whatIsWrittenIsRead() {
        byte[] section = new HpackWriter()
                .status(200)
                .field("content-type", "image/jpeg")
                .field("x-own", "\u00e4\u0001{}")
                .field("x-long", "a".repeat(5_000))
                .field("x-none", "")
                .toBytes();
        assertEquals(
                ":status: 200 | content-type: image/jpeg | x-own: \u00e4\u0001{} | x-long: " + "a".repeat(5_000)
                        + " | x-none: ",
                decode(decoder, HEX.formatHex(section)));
        byte[] other = new HpackWriter().status(418).toBytes();
        assertEquals(":status: 418", decode(decoder, HEX.formatHex(other)));
        assertEquals("malformed", decode(decoder, "be"), "nothing went into the table");
    }

    @Test
    void theCodeIsThatOfTheRfc() {
        // RFC 7541 appendix C.4.1 and C.6.1.
        byte[] encoded = new byte[64];
        int end = Huffman.encode("Mon, 21 Oct 2013 20:13:21 GMT", encoded, 0);
        assertArrayEquals(
                HEX.parseHex("d07abe941054d444a8200595040b8166e082a62d1bff"), java.util.Arrays.copyOf(encoded, end));
    }

    @Test
    void everyOctetComesBack() {
        SplittableRandom random = new SplittableRandom(5);
        for (int round = 0; round < 2_000; round++) {
            byte[] octets = new byte[random.nextInt(40)];
            random.nextBytes(octets);
            String text = new String(octets, StandardCharsets.ISO_8859_1);
            byte[] encoded = new byte[Huffman.encodedLength(text)];
            assertEquals(encoded.length, Huffman.encode(text, encoded, 0));
            byte[] decoded = new byte[Huffman.decodedLengthMax(encoded.length)];
            int length = Huffman.decode(encoded, 0, encoded.length, decoded);
            assertEquals(text, new String(decoded, 0, length, StandardCharsets.ISO_8859_1));
        }
    }

    @Test
    void noSectionMakesTheDecoderThrow() {
        SplittableRandom random = new SplittableRandom(6);
        int readable = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] octets = new byte[random.nextInt(60)];
            random.nextBytes(octets);
            if (decoder(512).decode(octets, 0, octets.length, _ -> {})) readable++;
        }
        assertTrue(readable > 0);
        assertFalse(decoder(512).decode(new byte[] {(byte) 0xff}, 0, 1, _ -> {}));
    }
}
