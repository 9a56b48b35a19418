package dev.perigee.edge.origin;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One string for each text that many responses have: names of fields, and values such as a type, a server's name, a
 * Cache-Control or the date of this second. Stored responses keep their fields, so a copy for each would take most of the
 * memory of a small one. Direct-mapped, so it never grows, and a hostile origin can only make it useless. Shared by all
 * threads: they may overwrite each other's entries, and lose nothing but the sharing.
 */
final class KnownTexts {
    private static final int SLOTS = 2048;
    /** Longer ones are seldom the same. */
    private static final int LENGTH_MAX = 64;

    private final @Nullable String[] slots = new String[SLOTS];

    /** These octets, of ISO 8859-1, as a string that others may have too. */
    String of(byte[] octets, int start, int end) {
        int length = end - start;
        if (length > LENGTH_MAX) return new String(octets, start, length, StandardCharsets.ISO_8859_1);
        int hash = length;
        for (int i = start; i < end; i++) hash = hash * 31 + octets[i];
        int slot = (hash ^ (hash >>> 11)) & (SLOTS - 1);
        String known = slots[slot];
        if (known != null && same(known, octets, start, length)) return known;
        String made = new String(octets, start, length, StandardCharsets.ISO_8859_1);
        slots[slot] = made;
        return made;
    }

    private static boolean same(String known, byte[] octets, int start, int length) {
        if (known.length() != length) return false;
        for (int i = 0; i < length; i++) {
            if (known.charAt(i) != (octets[start + i] & 0xFF)) return false;
        }
        return true;
    }
}
