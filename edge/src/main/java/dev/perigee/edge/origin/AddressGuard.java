package dev.perigee.edge.origin;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Which addresses an origin name may lead to. Anyone who can create a distribution chooses origin names, so a name must
 * not reach the edge itself or the instance metadata service of its cloud. The check is made on the very address that
 * is connected to, so a name whose records change in between gains nothing.
 */
final class AddressGuard {
    private AddressGuard() {}

    /**
     * Whether this is an address of another host. Private networks (RFC 1918) and unique local addresses (RFC 4193) are
     * allowed: an origin inside the edge's own network is a normal thing in a private CDN.
     */
    static boolean allows(InetAddress address) {
        return allows(address, false);
    }

    /**
     * As {@link #allows(InetAddress)}, but with the loopback addresses where configuration wants origins on this machine.
     * What a cloud's metadata service listens on stays refused.
     */
    static boolean allows(InetAddress address, boolean loopback) {
        if (loopback && address.isLoopbackAddress()) return true;
        if (address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isMulticastAddress()) return false;
        byte[] bytes = address.getAddress();
        return switch (address) {
            // "This network" (RFC 791), and broadcast with the reserved block before it (RFC 1112).
            case Inet4Address _ -> bytes[0] != 0 && (bytes[0] & 0xf0) != 0xf0;
            case Inet6Address _ -> !isMetadataService(bytes) && embeddedAllowed(bytes);
            default -> false;
        };
    }

    /** fd00:ec2::/32, where EC2 keeps its services on IPv6. */
    private static boolean isMetadataService(byte[] v6) {
        return (v6[0] & 0xff) == 0xfd && v6[1] == 0 && v6[2] == 0x0e && (v6[3] & 0xff) == 0xc2;
    }

    /** IPv4 addresses carried in IPv6 ones reach, or may reach, the same hosts. */
    private static boolean embeddedAllowed(byte[] v6) {
        if (isZero(v6, 0, 10) && ((v6[10] == -1 && v6[11] == -1) || (v6[10] == 0 && v6[11] == 0))) {
            return allowsV4(v6, 12); // ::ffff:0:0/96 mapped, ::/96 compatible (RFC 4291)
        }
        if (v6[0] == 0 && v6[1] == 0x64 && (v6[2] & 0xff) == 0xff && (v6[3] & 0xff) == 0x9b && isZero(v6, 4, 12)) {
            return allowsV4(v6, 12); // 64:ff9b::/96 NAT64 (RFC 6052)
        }
        if (v6[0] == 0x20 && v6[1] == 0x02) return allowsV4(v6, 2); // 2002::/16 6to4 (RFC 3056)
        return true;
    }

    private static boolean allowsV4(byte[] v6, int at) {
        try {
            return allows(InetAddress.getByAddress(Arrays.copyOfRange(v6, at, at + 4)));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    private static boolean isZero(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != 0) return false;
        }
        return true;
    }
}
