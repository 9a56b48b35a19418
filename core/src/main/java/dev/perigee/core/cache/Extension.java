package dev.perigee.core.cache;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What the RFCs have and CloudFront lacks. Off unless chosen by name; each is one branch of the usual decisions. */
public enum Extension {
    /** CDN-Cache-Control governs instead of Cache-Control and Expires (RFC 9213). */
    CDN_CACHE_CONTROL,
    /** Responses say in Cache-Status how the cache handled them (RFC 9211). */
    CACHE_STATUS,
    /** Fields that Vary names select among stored responses, besides the cache policy (RFC 9111 section 4.1). */
    VARY,
    /** A successful unsafe request invalidates what is stored for its URI (RFC 9111 section 4.4). */
    UNSAFE_METHOD_INVALIDATION,
    /** Error responses are stored by the rules for all others, not for ErrorCachingMinTTL (RFC 9111 section 3). */
    RFC_ERROR_CACHING;

    /** The name that users write, such as {@code cache-status}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The extensions of a list separated by commas; none for an empty one.
     *
     * @throws IllegalArgumentException naming those that there are
     */
    public static Set<Extension> parse(String list) {
        EnumSet<Extension> chosen = EnumSet.noneOf(Extension.class);
        for (String element : list.split(",", -1)) {
            String name = element.strip();
            if (!name.isEmpty()) chosen.add(named(name));
        }
        return chosen;
    }

    private static Extension named(String name) {
        for (Extension extension : values()) {
            if (extension.label().equals(name)) return extension;
        }
        throw new IllegalArgumentException("unknown extension " + name + "; there are " + known());
    }

    /** All names, separated by commas. */
    public static String known() {
        StringBuilder names = new StringBuilder();
        for (Extension extension : values()) {
            names.append(names.isEmpty() ? "" : ", ").append(extension.label());
        }
        return names.toString();
    }
}
