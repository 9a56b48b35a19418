package dev.perigee.function;

/** Writes JSON, piece by piece: an event is written for every run. */
final class JsonText {
    private final StringBuilder text = new StringBuilder(1024);
    private boolean first = true;

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

    private void quoted(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') text.append('\\').append(c);
            else if (c < ' ' || Character.isSurrogate(c)) escaped(c);
            else text.append(c);
        }
        text.append('"');
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
