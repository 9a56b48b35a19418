package dev.perigee.edge.serve;

import dev.perigee.core.cache.CloudFrontHeaders;
import dev.perigee.core.cache.ViewerConnection;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.EdgeFunction;
import dev.perigee.core.plan.EdgeFunction.Event;
import dev.perigee.core.serve.ErrorPages;
import dev.perigee.edge.log.FunctionLog;
import dev.perigee.function.EventContext;
import dev.perigee.function.EventRequest;
import dev.perigee.function.EventResponse;
import dev.perigee.function.FunctionEngine;
import dev.perigee.function.Invalid;
import dev.perigee.function.Outcome;
import dev.perigee.function.Verdict;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps viewer-request and viewer-response: CloudFront Functions, run beside the event loop, their answers taken on it. */
public final class FunctionSteps {
    private static final Logger LOG = LoggerFactory.getLogger(FunctionSteps.class);
    private static final String NOT_RUN =
            "The CloudFront function associated with the CloudFront distribution is invalid or could not run.";

    private final FunctionEngine engine;
    private final FunctionLog log;
    private final InstantSource clock;

    /**
     * How a function failed, as its viewer is told.
     *
     * @param sentence of the error page
     */
    record Failure(int status, CacheResult result, String sentence) {}

    /** Reads a result; throws what is wrong with it. */
    @FunctionalInterface
    private interface Reader<T> {
        T read(Outcome.Returned returned) throws Invalid;
    }

    public FunctionSteps(FunctionEngine engine, FunctionLog log, InstantSource clock) {
        this.engine = engine;
        this.log = log;
        this.clock = clock;
    }

    /** Runs the viewer-request function; one of the two is told, on the viewer's event loop. */
    void request(
            Exchange x,
            EdgeFunction function,
            ViewerConnection viewer,
            Consumer<Verdict> then,
            Consumer<Failure> failed) {
        Fields made = made(x, viewer);
        EventRequest event = new EventRequest(x.request(), made);
        String text = context(x, Event.VIEWER_REQUEST, viewer).text(event, null);
        // What the edge tells of the viewer is more than the request's octets.
        boolean watched = x.known() != null && made.size() == 0;
        run(
                x,
                function,
                text,
                watched,
                returned -> {
                    x.requestData = returned.data();
                    return Verdict.of(returned, event, distribution(x), x.behavior());
                },
                then,
                failed);
    }

    /** What a viewer-request function would make of a request. */
    public sealed interface Trial {
        /** The request goes on. */
        record GoOn(RequestHead request, Behavior behavior) implements Trial {}

        /** The function answers it. */
        record Answered(int status) implements Trial {}

        /** The function fails. */
        record Failed(int status, CacheResult result, String why) implements Trial {}
    }

    /** As {@link #request}, without a trace in logs, counters or limits. Waits: not for event loops. */
    public Trial dryRun(
            EdgeFunction function,
            Distribution distribution,
            Behavior behavior,
            RequestHead request,
            ViewerConnection viewer) {
        EventRequest event = new EventRequest(request, made(behavior, request, viewer));
        String text = new EventContext(
                        distribution.domainName(),
                        distribution.id(),
                        Event.VIEWER_REQUEST,
                        "explained",
                        viewer.address())
                .text(event, null);
        switch (engine.dryRun(function, text, clock.millis(), request.query())) {
            case Outcome.Failed failed -> {
                return new Trial.Failed(503, CacheResult.FUNCTION_EXECUTION_ERROR, failed.message());
            }
            case Outcome.Returned returned -> {
                try {
                    return switch (Verdict.of(returned, event, distribution, behavior)) {
                        case Verdict.GoOn(RequestHead changed, Behavior chosen, boolean _) ->
                            new Trial.GoOn(changed, chosen == null ? behavior : chosen);
                        case Verdict.Answered(EventResponse.Answer answer) -> new Trial.Answered(answer.status());
                    };
                } catch (Invalid e) {
                    return new Trial.Failed(502, CacheResult.FUNCTION_VALIDATION_ERROR, e.text());
                }
            }
        }
    }

