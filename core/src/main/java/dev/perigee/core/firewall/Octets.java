package dev.perigee.core.firewall;

import java.util.function.Predicate;

/** Looks for octets at a place. */
final class Octets {
    private Octets() {}

    static Predicate<String> predicate(Statement.Position position, String wanted) {
        return switch (position) {
            case EXACTLY -> text -> text.equals(wanted);
            case STARTS_WITH -> text -> text.startsWith(wanted);
            case ENDS_WITH -> text -> text.endsWith(wanted);
            case CONTAINS -> text -> text.contains(wanted);
            case CONTAINS_WORD -> text -> containsWord(text, wanted);
        };
    }

    /** The text between characters that are no letters, digits or underscores. */
    private static boolean containsWord(String text, String word) {
        for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
            int end = at + word.length();
            boolean begins = at == 0 || !isWord(text.charAt(at - 1));
            if (begins && (end == text.length() || !isWord(text.charAt(end)))) return true;
        }
        return false;
    }

    private static boolean isWord(char c) {
        char lower = (char) (c | 0x20);
        return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_';
    }
}
