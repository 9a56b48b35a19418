package dev.perigee.edge.origin;

import dev.perigee.core.plan.Wildcards;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Key pairs for origins with access control: edge configuration, never part of a plan or a log. */
public record OriginKeys(List<Entry> entries) {
    public static final OriginKeys NONE = new OriginKeys(List.of());

    public OriginKeys {
        entries = List.copyOf(entries);
    }

    /**
     * A key pair for the origins whose lower-case name matches.
     *
     * @param pattern a host, in which a {@code *} stands for any characters
     */
    public record Entry(String pattern, String accessKeyId, String secretAccessKey) {
        @Override
        public String toString() {
            return "Entry[pattern=" + pattern + ", accessKeyId=" + accessKeyId + ", secretAccessKey=(hidden)]";
        }
    }

    /** The first entry for this origin, or null. */
    public @Nullable Entry find(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        for (Entry entry : entries) {
            if (Wildcards.matches(entry.pattern(), name)) return entry;
        }
        return null;
    }
}
