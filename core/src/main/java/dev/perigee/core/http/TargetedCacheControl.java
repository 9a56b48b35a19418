package dev.perigee.core.http;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** CDN-Cache-Control: directives for caches that an origin's owner has in front of it (RFC 9213). */
public final class TargetedCacheControl {
    public static final String NAME = "CDN-Cache-Control";

    private TargetedCacheControl() {}

    /**
     * The directives of CDN-Cache-Control, which count instead of Cache-Control and Expires.
     *
     * @return null when the field is absent, empty or malformed, or a directive has a value of the wrong type: then
     *     Cache-Control counts (section 2.1)
     */
    public static @Nullable CacheControl parse(Fields fields) {
        String field = fields.joined(NAME);
        if (field == null) return null;
        Map<String, Object> members = StructuredDictionary.parse(field);
        if (members == null || members.isEmpty() || !wellTyped(members)) return null;
        return new CacheControl(
                isSet(members, "no-store"),
                isSet(members, "no-cache"),
                isSet(members, "private"),
                isSet(members, "must-revalidate") || isSet(members, "proxy-revalidate"),
                isSet(members, "must-understand"),
                isSet(members, "public"),
                seconds(members, "max-age"),
                seconds(members, "s-maxage"),
                seconds(members, "stale-while-revalidate"),
                seconds(members, "stale-if-error"),
                List.of(),
                List.of(),
                true);
    }

    private static boolean wellTyped(Map<String, Object> members) {
        for (Map.Entry<String, Object> member : members.entrySet()) {
            boolean right = switch (member.getKey()) {
                case "max-age", "s-maxage", "stale-while-revalidate", "stale-if-error" ->
                    member.getValue() instanceof Long seconds && seconds >= 0;
                case "no-store", "must-revalidate", "proxy-revalidate", "must-understand", "public" ->
                    member.getValue() instanceof Boolean;
                default -> true;
            };
            if (!right) return false;
        }
        return true;
    }

    /** The field forms of no-cache and private are read as the stricter, bare ones. */
    private static boolean isSet(Map<String, Object> members, String directive) {
        Object value = members.get(directive);
        return value != null && !value.equals(false);
    }

    private static long seconds(Map<String, Object> members, String directive) {
        return members.get(directive) instanceof Long value ? Math.min(value, CacheControl.MAX_SECONDS) : -1;
    }
}
