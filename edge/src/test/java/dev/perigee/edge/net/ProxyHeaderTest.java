package dev.perigee.edge.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perigee.edge.TrustedProxies;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProxyHeaderTest {
    private static final String SIGNATURE = "0D0A0D0A000D0A515549540A";

    private static ByteBuf text(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    private static ByteBuf hex(String hex) {
        return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    /** Reads what begins with a header, which must be found whole, and so long; the address as text. */
    private static @Nullable String found(String header, ByteBuf in) {
        ProxyHeader.Found found = assertInstanceOf(ProxyHeader.Found.class, ProxyHeader.read(in));
        assertEquals(header.length(), found.octets());
        InetSocketAddress viewer = found.viewer();
        return viewer == null ? null : viewer.getAddress().getHostAddress() + ' ' + viewer.getPort();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "PROXY TCP4 192.168.0.1 10.0.0.1 56324 443, 192.168.0.1 56324",
        "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535, 255.255.255.255 65535",
        "PROXY TCP6 2001:db8::7 ::1 7 0, 2001:db8:0:0:0:0:0:7 7",
        "PROXY TCP6 ::ffff:192.0.2.1 ::1 7 80, 192.0.2.1 7",
        "PROXY UNKNOWN,",
        "PROXY UNKNOWN whatever there is 1 2,"
    })
    void versionOne(String line, String address) {
        String header = line + "\r\n";
        assertEquals(address, found(header, text(header + "GET / HTTP/1.1\r\n")));
        for (int length = 0; length < header.length(); length++) {
            assertInstanceOf(ProxyHeader.Incomplete.class, ProxyHeader.read(text(header.substring(0, length))));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY \r\n",
                "PROXY TCP4\r\n",
                "PROXY tcp4 1.2.3.4 5.6.7.8 1 2\r\n",
                "PROXY TCP4  1.2.3.4 5.6.7.8 1 2\r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 1 2 \r\n",
                "PROXY TCP4 1.2.3 5.6.7.8 1 2\r\n",
                "PROXY TCP4 1.2.3.04 5.6.7.8 1 2\r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.256 1 2\r\n",
                "PROXY TCP4 ::1 ::1 1 2\r\n",
                "PROXY TCP6 1.2.3.4 5.6.7.8 1 2\r\n",
                "PROXY TCP6 ::1%eth0 ::1 1 2\r\n",
                "PROXY TCP6 :::1 ::1 1 2\r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 01 2\r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 -1 2\r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 1 65536\r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\n"
            })
    void malformedOne(String header) {
        assertInstanceOf(ProxyHeader.Malformed.class, ProxyHeader.read(text(header)));
    }

    @Test
    void endsAreBounded() {
        String long1 = "PROXY UNKNOWN " + "x".repeat(200);
        assertInstanceOf(ProxyHeader.Incomplete.class, ProxyHeader.read(text(long1.substring(0, 106))));
        assertInstanceOf(ProxyHeader.Malformed.class, ProxyHeader.read(text(long1.substring(0, 107))));
        assertInstanceOf(ProxyHeader.Malformed.class, ProxyHeader.read(hex(SIGNATURE + "21 11 FFFF")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n",
                "\r\nGET / HTTP/1.1\r\n",
                "PROXYTCP4 1.2.3.4",
                "PUT /",
                "\u0016\u0003\u0001"
            })
    void anythingElseIsNoHeader(String text) {
        assertInstanceOf(ProxyHeader.Absent.class, ProxyHeader.read(text(text)));
    }

    private static ProxyHeader two(String rest) {
        return ProxyHeader.read(hex(SIGNATURE + rest));
    }

    @Test
    void versionTwo() {
        String four = "21 11 000C C0000201 0A000001 1F90 01BB";
        assertEquals(
                new ProxyHeader.Found(28, new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 8080)),
                two(four + "16"));
        String six = "21 21 0024 20010DB8000000000000000000000007 00000000000000000000000000000001 0007 01BB";
        assertEquals(
                new ProxyHeader.Found(52, new InetSocketAddress(InetAddress.ofLiteral("2001:db8::7"), 7)), two(six));
        // The proxy's own connection, with whatever it says besides.
        assertEquals(new ProxyHeader.Found(28, null), two("20 11 000C C0000201 0A000001 1F90 01BB"));
        assertEquals(new ProxyHeader.Found(16, null), two("21 00 0000"));
        assertEquals(new ProxyHeader.Found(19, null), two("21 00 0003 FFFFFF"));
        byte[] whole = HexFormat.of().parseHex((SIGNATURE + four).replace(" ", ""));
        for (int length = 0; length < whole.length; length++) {
            assertInstanceOf(ProxyHeader.Incomplete.class, ProxyHeader.read(Unpooled.wrappedBuffer(whole, 0, length)));
        }
    }

    @Test
    void malformedTwo() {
        for (String rest : List.of(
                "11 11 000C C0000201 0A000001 1F90 01BB", // version 1
                "22 11 000C C0000201 0A000001 1F90 01BB", // unknown command
                "21 12 000C C0000201 0A000001 1F90 01BB", // datagrams
                "21 41 000C C0000201 0A000001 1F90 01BB", // unknown family
                "21 11 000B C0000201 0A000001 1F90 01", // too short for its addresses
                "21 11 000E C0000201 0A000001 1F90 01BB 0400", // half an extension
                "21 11 0010 C0000201 0A000001 1F90 01BB 0400 02 AA")) { // one that is longer than the header
            assertInstanceOf(ProxyHeader.Malformed.class, two(rest), rest);
        }
    }

    @Test
    void aChecksumIsChecked() {
        byte[] header = HexFormat.of()
                .parseHex(
                        (SIGNATURE + "2111001AC00002010A0000011F9001BB0400047465737403000400000000").replace(" ", ""));
        CRC32C crc = new CRC32C();
        crc.update(header);
        for (int i = 0; i < 4; i++) header[header.length - 4 + i] = (byte) (crc.getValue() >> (24 - 8 * i));
        assertInstanceOf(ProxyHeader.Found.class, ProxyHeader.read(Unpooled.wrappedBuffer(header)));
        header[17] ^= 1;
        assertInstanceOf(ProxyHeader.Malformed.class, ProxyHeader.read(Unpooled.wrappedBuffer(header)));
    }

    @Test
    void nothingThatIsSentBreaksIt() {
        long seed = Long.getLong("perigee.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(80)];
            random.nextBytes(bytes);
            byte[] begin =
                    (random.nextBoolean() ? ProxyHeader.V2 : ProxyHeader.V1).getBytes(StandardCharsets.ISO_8859_1);
            System.arraycopy(begin, 0, bytes, 0, Math.min(begin.length, bytes.length));
            if (bytes.length > 14 && random.nextBoolean()) {
                bytes[12] = 0x21;
                bytes[13] = (byte) (random.nextInt(4) << 4 | 1);
                bytes[14] = 0;
            }
            ProxyHeader read = ProxyHeader.read(Unpooled.wrappedBuffer(bytes));
            if (read instanceof ProxyHeader.Found found && found.octets() > bytes.length)
                throw new AssertionError("seed " + seed + ": more than there is");
        }
    }

    @ParameterizedTest(name = "{0} trusts {1}: {2}")
    @CsvSource({
        "127.0.0.0/8, 127.3.4.5, true",
        "127.0.0.0/8, 128.0.0.1, false",
        "10.0.0.0/9, 10.127.255.255, true",
        "10.0.0.0/9, 10.128.0.0, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "0.0.0.0/0, 192.0.2.1, true",
        "0.0.0.0/0, ::1, false",
        "::1, ::1, true"
    })
    void trusts(String network, String address, boolean trusted) {
        assertEquals(trusted, new TrustedProxies(List.of(network)).trust().test(InetAddress.ofLiteral(address)));
    }

    /** To some programs "10" is 0.0.0.10. */
    @ParameterizedTest
    @ValueSource(
            strings = {"10/8", "10", "10.0.0/8", "10.0.0.0/08", "10.0.0.0/+8", "010.0.0.0/8", "localhost", "::1/129", ""
            })
    void whatIsNoNetworkTrustsNobody(String text) {
        assertThrows(IllegalArgumentException.class, () -> new TrustedProxies(List.of(text)));
    }
}
