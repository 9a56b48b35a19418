package dev.perigee.core.cache;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.Behavior;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The secondary key of RFC 9111 section 4.1, for the extension {@code vary}. */
public final class VaryNames {
    private VaryNames() {}

    /**
     * The lower-case names in a response's Vary that add to the key: those that reach the origin and are not in the key
     * already, in order and each once. {@code *} is never stored and not looked for here.
     */
    public static List<String> of(Fields response, Behavior behavior, Method method) {
        if (!response.has("Vary")) return List.of();
        List<String> names = new ArrayList<>(2);
        for (String line : response.all("Vary")) {
            for (String member : line.split(",", -1)) {
                String name = member.strip().toLowerCase(Locale.ROOT);
                if (!name.isEmpty() && !names.contains(name) && adds(name, behavior, method)) names.add(name);
            }
        }
        names.sort(null);
        return List.copyOf(names);
    }

    /** A field that never reaches the origin cannot have changed its answer. */
    private static boolean adds(String name, Behavior behavior, Method method) {
        if (name.equals("cookie")) return OriginFields.forwardsCookies(behavior);
        return !ForwardedNames.isKeyed(behavior, name) && OriginFields.goesAlong(name, behavior, method);
    }

    /**
     * The request's values under these names, null for absent ones; lists lose the spaces around their commas, and
     * names of languages, codings and charsets their case, which means nothing (RFC 9110 sections 8.3.2, 8.4.1, 8.5.1).
     */
    public static @Nullable String[] values(List<String> names, RequestHead request) {
        @Nullable String[] values = new @Nullable String[names.size()];
        for (int i = 0; i < values.length; i++) {
            String sent = request.fields().joined(names.get(i));
            String value = sent == null || sent.indexOf(' ') < 0 ? sent : unspaced(sent);
            values[i] = value != null && isCaseless(names.get(i)) ? value.toLowerCase(Locale.ROOT) : value;
        }
        return values;
    }

    private static boolean isCaseless(String lowerName) {
        return switch (lowerName) {
            case "accept-language", "accept-encoding", "accept-charset" -> true;
            default -> false;
        };
    }

    private static String unspaced(String list) {
        StringBuilder text = new StringBuilder(list.length());
        for (String member : list.split(",", -1)) {
            if (!text.isEmpty()) text.append(',');
            text.append(member.strip());
        }
        return text.toString();
    }
}
