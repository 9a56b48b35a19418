package dev.perigee.edge.serve;

import dev.perigee.core.cache.CacheStatus;
import dev.perigee.core.cache.StoredResponse;
import dev.perigee.core.cache.ViewerConnection;
import dev.perigee.core.cache.ViewerFields;
import dev.perigee.core.firewall.RuleAction;
import dev.perigee.core.http.ByteRange;
import dev.perigee.core.http.ByteRanges;
import dev.perigee.core.http.Conditions;
import dev.perigee.core.http.ContentRange;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpDate;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.RangeOutcome;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.EdgeFunction;
import dev.perigee.core.plan.EdgeLambda;
import dev.perigee.core.plan.ResponseHeadersPolicy;
import dev.perigee.core.serve.ErrorPage;
import dev.perigee.core.serve.PolicyFields;
import dev.perigee.core.serve.Rejection;
import dev.perigee.edge.http2.Http2Error;
import dev.perigee.edge.origin.GrpcCall;
import dev.perigee.edge.origin.TunnelEnd;
import dev.perigee.edge.store.BlockedFill;
import dev.perigee.edge.store.Feed;
import dev.perigee.edge.store.Fill;
import dev.perigee.function.EventResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The last steps of every response, whether hit, miss or pass: conditions and ranges, headers policy, sending, logging.
 * Everything here runs on the viewer's event loop.
 */
final class Delivery {
    private final InstantSource clock;
    private final Counters counters;
    private final String via;
    private final IntSupplier securePort;
    private final Pages pages;
    private final Timings timings;
    private final BiConsumer<Exchange, Feed> fetchMore;
    private final FunctionSteps functions;
    private final LambdaSteps lambdas;
    private final Function<Exchange, ViewerConnection> viewers;

    /**
     * The last steps, for one edge.
     *
     * @param fetchMore brings more of a large object; returns at once
     */
    Delivery(
            InstantSource clock,
            Counters counters,
            String via,
            IntSupplier securePort,
            Timings timings,
            Pages pages,
            BiConsumer<Exchange, Feed> fetchMore,
            FunctionSteps functions,
            LambdaSteps lambdas,
            Function<Exchange, ViewerConnection> viewers) {
        this.functions = functions;
        this.lambdas = lambdas;
        this.viewers = viewers;
        this.clock = clock;
        this.counters = counters;
        this.via = via;
        this.securePort = securePort;
        this.pages = pages;
        this.timings = timings;
        this.fetchMore = fetchMore;
    }

    /**
     * Sends a response with the fill's content, and releases the caller's reference to the fill when done.
     *
     * @param stored the fill's response, or what this viewer is to see in its place
     */
    void deliver(Exchange x, Fill fill, StoredResponse stored, CacheResult result) {
        boolean error = stored.status() >= 400;
        if (result == CacheResult.MISS) x.fetched = fill;
        if (x.ended || (error && pages.answer(x, stored.status(), lifetimeSeconds(stored)))) {
            fill.abandon();
            fill.release();
            return;
        }
        // Before the rest, and then again: with what the function has made of it.
        EdgeFunction function = x.responseFunction;
        if ((function != null || LambdaSteps.last(x.behavior()) != null) && !error && x.answer == null && !x.paged()) {
            x.result = result;
            int status = statusOf(x, fill, stored);
            if (status < 400) {
                changed(x, fill, stored, result, status);
                return;
            }
        }
        boolean fresh = result == CacheResult.MISS || result == CacheResult.LAMBDA_GENERATED_RESPONSE;
        // What a function has made in the place of an origin is no trouble, whatever its status.
        boolean trouble = error && result != CacheResult.LAMBDA_GENERATED_RESPONSE;
        deliver(x, fill, stored, trouble ? CacheResult.ERROR : result, stored.status(), !fresh);
    }

    /** The status that conditions and ranges will make of a stored response. */
    private static int statusOf(Exchange x, Fill fill, StoredResponse stored) {
        if (stored.status() != 200 || !fill.isKept() || !isConditionalOrPartial(x.request())) return stored.status();
        return switch (Conditions.evaluate(x.request(), 200, stored.etag(), stored.lastModified())) {
            case NOT_MODIFIED -> 304;
            case FAILED -> 412;
            case PROCEED -> {
                yield switch (range(x, stored, fill.wholeLength())) {
                    case RangeOutcome.Whole _ -> 200;
                    case RangeOutcome.Unsatisfiable _ -> 416;
                    case RangeOutcome.Satisfiable _ -> 206;
                };
            }
        };
    }

