package dev.perigee.testkit;

import dev.perigee.core.plan.Wildcards;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the scripted origin does with the requests it applies to. Of several scripts that apply the newest wins; a
 * script applies from the moment its answer is given, so conditions and holds come before.
 */
public final class OriginScript {
    private final String method;
    private final String pattern;
    private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
    private final Gate pause = new Gate();
    private volatile Predicate<RecordedRequest> condition = _ -> true;
    private volatile @Nullable Gate hold;
    private volatile boolean early;
    private volatile @Nullable ScriptedAnswer answer;

    OriginScript(String method, String pattern) {
        this.method = method;
        this.pattern = pattern;
    }

    /** Only requests of which this holds, besides what was asked for before. */
    public OriginScript when(Predicate<RecordedRequest> holds) {
        condition = condition.and(holds);
        return this;
    }

    /** Only requests that ask whether this entity tag still stands. */
    public OriginScript ifNoneMatch(String opaque) {
        return when(request -> ('"' + opaque + '"').equals(request.header("If-None-Match")));
    }

    /** Only so many requests; later ones fall to older scripts. */
    public OriginScript times(int requests) {
        left.set(requests);
        return this;
    }

    /** The answer waits for {@link #release}. */
    public OriginScript hold() {
        hold = new Gate();
        return this;
    }

    /** The answer does not wait for the request's content. */
    public OriginScript beforeContent() {
        early = true;
        return this;
    }

    public OriginScript reply(int status, ReplyPart... parts) {
        answer = new ScriptedAnswer.Message(status, parts);
        return this;
    }

    /** Answers with these bytes and ends the connection. */
    public OriginScript raw(String bytes) {
        answer = new ScriptedAnswer.Raw(bytes, false);
        return this;
    }

    /** Answers with these bytes and keeps the connection. */
    public OriginScript rawAndStay(String bytes) {
        answer = new ScriptedAnswer.Raw(bytes, true);
        return this;
    }

    /** Ends the connection without an answer. */
    public OriginScript hangUp() {
        return raw("");
    }

    /** Lets held answers go, now and from now on. */
    public OriginScript release() {
        Gate gate = hold;
        if (gate != null) gate.open();
        return this;
    }

    /** Lets answers go on after their pause, now and from now on. */
    public OriginScript resume() {
        pause.open();
        return this;
    }

    /** The answer, when this script applies to the request; uses up one of its times. */
    @Nullable
    ScriptedAnswer claim(RecordedRequest request) {
        ScriptedAnswer given = answer;
        if (given == null || !matches(request)) return null;
        return left.getAndUpdate(n -> Math.max(0, n - 1)) > 0 ? given : null;
    }

    private boolean matches(RecordedRequest request) {
        boolean sameTarget = Wildcards.matches(pattern, request.target()) || Wildcards.matches(pattern, request.path());
        return (method.equals("*") || method.equals(request.method())) && sameTarget && condition.test(request);
    }

    boolean answersBeforeContent() {
        return early;
    }

    void passHold() {
        Gate gate = hold;
        if (gate != null) gate.pass();
    }

    Gate pause() {
        return pause;
    }
}
