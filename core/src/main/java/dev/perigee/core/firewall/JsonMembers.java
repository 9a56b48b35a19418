package dev.perigee.core.firewall;

import java.util.ArrayList;
import java.util.List;

/**
 * The keys and the values of JSON content, with octets of UTF-8 as characters before and after. Where the text breaks, what was
 * read until then counts, a text that has begun included: programs that forgive more than we do may read on.
 */
final class JsonMembers {
    private static final int DEPTH_MAX = 64;
    /** In UTF-8, as some editors begin every file. */
    private static final String BYTE_ORDER_MARK = "\u00EF\u00BB\u00BF";

    private final String text;
    private final Component.Json wanted;
    private final List<String> found = new ArrayList<>();
    private int at;

    private JsonMembers(String text, Component.Json wanted) {
        this.text = text;
        this.wanted = wanted;
    }

    /** What was wanted and found, and how the reading ended. */
    // Never compared as a whole.
    @SuppressWarnings("ArrayRecordComponent")
    record Read(String[] found, End end) {}

    enum End {
        /** The text is JSON. */
        WHOLE,
        /** It is the beginning of some. */
        CUT,
        /** It is none. */
        BROKEN
    }

    static Read of(String text, Component.Json wanted) {
        JsonMembers reader = new JsonMembers(text, wanted);
        if (text.startsWith(BYTE_ORDER_MARK)) reader.at = BYTE_ORDER_MARK.length();
        End end;
        try {
            reader.value("", 0);
            reader.space();
            end = reader.at == text.length() ? End.WHOLE : End.BROKEN;
        } catch (Malformed none) {
            end = reader.at >= text.length() ? End.CUT : End.BROKEN;
        }
        return new Read(reader.found.toArray(new String[0]), end);
    }

    private static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        private Malformed() {
            super(null, null, false, false);
        }
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
    }

    private char peek() throws Malformed {
        space();
        if (at == text.length()) throw new Malformed();
        return text.charAt(at);
    }

    private void take(char expected) throws Malformed {
        if (peek() != expected) throw new Malformed();
        at++;
    }

    private void value(String pointer, int depth) throws Malformed {
        if (depth > DEPTH_MAX) throw new Malformed();
        switch (peek()) {
            case '{' -> object(pointer, depth);
            case '[' -> array(pointer, depth);
            case '"' -> string(pointer);
            default -> add(pointer, literal(), Component.Scope.VALUE);
        }
    }

    private void object(String pointer, int depth) throws Malformed {
        take('{');
        if (peek() == '}') {
            at++;
            return;
        }
        while (true) {
            if (peek() != '"') throw new Malformed();
            String member = key(pointer);
            take(':');
            value(member, depth + 1);
            if (peek() != ',') break;
            at++;
        }
        take('}');
    }

    private void array(String pointer, int depth) throws Malformed {
        take('[');
        if (peek() == ']') {
            at++;
            return;
        }
        for (int i = 0; ; i++) {
            value(pointer + '/' + i, depth + 1);
            if (peek() != ',') break;
            at++;
        }
        take(']');
    }

    private void add(String pointer, String member, Component.Scope as) {
        if (wanted.scope() != Component.Scope.ALL && wanted.scope() != as) return;
        if (wanted.pointers().isEmpty()) {
            found.add(member);
            return;
        }
        for (String each : wanted.pointers()) {
            if (pointer.equals(each) || pointer.startsWith(each + '/')) {
                found.add(member);
                return;
            }
        }
    }

    /** The pointer to the member. */
    private String key(String pointer) throws Malformed {
        StringBuilder out = new StringBuilder();
        try {
            string(out);
            return member(pointer, out);
        } finally {
            add(member(pointer, out), out.toString(), Component.Scope.KEY);
        }
    }

    private static String member(String pointer, StringBuilder name) {
        return pointer + '/' + name.toString().replace("~", "~0").replace("/", "~1");
    }

    private void string(String pointer) throws Malformed {
        StringBuilder out = new StringBuilder();
        try {
            string(out);
        } finally {
            add(pointer, out.toString(), Component.Scope.VALUE);
        }
    }

    private void string(StringBuilder out) throws Malformed {
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') return;
            if (c < ' ') throw new Malformed();
            if (c == '\\') escape(out);
            else out.append(c);
        }
        throw new Malformed();
    }

    private void escape(StringBuilder out) throws Malformed {
        if (at == text.length()) throw new Malformed();
        char c = text.charAt(at++);
        switch (c) {
            case '"', '\\', '/' -> out.append(c);
            case 'b' -> out.append('\b');
            case 'f' -> out.append('\f');
            case 'n' -> out.append('\n');
            case 'r' -> out.append('\r');
            case 't' -> out.append('\t');
            case 'u' -> {
                int unit = unit();
                int low = Character.isHighSurrogate((char) unit) && text.startsWith("\\u", at)
                        ? Decoding.hexAt(text, at + 2, 4)
                        : -1;
                // Half a pair stands for itself: what follows it must not disappear in it.
                boolean pair = low >= 0 && Character.isLowSurrogate((char) low);
                if (pair) at += 6;
                Decoding.appendUtf8(out, pair ? Character.toCodePoint((char) unit, (char) low) : unit);
            }
            default -> throw new Malformed();
        }
    }

    private int unit() throws Malformed {
        int unit = Decoding.hexAt(text, at, 4);
        if (unit < 0) {
            if (at + 4 > text.length()) at = text.length();
            throw new Malformed();
        }
        at += 4;
        return unit;
    }

    private String literal() throws Malformed {
        int from = at;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || "+-.".indexOf(text.charAt(at)) >= 0)) at++;
        String literal = text.substring(from, at);
        boolean word = literal.equals("true") || literal.equals("false") || literal.equals("null");
        if (word || isNumber(literal)) return literal;
        throw new Malformed();
    }

    private static boolean isNumber(String literal) {
        boolean digit = false;
        for (int i = 0; i < literal.length(); i++) {
            char c = literal.charAt(i);
            if (c >= '0' && c <= '9') digit = true;
            else if ("+-.eE".indexOf(c) < 0) return false;
        }
        return digit;
    }
}
