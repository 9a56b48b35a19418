package dev.perigee.core.http;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a Dictionary Structured Field (RFC 9651 section 4.2.2). Parameters and inner lists are checked and left out: no
 * field that a cache acts on has any that matter.
 */
public final class StructuredDictionary {
    /** A String, Token, Byte Sequence, Decimal, Date, Display String or Inner List: valid, of no use here. */
    public static final Object OTHER = new Object();

    private static final int DIGITS_MAX = 15;

    private final String text;
    private int at;

    private StructuredDictionary(String text) {
        this.text = text;
    }

    /**
     * Values by key, as Long, Boolean or {@link #OTHER}; of several with one key the last counts.
     *
     * @return null when any part of the field breaks the grammar, as the whole field is to be ignored then
     */
    public static @Nullable Map<String, Object> parse(String field) {
        try {
            return new StructuredDictionary(field).dictionary();
        } catch (Malformed _) {
            return null;
        }
    }

    @SuppressWarnings("serial")
    private static final class Malformed extends Exception {
        Malformed() {
            super("not a structured field", null, false, false);
        }
    }

    private Map<String, Object> dictionary() throws Malformed {
        Map<String, Object> members = new LinkedHashMap<>();
        skip(false);
        while (at < text.length()) {
            String key = key();
            Object value = true;
            if (accept('=')) value = peek() == '(' ? innerList() : bareItem();
            parameters();
            members.remove(key);
            members.put(key, value);
            skip(true);
            if (at == text.length()) break;
            expect(',');
            skip(true);
            if (at == text.length()) throw new Malformed();
        }
        return members;
    }

    private void parameters() throws Malformed {
        while (accept(';')) {
            skip(false);
            key();
            if (accept('=')) bareItem();
        }
    }

    private Object innerList() throws Malformed {
        expect('(');
        while (true) {
            skip(false);
            if (accept(')')) return OTHER;
            bareItem();
            parameters();
            if (peek() != ' ' && peek() != ')') throw new Malformed();
        }
    }

    private String key() throws Malformed {
        int start = at;
        if (!isLower(peek()) && peek() != '*') throw new Malformed();
        while (isLower(peek()) || isDigit(peek()) || isOneOf(peek(), "_-.*")) at++;
        return text.substring(start, at);
    }

    private Object bareItem() throws Malformed {
        char first = peek();
        if (first == '-' || isDigit(first)) return number();
        at++;
        return switch (first) {
            case '?' -> bool();
            case '"' -> string();
            case ':' -> bytes();
            case '@' -> number() instanceof Long ? OTHER : malformed();
            case '%' -> accept('"') ? string() : malformed();
            default -> first == '*' || isLower(first) || (first >= 'A' && first <= 'Z') ? token() : malformed();
        };
    }

    private Object number() throws Malformed {
        boolean negative = accept('-');
        int start = at;
        long value = 0;
        while (isDigit(peek()) && at - start < DIGITS_MAX) value = value * 10 + text.charAt(at++) - '0';
        if (at == start || isDigit(peek())) throw new Malformed();
        if (!accept('.')) return negative ? -value : value;
        int whole = at - start - 1;
        int point = at;
        while (isDigit(peek())) at++;
        return whole <= 12 && at > point && at - point <= 3 ? OTHER : malformed();
    }

    private Object bool() throws Malformed {
        if (accept('1')) return true;
        expect('0');
        return false;
    }

    private Object string() throws Malformed {
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') return OTHER;
            if (c == '\\') {
                if (peek() != '"' && peek() != '\\') throw new Malformed();
                at++;
            } else if (c < ' ' || c > '~') {
                throw new Malformed();
            }
        }
        throw new Malformed();
    }

    private Object bytes() throws Malformed {
        while (isAlphanumeric(peek()) || isOneOf(peek(), "+/=")) at++;
        expect(':');
        return OTHER;
    }

    private Object token() {
        while (isAlphanumeric(peek()) || isOneOf(peek(), "!#$%&'*+-.^_`|~:/")) at++;
        return OTHER;
    }

    private static Object malformed() throws Malformed {
        throw new Malformed();
    }

    private void expect(char c) throws Malformed {
        if (!accept(c)) throw new Malformed();
    }

    private boolean accept(char c) {
        if (peek() != c) return false;
        at++;
        return true;
    }

    /** The next character, or NUL at the end, which no structured field contains. */
    private char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private void skip(boolean tabs) {
        while (peek() == ' ' || (tabs && peek() == '\t')) at++;
    }

    private static boolean isAlphanumeric(char c) {
        return isLower(c) || isDigit(c) || (c >= 'A' && c <= 'Z');
    }

    private static boolean isLower(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isOneOf(char c, String set) {
        return c != 0 && set.indexOf(c) >= 0;
    }
}
