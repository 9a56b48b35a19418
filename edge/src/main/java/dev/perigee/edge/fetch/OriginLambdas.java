package dev.perigee.edge.fetch;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.plan.EdgeLambda.Event;
import dev.perigee.core.plan.EdgeLambdas;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.serve.ErrorPages;
import dev.perigee.edge.firewall.InspectedContent;
import dev.perigee.edge.lambda.LambdaRuns;
import dev.perigee.edge.lambda.LambdaRuns.Result;
import dev.perigee.edge.origin.OriginBody;
import dev.perigee.edge.origin.OriginFailure;
import dev.perigee.edge.origin.OriginOutcome;
import dev.perigee.edge.origin.OriginRequest;
import dev.perigee.edge.origin.RequestBody;
import dev.perigee.lambda.EventContext;
import dev.perigee.lambda.LambdaFailure;
import dev.perigee.lambda.SeenRequest;
import dev.perigee.lambda.SeenResponse;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Lambda functions between the cache and an origin: before it is asked, and after it has answered. On virtual threads. */
final class OriginLambdas {
    /** Far above what any run may take, with its wait for a process. */
    private static final long SECONDS_MAX = 60;

    private static final long CONTENT_SECONDS_MAX = 120;
    /** Requests whose content is in memory to be shown, each of at most a megabyte. */
    private static final int CONTENTS_MAX = 64;

    private final LambdaRuns runs;
    private final Semaphore contents = new Semaphore(CONTENTS_MAX);

    OriginLambdas(LambdaRuns runs) {
        this.runs = runs;
    }

    /** Asks the origin. */
    interface Origins extends BiFunction<Ask, OriginRequest, OriginOutcome> {}

    /** What is to be sent where, or what has answered it. */
    private sealed interface Step {
        record Send(Ask ask, OriginRequest request) implements Step {}

        record End(OriginOutcome outcome) implements Step {}
    }

    OriginOutcome ask(Ask ask, OriginRequest request, EdgeLambdas lambdas, Origins origins) {
        Step step = lambdas.originRequest() == null
                ? new Step.Send(ask, request)
                : before(ask, request, lambdas.originRequest());
        return switch (step) {
            case Step.End(OriginOutcome outcome) -> outcome;
            case Step.Send(Ask changed, OriginRequest sent) -> {
                OriginOutcome outcome = origins.apply(changed, sent);
                yield lambdas.originResponse() != null
                                && outcome instanceof OriginOutcome.Answered(ResponseHead head, OriginBody body)
                        ? after(changed, sent, lambdas.originResponse(), head, body)
                        : outcome;
            }
        };
    }

    private Step before(Ask ask, OriginRequest request, EdgeLambdas.Association association) {
        if (!association.includeBody() || ask.content() == null) {
            var none = association.includeBody() ? new SeenRequest.Content(new byte[0], false) : null;
            return before(ask, request, association, none);
        }
        if (!contents.tryAcquire()) return failed(ask, LambdaFailure.throttled());
        try {
            RequestBody body = ask.content();
            var beginning = new CompletableFuture<SeenRequest.Content>();
            InspectedContent content = inspected(ask, body, beginning);
            ask.near().execute(content::start);
            SeenRequest.Content shown = waited(beginning, CONTENT_SECONDS_MAX);
            Ask held = ask.with(content);
            return shown == null
                    ? new Step.End(new OriginOutcome.Failed(new OriginFailure.ViewerGone()))
                    : before(held, request, association, shown);
        } finally {
            contents.release();
        }
    }

    private static InspectedContent inspected(
            Ask ask, RequestBody body, CompletableFuture<SeenRequest.Content> beginning) {
        int max = Event.ORIGIN_REQUEST.contentMax();
        return new InspectedContent(ask.near(), body, max, new InspectedContent.Reader() {
            @Override
            public void read(String text, boolean cut) {
                beginning.complete(new SeenRequest.Content(text.getBytes(StandardCharsets.ISO_8859_1), cut));
            }

            @Override
            public void failed() {
                beginning.cancel(false);
            }
        });
    }

    private Step before(
            Ask ask,
            OriginRequest request,
            EdgeLambdas.Association association,
            SeenRequest.@Nullable Content content) {
        SeenRequest seen = seen(ask, request, Event.ORIGIN_REQUEST, content);
        var result = new CompletableFuture<Result<SeenRequest.Verdict>>();
        run(ask, association, seen, seen.event(null), seen::verdict, result);
        return switch (waited(result, SECONDS_MAX)) {
            case null -> failed(ask, LambdaFailure.notRun());
            case Result.Bad<SeenRequest.Verdict>(LambdaFailure failure) -> failed(ask, failure);
            case Result.Good<SeenRequest.Verdict>(SeenRequest.Verdict verdict) -> taken(ask, request, verdict);
        };
    }

