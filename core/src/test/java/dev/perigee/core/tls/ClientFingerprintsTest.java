package dev.perigee.core.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class ClientFingerprintsTest {
    private static final int[] NONE = {};

    /** The example of JA3's own description. */
    @Test
    void ja3AsPublished() {
        var hello = new ClientGreeting(
                769,
                new int[] {47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4},
                new int[] {0, 10, 11},
                new int[] {23, 24, 25},
                new int[] {0},
                NONE,
                NONE,
                new byte[0]);
        assertEquals(
                "ada70206e40642a3e4461f35503241d5", ClientFingerprints.of(hello).ja3());
    }

    /** The example of JA4's own description: Chrome, with GREASE in every list. */
    @Test
    void ja4AsPublished() {
        var hello = new ClientGreeting(
                0x0303,
                new int[] {
                    0x1A1A, 0x1301, 0x1302, 0x1303, 0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0xC013, 0xC014,
                    0x009C, 0x009D, 0x002F, 0x0035
                },
                new int[] {
                    0x3A3A, 0x001B, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002D, 0x000D, 0x0005, 0x0023, 0x0012,
                    0x002B, 0xFF01, 0x000B, 0x000A, 0x0015, 0xCACA
                },
                NONE,
                NONE,
                new int[] {0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601},
                new int[] {0x5A5A, 0x0304, 0x0303},
                "h2".getBytes(StandardCharsets.US_ASCII));
        assertEquals(
                "t13d1516h2_8daaf6152771_e5627efa2ab1",
                ClientFingerprints.of(hello).ja4());
    }

    @Test
    void aBareHelloHasFingerprintsToo() {
        var hello = new ClientGreeting(
                0x0301, NONE, NONE, NONE, NONE, NONE, NONE, new byte[] {(byte) 0xAB, 1, (byte) 0xCD});
        assertEquals(
                "t10i0000ad_000000000000_000000000000",
                ClientFingerprints.of(hello).ja4());
    }

    @Test
    void aMessageIsReadOrRefused() {
        // TLS 1.2; two suites; server name, groups, point formats, ALPN of h2 and http/1.1.
        String hex = "0303" + "00".repeat(32) + "00" + "0004" + "c02bc02f" + "0100" + "002d"
                + "0000" + "0007" + "00050000026162"
                + "000a" + "0006" + "0004001d0017"
                + "000b" + "0002" + "0100"
                + "0010" + "000e" + "000c02683208687474702f312e31";
        byte[] message = HexFormat.of().parseHex(hex);
        ClientGreeting read = ClientGreeting.read(message);
        if (read == null) throw new AssertionError("not read");
        assertEquals(0x0303, read.version());
        assertEquals("[0, 10, 11, 16]", Arrays.toString(read.extensions()));
        assertEquals("[29, 23]", Arrays.toString(read.groups()));
        assertEquals("h2", new String(read.firstProtocol(), StandardCharsets.US_ASCII));
        for (int length = 0; length < message.length; length++) {
            ClientGreeting cut = ClientGreeting.read(Arrays.copyOf(message, length));
            // Extensions may be missing altogether.
            if (length != 43) assertNull(cut, "cut to " + length);
        }
    }
}
