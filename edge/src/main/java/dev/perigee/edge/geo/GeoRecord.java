package dev.perigee.edge.geo;

import dev.perigee.core.geo.Location;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one record of a database in MaxMind's format: in the shape of MaxMind's own files, or flat, as others write it
 * ({@code country_code}, {@code city}, {@code state1}, {@code postcode}, {@code timezone}).
 */
final class GeoRecord {
    private static final int REGION_MAX = 3;
    private static final int TEXT_MAX = 128;

    private GeoRecord() {}

    static Location location(Map<?, ?> record) {
        String code = country(record);
        Map<?, ?> place = map(record.get("location"));
        Map<?, ?> region = first(record.get("subdivisions"));
        return new Location(
                code,
                code == null ? null : or(EmbeddedCountries.name(code), name(map(record.get("country")))),
                region(region),
                or(name(region), text(record.get("state1"), record.get("region"))),
                or(name(map(record.get("city"))), text(record.get("city"))),
                or(
                        text(map(record.get("postal")).get("code")),
                        text(record.get("postcode"), record.get("postal_code"))),
                number(place.get("metro_code")),
                or(number(place.get("latitude")), number(record.get("latitude"))),
                or(number(place.get("longitude")), number(record.get("longitude"))),
                or(text(place.get("time_zone")), text(record.get("timezone"))),
                system(record));
    }

    /** ISO 3166-1 alpha-2; null when there is none, or none that could be one. */
    static @Nullable String country(Map<?, ?> record) {
        String code = or(
                text(map(record.get("country")).get("iso_code")),
                text(record.get("country_code"), record.get("country")));
        return code != null && isCode(code) ? code : null;
    }

    /** Whether the record names a country by something that is no code, which happens to damaged files. */
    static boolean hasBadCountry(Map<?, ?> record) {
        String code = or(text(map(record.get("country")).get("iso_code")), text(record.get("country_code")));
        return code != null && !code.isEmpty() && !isCode(code);
    }

    private static boolean isCode(String code) {
        return code.length() == 2 && isCapital(code.charAt(0)) && isCapital(code.charAt(1));
    }

    private static boolean isCapital(char c) {
        return c >= 'A' && c <= 'Z';
    }

    private static @Nullable String region(Map<?, ?> region) {
        String code = text(region.get("iso_code"));
        return code == null || code.length() > REGION_MAX ? null : code;
    }

    private static @Nullable String system(Map<?, ?> record) {
        Object number = record.get("autonomous_system_number");
        if (number instanceof Number known) return Long.toUnsignedString(known.longValue());
        String text = text(number, record.get("asn"));
        if (text == null) return null;
        String digits = text.startsWith("AS") ? text.substring(2) : text;
        boolean plain =
                !digits.isEmpty() && digits.length() <= 10 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return plain ? digits : null;
    }

    private static @Nullable String name(Map<?, ?> thing) {
        return or(text(map(thing.get("names")).get("en")), text(thing.get("name")));
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return value instanceof Map<?, ?> known ? known : Map.of();
    }

    private static Map<?, ?> first(@Nullable Object value) {
        return value instanceof List<?> list && !list.isEmpty() ? map(list.getFirst()) : Map.of();
    }

    private static @Nullable String text(@Nullable Object... values) {
        for (Object value : values) {
            if (value instanceof String known && isPlain(known)) return known;
        }
        return null;
    }

    /** These go into header fields. */
    private static boolean isPlain(String text) {
        if (text.isEmpty() || text.length() > TEXT_MAX) return false;
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) return false;
        }
        return true;
    }

    private static @Nullable String number(@Nullable Object value) {
        return value instanceof Number ? value.toString() : text(value);
    }

    private static @Nullable String or(@Nullable String first, @Nullable String second) {
        return first == null ? second : first;
    }
}
