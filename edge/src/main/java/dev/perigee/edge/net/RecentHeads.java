package dev.perigee.edge.net;

import dev.perigee.core.http.RequestHead;
import dev.perigee.edge.serve.KnownRequest;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Heads that came lately and came twice, with what was read from them: viewers send the same octets again and again, and
 * comparing octets costs a tenth of parsing them. Direct-mapped, so that it never grows and a hostile viewer can only make
 * it useless; at most {@value #SLOTS} heads of at most {@value #OCTETS_MAX} octets. One per event loop.
 */
final class RecentHeads {
    static final int OCTETS_MAX = 1024;
    private static final int SLOTS = 2048;
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final @Nullable Recent[] slots = new Recent[SLOTS];
    /** What came once: the hash that was last seen in each slot. Most requests for rare things never come again. */
    private final long[] seen = new long[SLOTS];

    /** A head, exactly as it came, and how its content is framed: it has none. */
    // Never compared as a whole.
    @SuppressWarnings("ArrayRecordComponent")
    record Recent(byte[] octets, KnownRequest request, RequestFraming framing) {}

    /** The head that is all of these octets; null when it is not known. */
    @Nullable
    Recent find(byte[] bytes, int size) {
        if (size > OCTETS_MAX) return null;
        Recent recent = slots[slot(hash(bytes, size))];
        return recent != null && Arrays.equals(recent.octets, 0, recent.octets.length, bytes, 0, size) ? recent : null;
    }

    /** Notes a head that was parsed and admitted for parsing again; from the second time on it is known. */
    @Nullable
    KnownRequest note(byte[] bytes, int size, RequestHead head, RequestFraming framing) {
        if (size > OCTETS_MAX || framing.hasContent() || framing.expectsContinue()) return null;
        long hash = hash(bytes, size);
        int slot = slot(hash);
        if (seen[slot] != hash) {
            seen[slot] = hash;
            return null;
        }
        KnownRequest known = new KnownRequest(head);
        slots[slot] = new Recent(Arrays.copyOf(bytes, size), known, framing);
        return known;
    }

    private static int slot(long hash) {
        return (int) (hash >>> 40) & (SLOTS - 1);
    }

    private static long hash(byte[] bytes, int size) {
        long hash = size;
        int at = 0;
        for (; at + 8 <= size; at += 8) hash = mixed(hash ^ (long) EIGHT.get(bytes, at));
        for (; at < size; at++) hash = mixed(hash ^ bytes[at]);
        return hash;
    }

    private static long mixed(long bits) {
        long product = bits * 0x9E3779B97F4A7C15L;
        return product ^ (product >>> 32);
    }
}