    /** Has the viewer-response function change it; the reference to the fill waits with it. */
    private void changed(Exchange x, Fill fill, StoredResponse stored, CacheResult result, int status) {
        Fields fields = presentation(x, fill, stored).fields();
        Fields shown = status == 304 ? ofNotModified(fields) : fields;
        Consumer<EventResponse.Answer> then = answer -> {
            boolean emptied = answer.status() != status && (answer.status() == 204 || answer.status() == 304);
            x.answer = answer;
            if (answer.body() == null && !emptied) {
                deliver(x, fill, stored, result);
                return;
            }
            fill.abandon();
            fill.release();
            x.age = -1;
            made(x, answer.status(), answer.fields(), answer.body(), result);
        };
        Consumer<FunctionSteps.Failure> failed = failure -> {
            fill.abandon();
            fill.release();
            functionFailed(x, failure);
        };
        EdgeFunction function = x.responseFunction;
        EdgeLambda lambda = LambdaSteps.last(x.behavior());
        if (function != null) functions.response(x, function, viewers.apply(x), status, shown, then, failed);
        else if (lambda != null) lambdas.response(x, lambda, viewers.apply(x), status, shown, then, failed);
    }

    /** A viewer-request function has answered in the place of cache and origin. */
    void answered(Exchange x, EventResponse.Answer answer) {
        Fields.Builder fields = answer.fields().toBuilder();
        if (!fields.has("Server")) fields.add("Server", "CloudFront");
        if (!fields.has("Date")) fields.add("Date", HttpDate.format(clock.millis() / 1000));
        fields.add("Via", via);
        CacheResult result = x.requestFunction == null
                ? CacheResult.LAMBDA_GENERATED_RESPONSE
                : CacheResult.FUNCTION_GENERATED_RESPONSE;
        made(x, answer.status(), byPolicy(x, fields.build()), answer.body(), result);
    }

    /** A function failed; its viewer gets CloudFront's page for that, and no other. */
    void functionFailed(Exchange x, FunctionSteps.Failure failure) {
        x.detail = failure.result().word();
        generated(x, OwnAnswer.failure(failure, x.idText()));
    }

    /** Sends what a function has made, with all that stands in its head. */
    private void made(Exchange x, int status, Fields fields, byte @Nullable [] body, CacheResult result) {
        if (x.ended) return;
        byte[] content = body == null || status == 204 || status == 304 ? new byte[0] : body;
        boolean none = content.length == 0;
        x.status = status;
        x.result = result;
        x.presentation = null;
        x.fields = none ? fields.toBuilder().remove("Content-Encoding").build() : fields;
        x.length = content.length;
        x.contentFollows = !none && !x.received().method().equals("HEAD");
        head(x);
        if (x.contentFollows) x.viewer().content(Unpooled.wrappedBuffer(content));
        finish(x);
    }

    /** Puts what the viewer-response function has made of the head in its place. */
    private static void apply(Exchange x, EventResponse.Answer answer) {
        Fields.Builder made = answer.fields().toBuilder();
        String range = x.fields.first("Content-Range");
        if (range != null) made.set("Content-Range", range);
        String type = x.fields.first("Content-Type");
        if (x.status == 206 && type != null && type.startsWith("multipart/byteranges")) made.set("Content-Type", type);
        x.fields = made.build();
        x.status = answer.status();
        x.presentation = null;
    }

    private static long lifetimeSeconds(StoredResponse stored) {
        return stored.freshnessLifetimeSeconds() - stored.initialAgeSeconds();
    }

    /**
     * Sends a custom error page; otherwise as {@link #deliver(Exchange, Fill, StoredResponse, CacheResult)}.
     *
     * @param status that stands in for the page's own, if the page is one at all
     */
    void deliverPage(Exchange x, Fill fill, StoredResponse page, CacheResult result, int status) {
        if (x.ended) {
            fill.abandon();
            fill.release();
            return;
        }
        boolean found = page.status() >= 200 && page.status() < 300;
        deliver(x, fill, page, CacheResult.ERROR, found ? status : page.status(), result != CacheResult.MISS);
    }

