package dev.perigee.edge;

import dev.perigee.core.address.AddressRanges;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Predicate;

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
        for (String network : networks) {
            try {
                AddressRanges.ofNetworks(List.of(network));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        network + " is not a network such as 10.0.0.0/8 or 2001:db8::/32", e);
            }
        }
    }

    public boolean isEmpty() {
        return networks.isEmpty();
    }

    /** What decides for each address whether its machine is one of them. */
    public Predicate<InetAddress> trust() {
        AddressRanges ranges = AddressRanges.ofNetworks(networks);
        return address -> ranges.contains(address.getAddress());
    }
}
