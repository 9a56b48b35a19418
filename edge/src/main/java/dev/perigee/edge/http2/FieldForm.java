package dev.perigee.edge.http2;

import dev.perigee.core.http.Grammar;

/** What a field of a section must look like, whatever it means (RFC 9113 section 8.2). */
public final class FieldForm {
    private FieldForm() {}

    /** A token without capitals. */
    public static boolean isName(String name) {
        if (!Grammar.isToken(name)) return false;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= 'A' && c <= 'Z') return false;
        }
        return true;
    }

    /** Section 8.2.1: no control characters, and no white space at either end. */
    public static boolean isValue(String value) {
        if (value.isEmpty()) return true;
        return !isWhite(value.charAt(0)) && !isWhite(value.charAt(value.length() - 1)) && Grammar.isFieldValue(value);
    }

    private static boolean isWhite(char c) {
        return c == ' ' || c == '\t';
    }

    /** Section 8.2.2: the name, in lower case, of a field that means the connection, which is not of that kind. */
    public static boolean isOfConnection(String name) {
        return switch (name) {
            case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "http2-settings" ->
                true;
            default -> false;
        };
    }
}
