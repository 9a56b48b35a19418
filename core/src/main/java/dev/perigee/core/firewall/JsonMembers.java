package dev.perigee.core.firewall;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys and the values of JSON content, with octets of UTF-8 as characters before and after. */
final class JsonMembers {
    private static final int DEPTH_MAX = 64;

    private final String text;
    private final Component.Json wanted;
    private final List<String> found = new ArrayList<>();
    private int at;

    private JsonMembers(String text, Component.Json wanted) {
        this.text = text;
        this.wanted = wanted;
    }

    /** What is wanted of the content; null when it is no JSON. */
    static String @Nullable [] of(String text, Component.Json wanted) {
        JsonMembers reader = new JsonMembers(text, wanted);
        try {
            reader.value("", 0);
            reader.space();
            return reader.at == text.length() ? reader.found.toArray(new String[0]) : null;
        } catch (Malformed none) {
            return null;
        }
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
            case '"' -> add(pointer, string(), Component.Scope.VALUE);
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
            String key = string();
            String member = pointer + '/' + key.replace("~", "~0").replace("/", "~1");
            add(member, key, Component.Scope.KEY);
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

    private String string() throws Malformed {
        StringBuilder out = new StringBuilder();
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') return out.toString();
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
                boolean pair = Character.isHighSurrogate((char) unit) && text.startsWith("\\u", at);
                if (pair) {
                    at += 2;
                    Decoding.appendUtf8(out, Character.toCodePoint((char) unit, (char) unit()));
                } else {
                    Decoding.appendUtf8(out, unit);
                }
            }
            default -> throw new Malformed();
        }
    }

    private int unit() throws Malformed {
        int unit = Decoding.hexAt(text, at, 4);
        if (unit < 0) throw new Malformed();
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
