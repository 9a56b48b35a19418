package dev.perigee.core.http;

import dev.perigee.core.plan.Selection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The Cookie field (RFC 6265 section 5.4) as CloudFront reads it. */
public final class Cookies {
    private Cookies() {}

    /**
     * The selected cookies, sorted by name so that their order in the request does not matter, or null when none is
     * left. What is not {@code name=value} is dropped. Cookies of one name keep their order.
     */
    public static @Nullable String select(List<String> cookieHeaders, Selection selection) {
        return select(cookieHeaders, selection, Selection.NONE);
    }

    /** The cookies that either selection includes. */
    public static @Nullable String select(List<String> cookieHeaders, Selection selection, Selection other) {
        if (cookieHeaders.isEmpty() || (isNone(selection) && isNone(other))) return null;
        List<Cookie> cookies = new ArrayList<>();
        for (String header : cookieHeaders) collect(header, selection, other, cookies);
        if (cookies.isEmpty()) return null;
        cookies.sort(Comparator.comparing(Cookie::name));
        StringBuilder text = new StringBuilder();
        for (Cookie cookie : cookies) {
            if (!text.isEmpty()) text.append("; ");
            text.append(cookie.name).append('=').append(cookie.value);
        }
        return text.toString();
    }

    private static void collect(String header, Selection selection, Selection other, List<Cookie> cookies) {
        int start = 0;
        while (start < header.length()) {
            int semicolon = header.indexOf(';', start);
            int end = semicolon < 0 ? header.length() : semicolon;
            String pair = header.substring(start, end).strip();
            start = end + 1;
            int equals = pair.indexOf('=');
            if (equals < 1) continue;
            String name = pair.substring(0, equals).strip();
            if (!Grammar.isToken(name) || (!selection.includes(name) && !other.includes(name))) continue;
            cookies.add(new Cookie(name, pair.substring(equals + 1).strip()));
        }
    }

    private static boolean isNone(Selection selection) {
        return selection.mode() == Selection.Mode.NONE;
    }

    private record Cookie(String name, String value) {}
}
