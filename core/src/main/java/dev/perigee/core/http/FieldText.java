package dev.perigee.core.http;

import java.nio.charset.StandardCharsets;

/** Names and values of header fields that functions make. */
public final class FieldText {
    private FieldText() {}

    /** A value as it is sent, in octets, each a character: text that does not fit them is sent as UTF-8. */
    public static String octets(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xff) {
                return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            }
        }
        return text;
    }

    /** A name as it is mostly written: the first letter of each word is a capital. */
    public static String written(String lowerName) {
        StringBuilder name = new StringBuilder(lowerName);
        boolean first = true;
        for (int i = 0; i < name.length(); i++) {
            if (first) name.setCharAt(i, Character.toUpperCase(name.charAt(i)));
            first = name.charAt(i) == '-';
        }
        return name.toString();
    }
}
