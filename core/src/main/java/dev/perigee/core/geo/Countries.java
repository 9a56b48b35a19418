package dev.perigee.core.geo;

import org.jspecify.annotations.Nullable;

/** Which country an address belongs to: a table that the shell loads, asked by pure decisions. */
@FunctionalInterface
public interface Countries {
    /** Knows no address; a viewer without a country is served (CloudFront's rule for unknown locations). */
    Countries NONE = address -> null;

    /**
     * The country's ISO 3166-1 alpha-2 code in capitals, or null where the table has none. The address is 4 or 16 octets in
     * network order, and is only read.
     */
    @Nullable
    String of(byte[] address);
}
