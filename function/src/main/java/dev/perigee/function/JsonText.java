package dev.perigee.function;

/** Writes JSON, piece by piece: an event is written for every run. */
final class JsonText {
    private final StringBuilder text;
    private boolean first = true;

    JsonText() {
        this(1024);
    }

    /** @param capacity characters that are to be expected */
    JsonText(int capacity) {
        text = new StringBuilder(capacity);
    }

    JsonText open() {
        text.append('{');
        first = true;
        return this;
    }

    JsonText close() {
        text.append('}');
        first = false;
        return this;
    }

    JsonText openList() {
        text.append('[');
        first = true;
        return this;
    }

    JsonText closeList() {
        text.append(']');
        first = false;
        return this;
    }

    JsonText name(String name) {
        item();
        quoted(name);
        text.append(':');
        return this;
    }

    JsonText item() {
        if (!first) text.append(',');
        first = false;
        return this;
    }

    JsonText text(String value) {
        quoted(value);
        first = false;
        return this;
    }

    JsonText number(long value) {
        text.append(value);
        first = false;
        return this;
    }

    /** What is JSON already. */
    JsonText raw(String json) {
        text.append(json);
        first = false;
        return this;
    }

    private void quoted(String value) {
        text.append('"');
        int plain = 0;
        while (plain < value.length() && isPlain(value.charAt(plain))) plain++;
        text.append(value, 0, plain);
        for (int i = plain; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') text.append('\\').append(c);
            else if (c < ' ' || Character.isSurrogate(c)) escaped(c);
            else text.append(c);
        }
        text.append('"');
    }

    private static boolean isPlain(char c) {
        return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
    }

    private void escaped(char c) {
        text.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) text.append(Character.forDigit(c >> shift & 15, 16));
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
