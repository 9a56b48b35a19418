package dev.perigee.edge.net;

import dev.perigee.core.address.AddressText;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header by which a proxy says whose connection it passes on ("The PROXY protocol", versions 1 and 2), from what
 * has been received so far, which is not used up.
 */
sealed interface ProxyHeader {
    /** Longest header of version 2: the addresses, and as much as proxies add about TLS. */
    int OCTETS_MAX = 4096;

    int V1_OCTETS_MAX = 107;
    String V1 = "PROXY ";
    String V2 = "\r\n\r\n\0\r\nQUIT\n";
    int V2_FIXED = 16;

    /** A whole header of so many octets; without an address when the connection is the proxy's own, or it does not know. */
    record Found(int octets, @Nullable InetSocketAddress viewer) implements ProxyHeader {}

    /** What was received may be the beginning of one. */
    record Incomplete() implements ProxyHeader {}

    /** The connection begins with something else. */
    record Absent() implements ProxyHeader {}

    record Malformed() implements ProxyHeader {}

    static ProxyHeader read(ByteBuf in) {
        if (begins(in, V2)) return in.readableBytes() < V2_FIXED ? new Incomplete() : version2(in);
        if (begins(in, V1)) return in.readableBytes() < V1.length() ? new Incomplete() : version1(in);
        return new Absent();
    }

    private static boolean begins(ByteBuf in, String with) {
        int length = Math.min(in.readableBytes(), with.length());
        for (int i = 0; i < length; i++) {
            if (in.getByte(in.readerIndex() + i) != with.charAt(i)) return false;
        }
        return true;
    }

    private static ProxyHeader version1(ByteBuf in) {
        int searched = Math.min(in.readableBytes(), V1_OCTETS_MAX);
        int end = in.indexOf(in.readerIndex(), in.readerIndex() + searched, (byte) '\n');
        if (end < 0) return searched < V1_OCTETS_MAX ? new Incomplete() : new Malformed();
        int octets = end + 1 - in.readerIndex();
        String line = in.toString(in.readerIndex(), octets, StandardCharsets.ISO_8859_1);
        if (!line.endsWith("\r\n")) return new Malformed();
        String[] parts = line.substring(0, octets - 2).split(" ", -1);
        // Whatever follows is to be ignored.
        if (parts[1].equals("UNKNOWN")) return new Found(octets, null);
        boolean four = parts[1].equals("TCP4");
        if (parts.length != 6 || !(four || parts[1].equals("TCP6"))) return new Malformed();
        InetAddress source = address(parts[2], four);
        int port = port(parts[4]);
        boolean whole = source != null && address(parts[3], four) != null && port >= 0 && port(parts[5]) >= 0;
        return whole ? new Found(octets, new InetSocketAddress(source, port)) : new Malformed();
    }

    private static @Nullable InetAddress address(String text, boolean four) {
        byte[] octets = four == text.contains(":") ? null : AddressText.parse(text);
        return octets == null ? null : address(octets);
    }

    private static InetAddress address(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address of " + octets.length + " octets", impossible);
        }
    }

    private static int port(String text) {
        if (!text.matches("0|[1-9][0-9]{0,4}")) return -1;
        int port = Integer.parseInt(text);
        return port <= 65_535 ? port : -1;
    }

    private static ProxyHeader version2(ByteBuf in) {
        int start = in.readerIndex();
        int command = in.getUnsignedByte(start + 12);
        int family = in.getUnsignedByte(start + 13);
        int length = in.getUnsignedShort(start + 14);
        if (command != 0x20 && command != 0x21) return new Malformed();
        if (V2_FIXED + length > OCTETS_MAX) return new Malformed();
        if (in.readableBytes() < V2_FIXED + length) return new Incomplete();
        // A connection of the proxy's own, to see whether we are there.
        if (command == 0x20) return new Found(V2_FIXED + length, null);
        int addresses = addresses(family);
        if (addresses < 0 || addresses > length) return new Malformed();
        // Without a family it is not said where addresses end and more begins.
        if (family != 0 && !isWellFormed(in, start, addresses, length)) return new Malformed();
        return new Found(V2_FIXED + length, source(in, start + V2_FIXED, family));
    }

    /** Octets of the addresses; -1 for what does not come over TCP. */
    private static int addresses(int family) {
        return switch (family) {
            case 0x00 -> 0;
            case 0x11 -> 12;
            case 0x21 -> 36;
            case 0x31 -> 216;
            default -> -1;
        };
    }

    private static @Nullable InetSocketAddress source(ByteBuf in, int at, int family) {
        int size = family == 0x11 ? 4 : 16;
        if (family != 0x11 && family != 0x21) return null;
        byte[] address = new byte[size];
        in.getBytes(at, address);
        return new InetSocketAddress(address(address), in.getUnsignedShort(at + 2 * size));
    }

    /** What follows the addresses: type, length, value; one of them may be a checksum of all. */
    private static boolean isWellFormed(ByteBuf in, int start, int addresses, int length) {
        int at = start + V2_FIXED + addresses;
        int end = start + V2_FIXED + length;
        while (at < end) {
            if (end - at < 3) return false;
            int type = in.getUnsignedByte(at);
            int size = in.getUnsignedShort(at + 1);
            if (size > end - at - 3) return false;
            if (type == 0x03 && !(size == 4 && isIntact(in, start, at + 3, end))) return false;
            at += 3 + size;
        }
        return true;
    }

    /** The checksum counts as zero in itself. */
    private static boolean isIntact(ByteBuf in, int start, int checksum, int end) {
        byte[] header = new byte[end - start];
        in.getBytes(start, header);
        int said = in.getInt(checksum);
        for (int i = 0; i < 4; i++) header[checksum - start + i] = 0;
        CRC32C crc = new CRC32C();
        crc.update(header, 0, header.length);
        return (int) crc.getValue() == said;
    }
}
