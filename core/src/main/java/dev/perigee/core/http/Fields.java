package dev.perigee.core.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An ordered list of header field lines. Names compare without regard to ASCII case and keep the case they came in.
 * Immutable once {@linkplain Builder#build() built}.
 */
public final class Fields {
    public static final Fields EMPTY = new Fields(new String[0], 0);

    /** Name, value, name, value, … */
    private final String[] lines;

    private final int size;

    private Fields(String[] lines, int size) {
        this.lines = lines;
        this.size = size;
    }

    public static Fields of(List<Field> fields) {
        Builder builder = builder(fields.size());
        for (Field field : fields) builder.add(field.name(), field.value());
        return builder.build();
    }

    /** Fields of name, value, name, value, … */
    public static Fields of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) throw new IllegalArgumentException("a name without a value");
        return new Fields(namesAndValues.clone(), namesAndValues.length / 2);
    }

    /** Fields of the first so many lines of name, value, name, value, …; the array stays the caller's. */
    public static Fields copyOf(String[] namesAndValues, int lines) {
        return lines == 0 ? EMPTY : new Fields(Arrays.copyOf(namesAndValues, 2 * lines), lines);
    }

    public static Builder builder(int expected) {
        return new Builder(expected);
    }

    /** Number of field lines. */
    public int size() {
        return size;
    }

    public String name(int index) {
        return lines[2 * index];
    }

    public String value(int index) {
        return lines[2 * index + 1];
    }

    /** Value of the first line with this name, or null. */
    public @Nullable String first(String name) {
        for (int i = 0; i < size; i++) {
            if (sameName(lines[2 * i], name)) return lines[2 * i + 1];
        }
        return null;
    }

    public boolean has(String name) {
        return first(name) != null;
    }

    /** Number of lines with this name. */
    public int count(String name) {
        int count = 0;
        for (int i = 0; i < size; i++) {
            if (sameName(lines[2 * i], name)) count++;
        }
        return count;
    }

    /** Values of all lines with this name, in order. */
    public List<String> all(String name) {
        List<String> values = new ArrayList<>(2);
        for (int i = 0; i < size; i++) {
            if (sameName(lines[2 * i], name)) values.add(lines[2 * i + 1]);
        }
        return values;
    }

    /** All lines with this name joined with a comma and a space (RFC 9110 section 5.3), or null when there is none. */
    public @Nullable String joined(String name) {
        String only = null;
        StringBuilder several = null;
        for (int i = 0; i < size; i++) {
            if (!sameName(lines[2 * i], name)) continue;
            if (only == null) {
                only = lines[2 * i + 1];
            } else {
                if (several == null) several = new StringBuilder(only);
                several.append(", ").append(lines[2 * i + 1]);
            }
        }
        return several == null ? only : several.toString();
    }

    public Builder toBuilder() {
        Builder builder = new Builder(size + 4);
        builder.lines = Arrays.copyOf(lines, Math.max(lines.length, 2 * (size + 4)));
        builder.size = size;
        return builder;
    }

    /** Field names are ASCII, so folding bit 5 of letters is enough. */
    public static boolean sameName(String a, String b) {
        return a.length() == b.length() && a.equalsIgnoreCase(b);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Fields that
                && size == that.size
                && Arrays.equals(lines, 0, 2 * size, that.lines, 0, 2 * size);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(Arrays.copyOf(lines, 2 * size));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < size; i++)
            text.append(name(i)).append(": ").append(value(i)).append('\n');
        return text.toString();
    }

    /** Collects fields; not for use by several threads. */
    public static final class Builder {
        private String[] lines;
        private int size;

        private Builder(int expected) {
            lines = new String[2 * Math.max(expected, 4)];
        }

        /** Adds a line after the others. */
        public Builder add(String name, String value) {
            if (2 * size == lines.length) lines = Arrays.copyOf(lines, lines.length * 2);
            lines[2 * size] = name;
            lines[2 * size + 1] = value;
            size++;
            return this;
        }

        /** Replaces every line of this name with one, put where the first one stood. */
        public Builder set(String name, String value) {
            for (int i = 0; i < size; i++) {
                if (sameName(lines[2 * i], name)) {
                    lines[2 * i] = name;
                    lines[2 * i + 1] = value;
                    removeFrom(i + 1, name);
                    return this;
                }
            }
            return add(name, value);
        }

        public Builder remove(String name) {
            removeFrom(0, name);
            return this;
        }

        public boolean has(String name) {
            for (int i = 0; i < size; i++) {
                if (sameName(lines[2 * i], name)) return true;
            }
            return false;
        }

        private void removeFrom(int start, String name) {
            int kept = start;
            for (int i = start; i < size; i++) {
                if (sameName(lines[2 * i], name)) continue;
                lines[2 * kept] = lines[2 * i];
                lines[2 * kept + 1] = lines[2 * i + 1];
                kept++;
            }
            size = kept;
        }

        /** The fields; the builder must not be used afterwards. */
        public Fields build() {
            return new Fields(lines, size);
        }
    }
}
