package dev.perigee.core.geo;

import org.jspecify.annotations.Nullable;

/** Where addresses are, as far as the tables of this edge know. */
public interface Locations extends Countries {
    /** Knows no address. */
    Locations NONE = address -> Location.UNKNOWN;

    /** What is known of an address of 4 or 16 octets in network order, which is only read. */
    Location at(byte[] address);

    @Override
    default @Nullable String of(byte[] address) {
        return at(address).country();
    }
}
