package dev.perigee.core.cache;

import dev.perigee.core.http.Fields;
import java.util.Locale;
import java.util.Set;

/** The tags in a response's tag header (CloudFront's CacheTagConfig): a list with commas, case means nothing. */
public final class CacheTags {
    /** CloudFront ignores further tags of an object. */
    private static final int TAGS_MAX = 50;

    /** A longer tag is no tag. */
    private static final int LENGTH_MAX = 256;

    private CacheTags() {}

    /**
     * Whether the response carries one of these tags.
     *
     * @param header lower-case name of the tag header
     * @param tags in lower case
     */
    public static boolean carriesAny(Fields fields, String header, Set<String> tags) {
        int seen = 0;
        for (int i = 0; i < fields.size() && seen < TAGS_MAX; i++) {
            if (!fields.name(i).equalsIgnoreCase(header)) continue;
            String value = fields.value(i);
            int from = 0;
            while (from <= value.length() && seen < TAGS_MAX) {
                int comma = value.indexOf(',', from);
                int to = comma < 0 ? value.length() : comma;
                String tag = value.substring(from, to).strip();
                from = to + 1;
                if (!isTag(tag)) continue;
                seen++;
                if (tags.contains(tag.toLowerCase(Locale.ROOT))) return true;
            }
        }
        return false;
    }

    private static boolean isTag(String tag) {
        if (tag.isEmpty() || tag.length() > LENGTH_MAX) return false;
        for (int i = 0; i < tag.length(); i++) {
            char c = tag.charAt(i);
            if (c <= ' ' || c >= 0x7f) return false;
        }
        return true;
    }
}