    private void deliver(Exchange x, Fill fill, StoredResponse stored, CacheResult result, int status, boolean aged) {
        x.result = result;
        x.status = status;
        // Age from the origin's side passes through; on a response straight from the origin there is none to add.
        x.age = aged || stored.initialAgeSeconds() > 0 ? stored.currentAgeSeconds(clock.millis()) : -1;
        long whole = x.method() == Method.HEAD && !fill.isKept() ? stored.contentLength() : fill.wholeLength();
        boolean selected =
                isConditionalOrPartial(x.request()) && (!x.paged() || ErrorPage.isMeant(x.request(), stored));
        if (status == 200 && stored.status() == 200 && fill.isKept() && selected) {
            deliverSelected(x, fill, stored, whole);
            return;
        }
        if (stored.status() == 206) noteRange(x, stored);
        Presentation presentation = presentation(x, fill, stored);
        x.fields = presentation.fields();
        // The rendered head begins with the stored status.
        x.presentation = fill.isKept() && status == stored.status() ? presentation : null;
        x.length = whole;
        x.contentFollows = hasContent(x.method(), status, whole);
        if (x.contentFollows) begin(x, fill, 0);
        else begin(x);
        if (!x.contentFollows) {
            fill.abandon();
            fill.release();
            finish(x);
            return;
        }
        ByteBuf single = fill.single();
        if (single != null) {
            x.viewer().content(single);
            fill.release();
            finish(x);
        } else {
            transfer(x, fill, 0, Long.MAX_VALUE);
        }
    }

    /** A range that the origin answered, for the log. */
    private static void noteRange(Exchange x, StoredResponse partial) {
        ContentRange range = ContentRange.of(partial.fields());
        if (range == null) return;
        x.rangeFirst = range.first();
        x.rangeLast = range.last();
    }

    private Presentation presentation(Exchange x, Fill fill, StoredResponse stored) {
        return Presentation.of(x, fill, stored, via, clock.millis());
    }

    private static boolean hasContent(Method method, int status, long length) {
        return method != Method.HEAD && status != 204 && status != 304 && length != 0;
    }

    /** Whether the request has fields that may turn a 200 into something else; most requests have none. */
    private static boolean isConditionalOrPartial(RequestHead request) {
        Fields fields = request.fields();
        for (int i = 0; i < fields.size(); i++) {
            String name = fields.name(i);
            char first = name.isEmpty() ? 0 : name.charAt(0);
            if ((first == 'I' || first == 'i') && name.length() > 3 && name.charAt(2) == '-') return true;
            if ((first == 'R' || first == 'r') && name.equalsIgnoreCase("Range")) return true;
        }
        return false;
    }

    private void deliverSelected(Exchange x, Fill fill, StoredResponse stored, long whole) {
        switch (Conditions.evaluate(x.request(), stored.status(), stored.etag(), stored.lastModified())) {
            case NOT_MODIFIED -> {
                x.status = 304;
                x.fields = ofNotModified(presentation(x, fill, stored).fields());
                endWithoutContent(x, fill);
            }
            case FAILED -> {
                fill.release();
                x.age = -1;
                generated(x, OwnAnswer.brief(412, OwnAnswer.ofType("text/html")));
            }
            case PROCEED -> deliverRange(x, fill, stored, whole);
        }
    }

    /** What RFC 9110 section 15.4.5 wants in a 304, and whatever else the stored response says of caching. */
    private static Fields ofNotModified(Fields stored) {
        return stored.toBuilder()
                .remove("Content-Type")
                .remove("Content-Encoding")
                .remove("Content-Range")
                .build();
    }

    private void endWithoutContent(Exchange x, Fill fill) {
        x.length = 0;
        x.contentFollows = false;
        begin(x);
        fill.release();
        finish(x);
    }

    private static RangeOutcome range(Exchange x, StoredResponse stored, long whole) {
        String range = x.method() == Method.GET ? ByteRanges.of(x.request().fields()) : null;
        return range == null || whole < 0 || !Conditions.rangeApplies(x.request(), stored.etag(), stored.strongDate())
                ? RangeOutcome.WHOLE
                : ByteRanges.parse(range, whole);
    }

