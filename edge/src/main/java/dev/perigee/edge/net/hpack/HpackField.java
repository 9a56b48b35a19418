package dev.perigee.edge.net.hpack;

import org.jspecify.annotations.Nullable;

/**
 * One field as it stands in a field section. Those of the tables are made once and shown again with every request, so what
 * their reader found out about one is kept with it.
 */
public final class HpackField {
    /** RFC 7541 section 4.1: what an entry counts beyond its octets. */
    static final int OVERHEAD = 32;

    private final String name;
    private final String value;
    /** The fields of the static table are shared by all threads, which all come to the same mark. */
    private @Nullable Object mark;

    public HpackField(String name, String value) {
        this.name = name;
        this.value = value;
    }

    public String name() {
        return name;
    }

    public String value() {
        return value;
    }

    /** As {@linkplain #mark(Object) noted}; null before that. */
    public @Nullable Object mark() {
        return mark;
    }

    /** Notes what the reader makes of this name and value. */
    public void mark(Object found) {
        mark = found;
    }

    int size() {
        return name.length() + value.length() + OVERHEAD;
    }

    @Override
    public String toString() {
        return name + ": " + value;
    }
}
