package dev.perigee.core.tls;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a client says first in a handshake (RFC 8446 section 4.1.2), in its order, as far as fingerprints need it.
 *
 * @param version of the message itself, by which clients of TLS 1.3 pretend to be older
 * @param versions that are offered; none before TLS 1.3
 * @param firstProtocol of ALPN; empty for none
 */
// Never compared as a whole.
@SuppressWarnings("ArrayRecordComponent")
public record ClientGreeting(
        int version,
        int[] ciphers,
        int[] extensions,
        int[] groups,
        int[] pointFormats,
        int[] signatureSchemes,
        int[] versions,
        byte[] firstProtocol) {
    private static final int EXTENSIONS_MAX = 1024;

    /** Reads a message without its header of four octets; null when it is not well-formed. */
    public static @Nullable ClientGreeting read(byte[] message) {
        try {
            return new Reader(message).read();
        } catch (IndexOutOfBoundsException | IllegalArgumentException malformed) {
            return null;
        }
    }

    /** Reading beyond the end throws. */
    private static final class Reader {
        private final byte[] bytes;
        private int at;

        private Reader(byte[] bytes) {
            this.bytes = bytes;
        }

        private ClientGreeting read() {
            int version = number(2);
            skip(32);
            skip(number(1));
            int[] ciphers = numbers(number(2), 2);
            skip(number(1));
            int[] types = new int[EXTENSIONS_MAX];
            int count = 0;
            int[] groups = {};
            int[] points = {};
            int[] schemes = {};
            int[] versions = {};
            byte[] protocol = {};
            int end = at == bytes.length ? at : at + 2 + number(2);
            if (end > bytes.length) throw new IllegalArgumentException("extensions are cut short");
            while (at < end && count < EXTENSIONS_MAX) {
                int type = number(2);
                int next = number(2) + at;
                if (next > end) throw new IllegalArgumentException("an extension ends behind all");
                types[count++] = type;
                switch (type) {
                    case 10 -> groups = numbers(number(2), 2);
                    case 11 -> points = numbers(number(1), 1);
                    case 13 -> schemes = numbers(number(2), 2);
                    case 16 -> protocol = protocol();
                    case 43 -> versions = numbers(number(1), 2);
                    default -> {}
                }
                at = next;
            }
            return new ClientGreeting(
                    version, ciphers, Arrays.copyOf(types, count), groups, points, schemes, versions, protocol);
        }

        private void skip(int octets) {
            at += octets;
        }

        private byte[] protocol() {
            if (number(2) == 0) return new byte[0];
            int length = number(1);
            if (at + length > bytes.length) throw new IllegalArgumentException("a protocol is cut short");
            return Arrays.copyOfRange(bytes, at, at + length);
        }

        private int[] numbers(int octets, int each) {
            if (at + octets > bytes.length) throw new IllegalArgumentException("a list is cut short");
            return IntStream.range(0, octets / each).map(_ -> number(each)).toArray();
        }

        private int number(int octets) {
            int number = 0;
            for (int i = 0; i < octets; i++) number = number << 8 | (bytes[at++] & 0xFF);
            return number;
        }
    }
}
