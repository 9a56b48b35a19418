package dev.perigee.function;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Calls that wait for one worker. Functions take turns, so that nobody waits for all the calls of another. For one thread. */
final class Turns {
    private final Map<Standing, ArrayDeque<Call>> waiting = new HashMap<>();
    private final ArrayDeque<Standing> order = new ArrayDeque<>();

    void add(Call call) {
        ArrayDeque<Call> own = waiting.get(call.standing);
        if (own == null) {
            own = new ArrayDeque<>(4);
            waiting.put(call.standing, own);
        }
        if (own.isEmpty()) order.addLast(call.standing);
        own.addLast(call);
    }

    /** The call whose turn it is; null when none waits. */
    @Nullable
    Call next() {
        Standing turn = order.pollFirst();
        if (turn == null) return null;
        ArrayDeque<Call> own = waiting.get(turn);
        if (own == null) throw new IllegalStateException("a turn without calls");
        Call call = own.removeFirst();
        if (own.isEmpty()) waiting.remove(turn);
        else order.addLast(turn);
        return call;
    }
}
