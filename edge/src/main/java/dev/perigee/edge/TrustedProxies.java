package dev.perigee.edge;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Networks whose machines may say for whom they speak, by the PROXY protocol; no others are ever believed.
 *
 * @param networks in CIDR notation
 */
public record TrustedProxies(List<String> networks) {
    public static final TrustedProxies NONE = new TrustedProxies(List.of());
    public static final TrustedProxies LOOPBACK = new TrustedProxies(List.of("127.0.0.0/8", "::1/128"));

    private static final int NETWORKS_MAX = 256;

    /** @throws IllegalArgumentException with a line for the user when one is no network */
    public TrustedProxies {
        networks = List.copyOf(networks);
        if (networks.size() > NETWORKS_MAX)
            throw new IllegalArgumentException("more than " + NETWORKS_MAX + " networks");
        networks.forEach(Network::parse);
    }

    // Never compared.
    @SuppressWarnings("ArrayRecordComponent")
    private record Network(byte[] address, int bits) {
        static Network parse(String text) {
            int slash = text.indexOf('/');
            String literal = slash < 0 ? text : text.substring(0, slash);
            try {
                // A zone, or a name that would be resolved, is no part of a network.
                if (!literal.matches("[0-9a-fA-F:.]{2,45}")) throw new IllegalArgumentException(literal);
                byte[] address = InetAddress.ofLiteral(literal).getAddress();
                int bits = slash < 0 ? address.length * 8 : Integer.parseInt(text.substring(slash + 1));
                if (bits < 0 || bits > address.length * 8) throw new IllegalArgumentException(text);
                return new Network(address, bits);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(text + " is not a network such as 10.0.0.0/8 or 2001:db8::/32", e);
            }
        }

        boolean contains(byte[] other) {
            if (other.length != address.length) return false;
            int whole = bits / 8;
            if (!Arrays.equals(address, 0, whole, other, 0, whole)) return false;
            int rest = bits % 8;
            return rest == 0 || ((address[whole] ^ other[whole]) & 0xFF) >> (8 - rest) == 0;
        }
    }

    public boolean isEmpty() {
        return networks.isEmpty();
    }

    /** What decides for each address whether its machine is one of them. */
    public java.util.function.Predicate<InetAddress> trust() {
        List<Network> parsed = new ArrayList<>();
        for (String network : networks) parsed.add(Network.parse(network));
        return address -> {
            byte[] octets = address.getAddress();
            for (Network network : parsed) {
                if (network.contains(octets)) return true;
            }
            return false;
        };
    }
}