    /** Runs the viewer-response function; one of the two is told, on the viewer's event loop. */
    void response(
            Exchange x,
            EdgeFunction function,
            ViewerConnection viewer,
            int status,
            Fields fields,
            Consumer<EventResponse.Answer> then,
            Consumer<Failure> failed) {
        EventResponse event = new EventResponse(status, ErrorPages.reasonPhrase(status), fields);
        EventRequest request = new EventRequest(x.request(), made(x, viewer));
        String text = context(x, Event.VIEWER_RESPONSE, viewer).text(request, event);
        Reader<EventResponse.Answer> reader = returned -> {
            x.responseData = returned.data();
            return event.changed(returned.result());
        };
        run(x, function, text, false, reader, then, failed);
    }

    private <T> void run(
            Exchange x,
            EdgeFunction function,
            String event,
            boolean watched,
            Reader<T> reader,
            Consumer<T> then,
            Consumer<Failure> failed) {
        engine.run(
                function,
                event,
                clock.millis(),
                x.request().query(),
                watched,
                outcome -> x.viewer().execute(() -> {
                    try {
                        ended(x, function, outcome, reader, then, failed);
                    } catch (RuntimeException e) {
                        LOG.error("request {} failed after function {}", x.idText(), function.name(), e);
                        failed.accept(new Failure(503, CacheResult.FUNCTION_EXECUTION_ERROR, NOT_RUN));
                    }
                }));
    }

    private <T> void ended(
            Exchange x,
            EdgeFunction function,
            Outcome outcome,
            Reader<T> reader,
            Consumer<T> then,
            Consumer<Failure> failed) {
        switch (outcome) {
            case Outcome.Returned returned -> {
                T read;
                try {
                    read = reader.read(returned);
                } catch (Invalid e) {
                    note(x, function, outcome, e.text());
                    failed.accept(new Failure(502, CacheResult.FUNCTION_VALIDATION_ERROR, e.text()));
                    return;
                }
                if (!returned.logs().isEmpty()) note(x, function, outcome, "");
                then.accept(read);
            }
            case Outcome.Failed(Outcome.Reason reason, String message, String stack, var _, long _) -> {
                boolean throttled = reason == Outcome.Reason.THROTTLED;
                if (!throttled) note(x, function, outcome, message + "\n" + stack);
                failed.accept(new Failure(
                        503,
                        throttled ? CacheResult.FUNCTION_THROTTLED_ERROR : CacheResult.FUNCTION_EXECUTION_ERROR,
                        NOT_RUN));
            }
        }
    }

    private void note(Exchange x, EdgeFunction function, Outcome outcome, String error) {
        List<String> lines = new ArrayList<>(outcome.logs());
        if (!error.isEmpty()) lines.add("ERROR: " + error);
        log.add(function.name(), distribution(x).id(), x.idText(), clock.instant(), lines);
    }

    private static EventContext context(Exchange x, Event event, ViewerConnection viewer) {
        Distribution distribution = distribution(x);
        return new EventContext(distribution.domainName(), distribution.id(), event, x.idText(), viewer.address());
    }

    private static Distribution distribution(Exchange x) {
        Distribution distribution = x.distribution();
        if (distribution == null) throw new IllegalStateException("not admitted");
        return distribution;
    }

    /** The CloudFront-* headers that a policy of the behavior lists. */
    private static Fields made(Exchange x, ViewerConnection viewer) {
        Behavior behavior = x.behavior();
        return behavior == null ? Fields.EMPTY : made(behavior, x.request(), viewer);
    }

    private static Fields made(Behavior behavior, RequestHead request, ViewerConnection viewer) {
        Fields.Builder made = Fields.builder(4);
        for (List<String> names :
                List.of(behavior.cachePolicy().headers(), behavior.forwarding().headers())) {
            for (String name : names) {
                if (!CloudFrontHeaders.reserves(name) || made.has(name)) continue;
                String value = CloudFrontHeaders.value(name, request, viewer);
                if (value != null) made.add(name, value);
            }
        }
        return made.build();
    }
}
