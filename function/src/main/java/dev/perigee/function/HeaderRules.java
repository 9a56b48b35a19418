package dev.perigee.function;

import dev.perigee.core.http.FieldText;
import dev.perigee.core.http.Grammar;
import dev.perigee.core.http.KeptFields;
import dev.perigee.core.plan.EdgeFunction.Event;
import java.util.Locale;
import java.util.Set;

/** Which headers functions see, which they may not change, and what may stand in them. */
final class HeaderRules {
    private static final Set<String> FIXED_IN_REQUESTS = Set.of("content-length", "host", "transfer-encoding", "via");
    private static final Set<String> FIXED_IN_RESPONSES = Set.of("warning", "via", "transfer-encoding");

    private HeaderRules() {}

    /** Neither seen nor set by functions. */
    static boolean isForbidden(String lowerName) {
        return KeptFields.has(lowerName);
    }

    /** Seen, and not to be set. */
    static boolean isFixed(Event event, String lowerName) {
        return switch (event) {
            case VIEWER_REQUEST -> FIXED_IN_REQUESTS.contains(lowerName) || lowerName.startsWith("cloudfront-");
            case VIEWER_RESPONSE -> FIXED_IN_RESPONSES.contains(lowerName);
        };
    }

    static void checkName(String where, String name) throws Invalid {
        if (!name.equals(name.toLowerCase(Locale.ROOT)))
            throw new Invalid(where + " must have header names in lower case.");
        if (!Grammar.isToken(name)) throw new Invalid(where + " has a name that is none: '" + shown(name) + "'.");
        if (isForbidden(name)) throw new Invalid(where + " must not have the header " + name + ".");
    }

    /** The value as it is sent: in octets, each a character. */
    static String checkedValue(String where, String name, String value) throws Invalid {
        String octets = FieldText.octets(value);
        if (!Grammar.isFieldValue(octets)) {
            throw new Invalid(where + " has a control character in the value of " + shown(name) + ".");
        }
        return octets.strip();
    }

    /** For messages, which end up in logs. */
    static String shown(String text) {
        String cut = text.length() > 64 ? text.substring(0, 64) + "…" : text;
        StringBuilder shown = new StringBuilder(cut.length());
        for (int i = 0; i < cut.length(); i++) {
            char c = cut.charAt(i);
            shown.append(c < ' ' || c == 0x7f ? '?' : c);
        }
        return shown.toString();
    }
}
