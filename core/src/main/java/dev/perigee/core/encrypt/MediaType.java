package dev.perigee.core.encrypt;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The value of Content-Type (RFC 9110 section 8.3), read strictly. */
final class MediaType {
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    private MediaType() {}

    /** Type and subtype in lower case, or null when the value is none, or has a charset that is not one of these. */
    static @Nullable String of(@Nullable String value, Set<String> charsets) {
        if (value == null) return null;
        String[] parts = value.split(";", -1);
        String type = parts[0].strip().toLowerCase(Locale.ROOT);
        int slash = type.indexOf('/');
        if (slash < 0 || !isToken(type.substring(0, slash)) || !isToken(type.substring(slash + 1))) return null;
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            int equals = parameter.indexOf('=');
            if (parameter.isEmpty()) continue;
            if (equals < 0 || !isToken(parameter.substring(0, equals))) return null;
            String name = parameter.substring(0, equals).toLowerCase(Locale.ROOT);
            if (name.equals("charset") && !charsets.contains(unquoted(parameter.substring(equals + 1)))) return null;
        }
        return type;
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return (quoted ? value.substring(1, value.length() - 1) : value).toLowerCase(Locale.ROOT);
    }

    private static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letter && TOKEN_MARKS.indexOf(c) < 0) return false;
        }
        return !text.isEmpty();
    }
}
