package dev.perigee.edge.serve;

import dev.perigee.core.cache.ViewerConnection;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.EdgeLambda;
import dev.perigee.core.plan.EdgeLambda.Event;
import dev.perigee.core.plan.EdgeLambdas;
import dev.perigee.core.serve.ErrorPages;
import dev.perigee.edge.firewall.InspectedContent;
import dev.perigee.edge.lambda.LambdaRuns;
import dev.perigee.edge.lambda.LambdaRuns.Result;
import dev.perigee.edge.origin.RequestBody;
import dev.perigee.function.EventResponse;
import dev.perigee.function.Verdict;
import dev.perigee.lambda.EventContext;
import dev.perigee.lambda.LambdaFailure;
import dev.perigee.lambda.SeenRequest;
import dev.perigee.lambda.SeenResponse;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps viewer-request and viewer-response where Lambda functions take them: run beside the event loop, their answers taken
 * on it. Those at origins are {@code edge.fetch}'s.
 */
public final class LambdaSteps {
    private static final Logger LOG = LoggerFactory.getLogger(LambdaSteps.class);

    private final LambdaRuns runs;

    public LambdaSteps(LambdaRuns runs) {
        this.runs = runs;
    }

    /** The function that sees each of the behavior's requests first, if there is one. */
    static EdgeLambdas.@Nullable Association first(@Nullable Behavior behavior) {
        EdgeLambdas lambdas = behavior == null ? null : behavior.lambdas();
        return lambdas == null ? null : lambdas.viewerRequest();
    }

    /** The function that sees each of the behavior's responses last, if there is one. */
    static @Nullable EdgeLambda last(@Nullable Behavior behavior) {
        EdgeLambdas lambdas = behavior == null ? null : behavior.lambdas();
        EdgeLambdas.Association last = lambdas == null ? null : lambdas.viewerResponse();
        return last == null ? null : last.function();
    }

    /** Runs the viewer-request function; one of the two is told, on the viewer's event loop. */
    void request(
            Exchange x,
            EdgeLambdas.Association association,
            ViewerConnection viewer,
            Consumer<Verdict> then,
            Consumer<FunctionSteps.Failure> failed) {
        RequestBody body = association.includeBody() && x.hasContent() ? x.content() : null;
        if (body == null) {
            SeenRequest.Content none = association.includeBody() ? new SeenRequest.Content(new byte[0], false) : null;
            request(x, association.function(), seen(x, Event.VIEWER_REQUEST, viewer, none), then, failed);
            return;
        }
        InspectedContent content = new InspectedContent(
                x.viewer()::execute, body, Event.VIEWER_REQUEST.contentMax(), new InspectedContent.Reader() {
                    @Override
                    public void read(String beginning, boolean cut) {
                        if (x.ended) return;
                        byte[] octets = beginning.getBytes(StandardCharsets.ISO_8859_1);
                        var shown = new SeenRequest.Content(octets, cut);
                        request(x, association.function(), seen(x, Event.VIEWER_REQUEST, viewer, shown), then, failed);
                    }

                    @Override
                    public void failed() {
                        // After whoever broke it off has answered, if the viewer can still be answered.
                        failed.accept(failure(LambdaFailure.notRun()));
                    }
                });
        x.inspected(content);
        content.start();
    }

    private void request(
            Exchange x,
            EdgeLambda function,
            SeenRequest seen,
            Consumer<Verdict> then,
            Consumer<FunctionSteps.Failure> failed) {
        run(
                x,
                function,
                seen.context(),
                seen.event(null),
                seen::verdict,
                verdict -> {
                    switch (verdict) {
                        case SeenRequest.Verdict.GoOn(var uri, var query, var fields, var content, var _) -> {
                            RequestHead head = x.request();
                            if (content != null) x.replaced(new KnownContent(content, x.viewer()));
                            then.accept(new Verdict.GoOn(
                                    new RequestHead(head.method(), uri, query, head.host(), head.version(), fields),
                                    null,
                                    false));
                        }
                        case SeenRequest.Verdict.Answered(SeenResponse.Made made) ->
                            then.accept(new Verdict.Answered(answer(made)));
                    }
                },
                failed);
    }

    /** Runs the viewer-response function; one of the two is told, on the viewer's event loop. */
    void response(
            Exchange x,
            EdgeLambda function,
            ViewerConnection viewer,
            int status,
            Fields fields,
            Consumer<EventResponse.Answer> then,
            Consumer<FunctionSteps.Failure> failed) {
        SeenRequest request = seen(x, Event.VIEWER_RESPONSE, viewer, null);
        SeenResponse response = new SeenResponse(status, ErrorPages.reasonPhrase(status), fields);
        run(
                x,
                function,
                request.context(),
                request.event(response),
                result -> response.changed(Event.VIEWER_RESPONSE, result),
                made -> then.accept(answer(made)),
                failed);
    }

    private <T> void run(
            Exchange x,
            EdgeLambda function,
            EventContext context,
            byte[] event,
            LambdaRuns.Reader<T> reader,
            Consumer<T> then,
            Consumer<FunctionSteps.Failure> failed) {
        runs.run(
                function,
                context,
                event,
                reader,
                result -> x.viewer().execute(() -> {
                    try {
                        switch (result) {
                            case Result.Good<T>(T value) -> then.accept(value);
                            case Result.Bad<T>(LambdaFailure failure) -> failed.accept(failure(failure));
                        }
                    } catch (RuntimeException e) {
                        LOG.error("request {} failed after {}", x.idText(), function.arn(), e);
                        failed.accept(failure(LambdaFailure.notRun()));
                    }
                }));
    }

    static FunctionSteps.Failure failure(LambdaFailure failure) {
        CacheResult result = switch (failure.kind()) {
            case VALIDATION -> CacheResult.LAMBDA_VALIDATION_ERROR;
            case EXECUTION -> CacheResult.LAMBDA_EXECUTION_ERROR;
            case LIMIT -> CacheResult.LAMBDA_LIMIT_EXCEEDED;
        };
        return new FunctionSteps.Failure(failure.kind().status(), result, failure.sentence());
    }

    private static EventResponse.Answer answer(SeenResponse.Made made) {
        return new EventResponse.Answer(made.status(), made.fields(), made.body());
    }

    private static SeenRequest seen(
            Exchange x, Event event, ViewerConnection viewer, SeenRequest.@Nullable Content content) {
        Distribution distribution = Objects.requireNonNull(x.distribution(), "admitted");
        RequestHead head = x.request();
        return new SeenRequest(
                new EventContext(distribution.domainName(), distribution.id(), event, x.idText(), viewer.address()),
                head.method(),
                head.path(),
                head.query(),
                head.fields(),
                content,
                null,
                viewer.https());
    }
}
