package dev.perigee.core.firewall;

import dev.perigee.core.address.AddressRanges;
import dev.perigee.core.address.AddressText;
import org.jspecify.annotations.Nullable;

/** The field in which a proxy in front of the edge names the viewer's address. */
final class ForwardedField {
    /** As many addresses of a field as AWS WAF looks at. */
    private static final int ADDRESSES_MAX = 10;

    private ForwardedField() {}

    /** The field's value, or null: without the field the statement does not apply. */
    static @Nullable String value(Inspected inspected, Statement.Forwarded forwarded) {
        return inspected.request().fields().joined(forwarded.header());
    }

    static byte @Nullable [] first(String field) {
        int comma = field.indexOf(',');
        return AddressText.parse((comma < 0 ? field : field.substring(0, comma)).strip());
    }

    static byte @Nullable [] last(String field) {
        return AddressText.parse(field.substring(field.lastIndexOf(',') + 1).strip());
    }

    /** @param fallback where none is in the ranges, and one of the names is no address */
    static boolean anyIn(String field, AddressRanges ranges, boolean fallback) {
        boolean wrong = false;
        int from = 0;
        for (int count = 0; count < ADDRESSES_MAX && from <= field.length(); count++) {
            int comma = field.indexOf(',', from);
            int end = comma < 0 ? field.length() : comma;
            byte[] address = AddressText.parse(field.substring(from, end).strip());
            if (address == null) wrong = true;
            else if (ranges.contains(address)) return true;
            from = end + 1;
        }
        return wrong && fallback;
    }
}
