package dev.perigee.lambda;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One run that was asked for.
 *
 * @param event as JSON, on one line
 * @param requestId that the function is told
 * @param timeoutNanos that it may take once it has a process
 * @param askedNanos when it was asked for
 * @param then told once what came of it, on some thread; must not wait
 * @param before what processes have said that have not begun with it
 * @param again whether one was sent it
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record Job(
        byte[] event,
        String requestId,
        long timeoutNanos,
        long askedNanos,
        Consumer<Outcome> then,
        List<String> before,
        boolean again) {
    /** The same for another process, since one that was sent it has not begun with it. */
    Job again(List<String> said) {
        return new Job(event, requestId, timeoutNanos, askedNanos, then, List.copyOf(said), true);
    }

    /** The same for another process, since one could not be sent it. */
    Job after(List<String> said) {
        if (said.isEmpty()) return this;
        List<String> both = new ArrayList<>(before);
        both.addAll(said);
        return new Job(event, requestId, timeoutNanos, askedNanos, then, List.copyOf(both), again);
    }
}
