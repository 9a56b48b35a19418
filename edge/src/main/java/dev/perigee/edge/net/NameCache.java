package dev.perigee.edge.net;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Strings made from the same few octets again and again: header names, hosts. Direct-mapped, so it never grows and a
 * hostile viewer can only make it useless. One per event loop.
 */
final class NameCache {
    private static final int SLOTS = 512;
    private static final int LENGTH_MAX = 64;

    private final @Nullable String[] slots = new String[SLOTS];

    String string(byte[] bytes, int start, int end) {
        int length = end - start;
        if (length > LENGTH_MAX) return new String(bytes, start, length, StandardCharsets.ISO_8859_1);
        int hash = length;
        for (int i = start; i < end; i++) hash = hash * 31 + bytes[i];
        int slot = (hash ^ (hash >>> 9)) & (SLOTS - 1);
        String cached = slots[slot];
        if (cached != null && same(cached, bytes, start, length)) return cached;
        String made = new String(bytes, start, length, StandardCharsets.ISO_8859_1);
        slots[slot] = made;
        return made;
    }

    private static boolean same(String cached, byte[] bytes, int start, int length) {
        if (cached.length() != length) return false;
        for (int i = 0; i < length; i++) {
            if (cached.charAt(i) != (bytes[start + i] & 0xFF)) return false;
        }
        return true;
    }
}