    private void deliverRange(Exchange x, Fill fill, StoredResponse stored, long whole) {
        switch (range(x, stored, whole)) {
            case RangeOutcome.Whole _ -> deliverWhole(x, fill, stored, whole);
            case RangeOutcome.Unsatisfiable _ -> {
                fill.release();
                x.age = -1;
                if (pages.answer(x, 416, 0)) return;
                Fields fields = OwnAnswer.ofType("text/html").toBuilder()
                        .add("Content-Range", "bytes */" + whole)
                        .build();
                generated(x, OwnAnswer.brief(416, fields));
            }
            case RangeOutcome.Satisfiable several
            when several.ranges().size() > 1 ->
                MultipartRanges.start(
                        this, x, fill, presentation(x, fill, stored).fields(), whole, several.ranges());
            case RangeOutcome.Satisfiable single -> {
                ByteRange only = single.ranges().getFirst();
                x.status = 206;
                x.rangeFirst = only.first();
                x.rangeLast = only.lastInclusive();
                x.fields = presentation(x, fill, stored).fields().toBuilder()
                        .set("Content-Range", only.contentRange(whole))
                        .build();
                x.length = only.length();
                x.contentFollows = true;
                begin(x, fill, only.first());
                transfer(x, fill, only.first(), only.lastInclusive() + 1);
            }
        }
    }

    private void deliverWhole(Exchange x, Fill fill, StoredResponse stored, long whole) {
        x.fields = presentation(x, fill, stored).fields();
        x.length = whole;
        x.contentFollows = hasContent(x.method(), stored.status(), whole);
        if (x.contentFollows) begin(x, fill, 0);
        else begin(x);
        if (x.contentFollows) {
            transfer(x, fill, 0, Long.MAX_VALUE);
        } else {
            fill.release();
            finish(x);
        }
    }

    /** Sends content bit by bit; releases the caller's reference to the fill. */
    private void transfer(Exchange x, Fill fill, long from, long to) {
        Transfer.start(this, x, fill, from, to, this::finish, () -> {});
        fill.release();
    }

    /** A part of a large object that is wanted for this exchange. */
    void more(Exchange x, Feed feed) {
        fetchMore.accept(x, feed);
    }

    /** The edge's own page. */
    void reject(Exchange x, Rejection rejection) {
        x.detail = rejection.detailedResult();
        if (rejection.mayHavePage() && pages.answer(x, rejection.status(), 0)) return;
        generated(x, OwnAnswer.page(rejection, x.idText()));
    }

    /** Too much was asked. */
    void limit(Exchange x, Rejection rejection, long retryAfterSeconds) {
        x.detail = rejection.detailedResult();
        generated(x, OwnAnswer.limit(rejection, retryAfterSeconds, x.idText()));
    }

    /** What a firewall answers: CloudFront's page, or a response of the rule's own. */
    void block(Exchange x, RuleAction.Block block) {
        if (block.status() == 0) {
            reject(x, Rejection.BLOCKED);
            return;
        }
        // No custom error page stands in for what a rule's author has written (AWS WAF, "Custom responses for Block
        // actions").
        x.detail = Rejection.BLOCKED.detailedResult();
        generated(x, OwnAnswer.block(block));
    }

    void redirect(Exchange x, int status) {
        generated(x, OwnAnswer.redirect(x.received(), status, securePort.getAsInt()));
    }

    /** What a certificate authority reads, fresh each time. */
    void prove(Exchange x, String answer) {
        generated(x, OwnAnswer.proof(answer));
    }

    /** A response made here, with its content at hand. */
    private void generated(Exchange x, OwnAnswer own) {
        if (x.ended) return;
        byte[] bytes = own.content().getBytes(StandardCharsets.ISO_8859_1);
        x.status = own.status();
        x.result = own.result();
        Fields made = own.fields().toBuilder()
                .add("Date", HttpDate.format(clock.millis() / 1000))
                .add("Via", via)
                .build();
        // A redirect to HTTPS comes before everything that the behavior says of responses.
        x.fields = own.result() == CacheResult.REDIRECT ? made : byPolicy(x, made);
        x.length = bytes.length;
        x.contentFollows = !x.received().method().equals("HEAD") && bytes.length > 0;
        begin(x);
        if (x.contentFollows) x.viewer().content(Unpooled.wrappedBuffer(bytes));
        finish(x);
    }

    /**
     * Sends the head of a response with content. It is no hit when the origin has yet to be asked for the first octet,
     * however much else of the object is stored.
     *
     * @param first position of the first octet that will be sent
     */
    void begin(Exchange x, Fill fill, long first) {
        boolean hit = x.result == CacheResult.HIT || x.result == CacheResult.REFRESH_HIT;
        if (hit && fill instanceof BlockedFill blocked && !blocked.holds(first)) {
            x.result = CacheResult.MISS;
            if (x.cacheStatus != null) x.cacheStatus = CacheStatus.partial(x.cacheStatus);
        }
        begin(x);
    }

