package dev.perigee.lambda;

import java.util.function.Consumer;

/**
 * One run that was asked for.
 *
 * @param event as JSON, on one line
 * @param requestId that the function is told
 * @param timeoutNanos that it may take once it has a process
 * @param askedNanos when it was asked for
 * @param then told once what came of it, on some thread; must not wait
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record Job(byte[] event, String requestId, long timeoutNanos, long askedNanos, Consumer<Outcome> then) {}
