package dev.perigee.core.http;

import dev.perigee.core.plan.Selection;
import org.jspecify.annotations.Nullable;

/** Query strings as CloudFront reads them: parameters end only at {@code &}, and their text is never decoded. */
public final class QueryString {
    private QueryString() {}

    /** The selected parameters as sent and in the order sent, or null when none is left. An empty query is none. */
    public static @Nullable String select(@Nullable String query, Selection selection) {
        return select(query, selection, Selection.NONE);
    }

    /** The parameters that either selection includes. */
    public static @Nullable String select(@Nullable String query, Selection selection, Selection other) {
        if (query == null || query.isEmpty()) return null;
        if (selection.mode() == Selection.Mode.ALL || other.mode() == Selection.Mode.ALL) return query;
        if (selection.mode() == Selection.Mode.NONE && other.mode() == Selection.Mode.NONE) return null;
        StringBuilder kept = new StringBuilder(query.length());
        int start = 0;
        while (start <= query.length()) {
            int ampersand = query.indexOf('&', start);
            int end = ampersand < 0 ? query.length() : ampersand;
            String name = query.substring(start, nameEnd(query, start, end));
            if (end > start && (selection.includes(name) || other.includes(name))) {
                if (!kept.isEmpty()) kept.append('&');
                kept.append(query, start, end);
            }
            start = end + 1;
        }
        return kept.isEmpty() ? null : kept.toString();
    }

    private static int nameEnd(String query, int start, int end) {
        int equals = query.indexOf('=', start);
        return equals < 0 || equals > end ? end : equals;
    }
}