    private static Step taken(Ask ask, OriginRequest request, SeenRequest.Verdict verdict) {
        return switch (verdict) {
            case SeenRequest.Verdict.Answered(SeenResponse.Made made) -> {
                drop(ask);
                byte[] body = made.body() == null ? new byte[0] : made.body();
                Fields fields = framed(made.fields(), body.length);
                yield new Step.End(new OriginOutcome.Answered(
                        new ResponseHead(made.status(), fields), new GeneratedBody(body, true)));
            }
            case SeenRequest.Verdict.GoOn(var uri, var query, var fields, var content, var chosen) -> {
                Origin origin = chosen == null ? ask.behavior().origin() : chosen;
                Ask changed = origin.equals(ask.behavior().origin()) ? ask : ask.of(origin);
                if (content != null) {
                    drop(ask);
                    changed = changed.with(new Replaced(content, ask.near()));
                }
                String path = origin.path() + uri;
                String host = fields.first("Host");
                yield new Step.Send(
                        changed,
                        new OriginRequest(
                                request.method(),
                                query == null ? path : path + '?' + query,
                                host == null
                                        ? fields.toBuilder()
                                                .add("Host", origin.domainName())
                                                .build()
                                        : fields,
                                Asker.usesTls(origin, ask.viewer().https()),
                                Asker.serverName(origin, host == null ? origin.domainName() : host)));
            }
        };
    }

    private OriginOutcome after(
            Ask ask, OriginRequest request, EdgeLambdas.Association association, ResponseHead head, OriginBody body) {
        SeenRequest seen = seen(ask, request, Event.ORIGIN_RESPONSE, null);
        SeenResponse response = new SeenResponse(head.status(), ErrorPages.reasonPhrase(head.status()), head.fields());
        var result = new CompletableFuture<Result<SeenResponse.Made>>();
        run(
                ask,
                association,
                seen,
                seen.event(response),
                made -> response.changed(Event.ORIGIN_RESPONSE, made),
                result);
        switch (waited(result, SECONDS_MAX)) {
            case null -> {
                body.discard();
                return new OriginOutcome.Failed(new OriginFailure.Function(LambdaFailure.notRun()));
            }
            case Result.Bad<SeenResponse.Made>(LambdaFailure failure) -> {
                body.discard();
                return new OriginOutcome.Failed(new OriginFailure.Function(failure));
            }
            case Result.Good<SeenResponse.Made>(SeenResponse.Made made) -> {
                byte[] content = made.body();
                boolean emptied = content == null && made.status() != head.status() && hasNone(made.status());
                boolean filled = content == null && made.status() != head.status() && hasNone(head.status());
                if (content == null && !emptied && !filled) {
                    return new OriginOutcome.Answered(new ResponseHead(made.status(), made.fields()), body);
                }
                body.discard();
                byte[] octets = content == null ? new byte[0] : content;
                return new OriginOutcome.Answered(
                        new ResponseHead(made.status(), framed(made.fields(), octets.length)),
                        new GeneratedBody(octets, false));
            }
        }
    }

    /** On the viewer's event loop, which carries this thread, and speaks with the function's process itself. */
    private <T> void run(
            Ask ask,
            EdgeLambdas.Association association,
            SeenRequest seen,
            byte[] event,
            LambdaRuns.Reader<T> reader,
            CompletableFuture<Result<T>> result) {
        Runnable run = () -> runs.run(association.function(), seen.context(), event, reader, result::complete);
        try {
            ask.near().execute(run);
        } catch (RejectedExecutionException ended) {
            run.run();
        }
    }

    private static boolean hasNone(int status) {
        return status == 204 || status == 304;
    }

    private static Fields framed(Fields fields, int length) {
        return fields.toBuilder()
                .remove("Transfer-Encoding")
                .set("Content-Length", Integer.toString(length))
                .build();
    }

    private static Step failed(Ask ask, LambdaFailure failure) {
        drop(ask);
        return new Step.End(new OriginOutcome.Failed(new OriginFailure.Function(failure)));
    }

    private static void drop(Ask ask) {
        RequestBody content = ask.content();
        if (content != null) content.discard();
    }

    private static SeenRequest seen(
            Ask ask, OriginRequest request, Event event, SeenRequest.@Nullable Content content) {
        Origin origin = ask.behavior().origin();
        String target = request.target().substring(origin.path().length());
        int mark = target.indexOf('?');
        return new SeenRequest(
                new EventContext(
                        ask.distribution().domainName(),
                        ask.distribution().id(),
                        event,
                        ask.requestId(),
                        ask.viewer().address()),
                request.method(),
                mark < 0 ? target : target.substring(0, mark),
                mark < 0 ? null : target.substring(mark + 1),
                request.fields(),
                content,
                origin,
                ask.viewer().https());
    }

    /** Null when it did not come. */
    private static <T> @Nullable T waited(CompletableFuture<T> future, long seconds) {
        try {
            return future.isCancelled() ? null : future.get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | CancellationException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /** Content that a function has put in the place of the viewer's. */
    private static final class Replaced implements RequestBody {
        private final byte[] content;
        private final Executor loop;

        private Replaced(byte[] content, Executor loop) {
            this.content = content;
            this.loop = loop;
        }

        @Override
        public long length() {
            return content.length;
        }

        @Override
        public void into(Sink sink) {
            loop.execute(() -> {
                if (content.length > 0) sink.append(Unpooled.wrappedBuffer(content));
                sink.complete();
            });
        }

        @Override
        public void resume() {
            // All of it was given at once.
        }

        @Override
        public void discard() {
            // There is nothing to give back.
        }
    }
}