    /** What the edge answers by itself gets the behavior's headers too, once there is a behavior. */
    private Fields byPolicy(Exchange x, Fields made) {
        Behavior behavior = x.behavior();
        ResponseHeadersPolicy policy = behavior == null ? null : behavior.responseHeaders();
        if (policy == null) return made;
        String allowOrigin = PolicyFields.allowOrigin(policy, x.request());
        return PolicyFields.apply(policy, made, x.request(), allowOrigin, clock.millis() / 1000);
    }

    /** Sends the head. */
    void begin(Exchange x) {
        if (x.answer != null && x.status < 400) apply(x, x.answer);
        x.begun = x.result;
        head(x);
    }

    private void head(Exchange x) {
        timings.add(x);
        if (x.explained != null) explain(x, x.explained);
        x.viewer().head(x);
    }

    private static void explain(Exchange x, Fields told) {
        Fields.Builder fields = x.fields.toBuilder();
        for (int i = 0; i < told.size(); i++) fields.set(told.name(i), told.value(i));
        x.fields = fields.build();
        // The rendered head is that of every response.
        x.presentation = null;
    }

    void finish(Exchange x) {
        x.viewer().end();
        ended(x);
    }

    /** A WebSocket: the head, then octets both ways until either side ends. */
    void tunnel(Exchange x, ResponseHead head, TunnelEnd origin) {
        Behavior behavior = x.behavior();
        if (x.ended || behavior == null) {
            origin.discard();
            return;
        }
        x.status = head.status();
        x.result = CacheResult.MISS;
        x.fields = ViewerFields.forViewer(behavior, head.fields(), via).toBuilder()
                .remove("Content-Length")
                .build();
        if (x.viewer().tunnel(x, origin, () -> ended(x))) return;
        origin.discard();
        reject(x, Rejection.MALFORMED);
    }

    /**
     * Sends the answer to a call of gRPC as it comes, and releases the caller's reference to the fill when done. Trailers
     * end it, so its length is never said.
     *
     * @param whole whether the head is all of it
     */
    void answerCall(Exchange x, Fill fill, StoredResponse answer, boolean whole) {
        if (x.ended) {
            fill.abandon();
            fill.release();
            return;
        }
        x.status = answer.status();
        x.result = answer.status() >= 400 ? CacheResult.ERROR : CacheResult.MISS;
        x.fields = presentation(x, fill, answer).fields();
        x.length = -1;
        x.contentFollows = !whole;
        begin(x);
        if (!whole) {
            transfer(x, fill, 0, Long.MAX_VALUE);
            return;
        }
        fill.abandon();
        fill.release();
        finish(x);
    }

    /** The origin has not looked at the call: the viewer is told so, and may repeat it without harm. */
    void refuseCall(Exchange x) {
        GrpcCall call = x.call;
        if (x.ended || call == null) return;
        call.error(Http2Error.REFUSED_STREAM);
        x.status = Rejection.ORIGIN_CONNECTION.status();
        x.result = CacheResult.ERROR;
        x.viewer().cut();
        over(x);
    }

    /** A response of which nothing can be had any more: another in its place if nothing was sent yet. */
    void cut(Exchange x) {
        if (x.ended) return;
        if (x.viewer().retract()) {
            x.nothingSent();
            reject(x, Rejection.ORIGIN_READ);
            return;
        }
        breakOff(x);
    }

    /** A response whose origin broke off: what came of it goes to the viewer, however little, and then nothing more. */
    void breakOff(Exchange x) {
        if (x.ended) return;
        x.result = CacheResult.ERROR;
        if (x.detail.isEmpty()) x.detail = "OriginReadError";
        x.viewer().cut();
        ended(x);
    }

    /** A viewer that went away before it had everything. */
    void gone(Exchange x) {
        if (x.ended) return;
        left(x);
        ended(x);
    }

    private static void left(Exchange x) {
        x.result = CacheResult.ERROR;
        if (x.detail.isEmpty()) x.detail = "ClientCommError";
        if (x.sentOctets == 0) x.status = 0;
    }

    /** Once per exchange, whoever comes second: the viewer may give up just when the origin's answer arrives. */
    private void ended(Exchange x) {
        if (x.ended) return;
        // An answer of which nothing was sent, a page for an error too, was for a viewer who had left before.
        if (x.sentOctets == 0) left(x);
        over(x);
    }

    private void over(Exchange x) {
        x.ended = true;
        counters.count(x);
        long now = clock.millis();
        LoopState loop = x.viewer().loop();
        loop.log().add(x, now);
        loop.traffic().add(x, now);
    }
}
