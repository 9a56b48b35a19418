package dev.perigee.edge.serve;

import dev.perigee.core.cache.CacheDecision;
import dev.perigee.core.cache.CacheDecisions;
import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.CacheStatus;
import dev.perigee.core.cache.CdnLoop;
import dev.perigee.core.cache.StoredResponse;
import dev.perigee.core.encrypt.EncryptionProfile;
import dev.perigee.core.encrypt.FieldEncryption;
import dev.perigee.core.encrypt.FieldStatus;
import dev.perigee.core.firewall.Firewall;
import dev.perigee.core.geo.Locations;
import dev.perigee.core.http.Grpc;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.http.WebSocketHandshake;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.TrustedKeys;
import dev.perigee.core.plan.ViewerFunctions;
import dev.perigee.core.serve.Admission;
import dev.perigee.core.serve.Rejection;
import dev.perigee.core.serve.Routes;
import dev.perigee.edge.EdgeLimits;
import dev.perigee.edge.fetch.Ask;
import dev.perigee.edge.fetch.Fetched;
import dev.perigee.edge.fetch.Fetcher;
import dev.perigee.edge.fetch.Here;
import dev.perigee.edge.fetch.How;
import dev.perigee.edge.fetch.Variants;
import dev.perigee.edge.firewall.Samples;
import dev.perigee.edge.origin.GrpcCall;
import dev.perigee.edge.origin.TunnelEnd;
import dev.perigee.edge.origin.UpstreamTimes;
import dev.perigee.edge.store.Feed;
import dev.perigee.edge.store.Fill;
import dev.perigee.edge.store.Store;
import dev.perigee.function.EventResponse;
import dev.perigee.function.Verdict;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a request: route, screen, match, check, key, lookup, decide, fetch, deliver, log. It runs on the viewer's event loop
 * until it would have to wait for an origin; then one virtual thread takes it over.
 */
public final class Pipeline {
    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);
    /** A request that has been here this often is going in circles; CloudFront allows two chained distributions. */
    private static final int PASSES_MAX = 2;

    private final Plans plans;
    private final Store store;
    private final Fetcher fetcher;
    private final Delivery delivery;
    private final CustomErrorPages errorPages;
    private final Screening screening;
    private final InstantSource clock;
    private final Fetches fetches;
    private final PrivateContent privateContent = new PrivateContent();
    private final Gatekeeper gatekeeper;
    private final FactsOfViewers facts;
    private final Keys keys;
    private final ClosedForms forms = new ClosedForms();
    private final FunctionSteps functions;
    private final LambdaSteps lambdas;
    private final Debugging debugging;
    /** Null without the extension {@code vary}. */
    private final @Nullable Variants variants;
    /** Null without the extension {@code cache-status}. */
    private final @Nullable String cacheName;

    public Pipeline(
            Plans plans,
            Store store,
            Fetcher fetcher,
            Counters counters,
            EdgeLimits limits,
            InstantSource clock,
            String via,
            String pop,
            IntSupplier securePort,
            Gatekeeper gatekeeper,
            Locations locations,
            @Nullable Variants variants,
            @Nullable String cacheName,
            Samples samples,
            FunctionSteps functions,
            LambdaSteps lambdas,
            Debugging debugging) {
        this.debugging = debugging;
        this.functions = functions;
        this.lambdas = lambdas;
        this.gatekeeper = gatekeeper;
        this.facts = new FactsOfViewers(locations);
        this.keys = new Keys(facts);
        this.variants = variants;
        this.cacheName = cacheName;
        this.plans = plans;
        this.store = store;
        this.fetcher = fetcher;
        this.delivery = new Delivery(
                clock,
                counters,
                via,
                securePort,
                new Timings(pop),
                this::answerWithPage,
                this::more,
                functions,
                lambdas,
                facts::viewer);
        this.screening = new Screening(delivery, samples, locations, clock);
        this.clock = clock;
        this.fetches = new Fetches(delivery, limits.fetchesMax());
        this.errorPages = new CustomErrorPages(store, fetcher, delivery, fetches, keys, facts, clock);
    }

    /** Serves a request that was read well. On the viewer's event loop. */
    public void serve(Exchange x) {
        Routes routes = plans.current();
        if (!x.viewer().serves(routes, x.received().host())) {
            delivery.reject(x, Rejection.MISDIRECTED);
            return;
        }
        KnownRequest known = x.known();
        boolean secure = x.viewer().secure();
        Admission.Admit again =
                known == null ? null : known.admitted(routes.plan().version(), secure);
        if (known != null && again != null) {
            // The same octets go the same way as last time (benchmark: docs/benchmarks.md, "What a small hit costs").
            Admission stopped = gatekeeper.stop(again.distribution(), x);
            if (stopped == null) {
                x.admitted(again.distribution(), again.behavior(), again.method(), again.request());
                if (again.behavior().functions() != null)
                    find(x, routes, again.behavior().functions());
                look(x, known.key());
            } else {
                answer(x, routes, stopped);
            }
            return;
        }
        // Asked first, so that nothing is made for those who do not want it.
        boolean explained =
                Debugging.isWanted(x) && debugging.takes(x, routes, facts, fetches.guarded(x, () -> screen(x, routes)));
        if (!explained) screen(x, routes);
    }

    private void screen(Exchange x, Routes routes) {
        Distribution guarded = routes.guarded(x.received(), x.hasContent());
        if (guarded == null) {
            admit(x, routes, x.received());
            return;
        }
        Admission over = gatekeeper.limit(guarded, x);
        if (over != null) {
            answer(x, routes, over);
            return;
        }
        // Not remembered: rates, addresses and countries are more than the request's octets.
        Firewall firewall = routes.firewall(guarded);
        screening.screen(x, guarded, firewall, passed -> admit(x, routes, passed));
    }

    private void admit(Exchange x, Routes routes, RequestHead received) {
        answer(
                x,
                routes,
                Admission.admit(
                        routes,
                        received,
                        x.viewer().secure(),
                        x.hasContent(),
                        (distribution, request) -> gatekeeper.stop(distribution, x)));
    }

    private void answer(Exchange x, Routes routes, Admission admission) {
        switch (admission) {
            case Admission.Reject(var distribution, var behavior, Rejection rejection) -> {
                x.routed(distribution, behavior);
                delivery.reject(x, rejection);
            }
            case Admission.Redirect(var distribution, int status) -> {
                x.routed(distribution, null);
                delivery.redirect(x, status);
            }
            case Admission.Limit(var distribution, Rejection rejection, long retryAfterSeconds) -> {
                x.routed(distribution, null);
                delivery.limit(x, rejection, retryAfterSeconds);
            }
            case Admission.Prove(String answer) -> delivery.prove(x, answer);
            case Admission.Admit admit -> {
                x.admitted(admit.distribution(), admit.behavior(), admit.method(), admit.request());
                admitted(x, routes, admit);
            }
        }
    }

    /** Answers a request that could not be read, or whose content broke off. On the viewer's event loop. */
    public void reject(Exchange x, Rejection rejection) {
        delivery.reject(x, rejection);
    }

    private void admitted(Exchange x, Routes routes, Admission.Admit admit) {
        Behavior behavior = admit.behavior();
        TrustedKeys trusted = behavior.trustedKeys();
        if (trusted != null) {
            Rejection refusal = privateContent.refusal(x, trusted, clock.millis());
            if (refusal != null) {
                delivery.reject(x, refusal);
                return;
            }
        }
        if (CdnLoop.passes(x.request().fields()) >= PASSES_MAX) {
            delivery.reject(x, Rejection.LOOP);
            return;
        }
        if (behavior.functions() != null) find(x, routes, behavior.functions());
        Consumer<Verdict> then = verdict -> asked(x, routes, admit, verdict);
        Consumer<FunctionSteps.Failure> failed = failure -> delivery.functionFailed(x, failure);
        var lambda = LambdaSteps.first(behavior);
        if (x.requestFunction != null) functions.request(x, x.requestFunction, facts.viewer(x), then, failed);
        else if (lambda != null) lambdas.request(x, lambda, facts.viewer(x), then, failed);
        else goOn(x, routes, admit, true);
    }

    private void asked(Exchange x, Routes routes, Admission.Admit admit, Verdict verdict) {
        switch (verdict) {
            case Verdict.GoOn(RequestHead changed, Behavior chosen, boolean repeatable) -> {
                Behavior by = chosen == null ? admit.behavior() : chosen;
                x.admitted(admit.distribution(), by, admit.method(), changed);
                goOn(x, routes, new Admission.Admit(admit.distribution(), by, admit.method(), changed), repeatable);
            }
            case Verdict.Answered(EventResponse.Answer answer) -> delivery.answered(x, answer);
        }
    }

    /** A function that the plan does not have cannot be: plans are checked for it. */
    private static void find(Exchange x, Routes routes, ViewerFunctions named) {
        x.requestFunction = named.request() == null ? null : routes.function(named.request());
        x.responseFunction = named.response() == null ? null : routes.function(named.response());
    }

    /** @param repeatable whether whatever came first makes the same of the same octets, whoever sends them, and whenever */
    private void goOn(Exchange x, Routes routes, Admission.Admit admit, boolean repeatable) {
        Behavior behavior = admit.behavior();
        Method method = admit.method();
        if (!x.hasContent() && WebSocketHandshake.isRequested(x.request())) {
            fetches.onVirtualThread(x, () -> deliver(x, fetcher.upgrade(ask(x, true))));
            return;
        }
        FieldEncryption encryption = behavior.encryption();
        if (encryption != null && FieldEncryption.concerns(method) && x.hasContent()) {
            switch (encryption.decide(x.request().fields(), x.request().query())) {
                case FieldEncryption.Decision.Encrypt(var profile) -> {
                    x.forward = CacheStatus.Forward.METHOD;
                    fetches.onVirtualThread(x, () -> encrypt(x, profile));
                    return;
                }
                case FieldEncryption.Decision.Refuse(var why) -> {
                    refuseFields(x, why);
                    return;
                }
                case FieldEncryption.Decision.Forward(var why) -> x.fieldStatus = why;
            }
        }
        if (behavior.grpc() && Grpc.isCall(x.request())) {
            call(x);
            return;
        }
        CachePolicy policy = behavior.cachePolicy();
        if (policy.cachingDisabled() || !behavior.cachedMethods().contains(method) || x.hasContent()) {
            x.forward = policy.cachingDisabled() ? CacheStatus.Forward.BYPASS : CacheStatus.Forward.METHOD;
            fetches.onVirtualThread(x, () -> pass(x));
            return;
        }
        CacheKey key = keys.of(x, policy, method, x.request());
        KnownRequest known = x.known();
        // Whether a signature is still good depends on the time; what a web ACL says, on more than the request's
        // octets.
        boolean remembered = behavior.trustedKeys() == null
                && admit.distribution().webAcl() == null
                && repeatable
                && x.explained == null;
        if (known != null && remembered && !Keys.takeInTheViewer(policy))
            known.decided(routes.plan().version(), x.viewer().secure(), admit, key);
        look(x, key);
    }

    /** On a virtual thread: the content is taken whole and closed before an origin is asked. */
    private void encrypt(Exchange x, EncryptionProfile profile) {
        switch (forms.close(x, profile)) {
            case ClosedForms.Outcome.Closed(var request, var content, int fields) -> {
                x.encrypted(request, content, fields);
                pass(x);
            }
            case ClosedForms.Outcome.Refused(FieldStatus why) -> x.viewer().execute(() -> refuseFields(x, why));
            case ClosedForms.Outcome.Failed(Rejection rejection) ->
                x.viewer().execute(() -> delivery.reject(x, rejection));
        }
    }

    private void refuseFields(Exchange x, FieldStatus why) {
        x.fieldStatus = why;
        delivery.reject(x, Rejection.FIELD_ENCRYPTION);
    }

    private void look(Exchange x, CacheKey key) {
        x.key = key;
        CacheKey selected = variants == null ? key : variants.select(key, x.request());
        Fill fill = store.find(selected);
        if (fill == null && fetcher.mayRecall(selected))
            fetches.onVirtualThread(x, () -> recalled(x, key, fetcher.recall(selected)));
        else looked(x, key, fill);
    }

    /** As {@link #looked}, on a virtual thread already. */
    private void recalled(Exchange x, CacheKey key, @Nullable Fill fill) {
        switch (CacheDecisions.decide(fill == null ? null : fill.response(), clock.millis())) {
            case CacheDecision.Serve _ -> x.viewer().execute(() -> serve(x, key, fill));
            case CacheDecision.ServeWhileRevalidating _ -> {
                refresh(x, key, fill);
                x.viewer().execute(() -> serve(x, key, fill));
            }
            case CacheDecision.Revalidate _, CacheDecision.Fetch _ -> {
                if (fill != null) x.forward = CacheStatus.Forward.STALE;
                fetch(x, key, fill);
            }
        }
    }

    private void looked(Exchange x, CacheKey key, @Nullable Fill fill) {
        switch (CacheDecisions.decide(fill == null ? null : fill.response(), clock.millis())) {
            case CacheDecision.Serve _ -> serve(x, key, fill);
            case CacheDecision.ServeWhileRevalidating _ -> {
                refresh(x, key, fill);
                serve(x, key, fill);
            }
            case CacheDecision.Revalidate _, CacheDecision.Fetch _ -> {
                if (fill == null) {
                    fetchHere(x, key);
                } else {
                    x.forward = CacheStatus.Forward.STALE;
                    fetches.onVirtualThread(x, () -> fetch(x, key, fill), fill);
                }
            }
        }
    }

    private void serve(Exchange x, CacheKey key, @Nullable Fill fill) {
        if (fill == null) throw new IllegalStateException("nothing stored for " + key);
        if (cacheName != null) {
            long ttl = -fill.response().stalenessSeconds(clock.millis());
            x.cacheStatus = CacheStatus.hit(cacheName, ttl);
        }
        delivery.deliver(x, fill, fill.response(), CacheResult.HIT);
    }

    /** RFC 5861 section 3: the viewer has its answer already; the origin is asked for the next one. */
    private void refresh(Exchange x, CacheKey key, @Nullable Fill stale) {
        // Without a thread for whom nothing is left to do.
        if (stale == null || fetcher.isUnderWay(key) || !stale.tryRetain()) return;
        Ask ask = ask(x, false);
        boolean started = fetches.start(x.viewer(), () -> {
            try {
                // What comes of it is stored; there is nobody to send it to.
                if (fetcher.refresh(ask, key, stale)
                        instanceof Fetched.Response(Fill fill, How _, StoredResponse _, var _)) fill.release();
            } catch (RuntimeException e) {
                LOG.error("the background revalidation of {} failed", key, e);
            } finally {
                stale.release();
            }
        });
        if (!started) stale.release();
    }

    private void fetch(Exchange x, CacheKey key, @Nullable Fill stale) {
        try {
            deliver(x, fetcher.fetch(ask(x, true), key, stale));
        } finally {
            if (stale != null) stale.release();
        }
    }

    private void fetchHere(Exchange x, CacheKey key) {
        if (!fetches.begin()) {
            delivery.reject(x, Rejection.CAPACITY);
            return;
        }
        Loop here = new Loop(x);
        try {
            fetcher.fetchHere(ask(x, true), key, here);
        } catch (RuntimeException | Error e) {
            here.broken(e);
        }
    }

    /** A request that is fetched on its viewer's event loop, until it would have to wait. Holds a permit to fetch. */
    private final class Loop implements Here {
        private final Exchange x;
        private boolean over;

        private Loop(Exchange x) {
            this.x = x;
        }

        @Override
        public void fetched(Fetched fetched) {
            end();
            fetches.guarded(x, () -> deliver(x, fetched)).run();
        }

        @Override
        public void goOn(Supplier<Fetched> rest) {
            fetches.goOn(x.viewer(), fetches.guarded(x, () -> deliver(x, rest.get())));
            // The permit goes with the thread.
            over = true;
        }

        @Override
        public void broken(Throwable mistake) {
            LOG.error("request {} failed", x.idText(), mistake);
            if (over) return;
            end();
            x.viewer().execute(() -> delivery.cut(x));
        }

        private void end() {
            over = true;
            fetches.end();
        }
    }

    /** Fetches a part of a large object for a viewer who has come to it. */
    private void more(Exchange x, Feed feed) {
        Ask ask = ask(x, false);
        boolean started = fetches.start(x.viewer(), () -> {
            try {
                fetcher.more(ask, feed);
            } catch (RuntimeException | Error e) {
                LOG.error("fetching more of {} failed", feed.fill().key(), e);
                feed.fail();
            }
        });
        if (!started) feed.fail();
    }

    private void pass(Exchange x) {
        deliver(x, fetcher.pass(ask(x, true)));
    }

    /** A call of gRPC goes past the cache, to one origin, and is given up when its viewer gives it up. */
    private void call(Exchange x) {
        GrpcCall call = new GrpcCall();
        x.call = call;
        x.forward = CacheStatus.Forward.BYPASS;
        x.viewer().follow(new Viewer.Follower() {
            @Override
            public void writable() {
                // There is nothing to send yet.
            }

            @Override
            public void gone() {
                call.cancel();
                delivery.gone(x);
            }
        });
        fetches.onVirtualThread(x, () -> deliver(x, fetcher.call(ask(x, true), call)));
    }

    private void deliver(Exchange x, Fetched fetched) {
        Viewer viewer = x.viewer();
        if (cacheName != null) x.cacheStatus = status(cacheName, x.forward, fetched);
        switch (fetched) {
            case Fetched.Response(Fill fill, var how, var shown, var failure) -> {
                if (failure != null) x.detail = failure.detailedResult();
                else if (how == How.GENERATED) x.detail = "MissGeneratedResponse";
                viewer.execute(() -> delivery.deliver(x, fill, shown, result(how)));
            }
            case Fetched.Switched(ResponseHead head, TunnelEnd tunnel) ->
                viewer.execute(() -> delivery.tunnel(x, head, tunnel));
            case Fetched.Called(Fill fill, StoredResponse shown, boolean whole) ->
                viewer.execute(() -> delivery.answerCall(x, fill, shown, whole));
            case Fetched.Refused _ -> viewer.execute(() -> delivery.refuseCall(x));
            case Fetched.Failed(Rejection rejection) -> viewer.execute(() -> delivery.reject(x, rejection));
            case Fetched.FunctionFailed(var failure) ->
                viewer.execute(() -> delivery.functionFailed(x, LambdaSteps.failure(failure)));
        }
    }

    private String status(String cache, CacheStatus.Forward why, Fetched fetched) {
        return switch (fetched) {
            case Fetched.Failed _, Fetched.FunctionFailed _, Fetched.Refused _ ->
                CacheStatus.forwarded(cache, why, 0, false, false, 0);
            case Fetched.Called called ->
                CacheStatus.forwarded(cache, why, called.shown().status(), false, false, 0);
            case Fetched.Switched _ -> CacheStatus.forwarded(cache, why, 101, false, false, 0);
            case Fetched.Response(Fill fill, How how, StoredResponse shown, var _) -> {
                int status = switch (how) {
                    case FETCHED, FETCHED_UNLISTED, PAGE -> shown.status();
                    case REVALIDATED -> 304;
                    case JOINED, STALE, GENERATED -> 0;
                };
                boolean fresh = switch (how) {
                    case FETCHED, GENERATED, REVALIDATED, PAGE -> true;
                    case FETCHED_UNLISTED, JOINED, STALE -> false;
                };
                boolean stored = fresh && fill.isKept();
                long ttl = -fill.response().stalenessSeconds(clock.millis());
                yield CacheStatus.forwarded(cache, why, status, stored, how == How.JOINED, ttl);
            }
        };
    }

    private Ask ask(Exchange x, boolean withContent) {
        var distribution = x.distribution();
        var behavior = x.behavior();
        if (distribution == null || behavior == null) throw new IllegalStateException("not admitted");
        return new Ask(
                distribution,
                behavior,
                x.method(),
                x.request(),
                facts.viewer(x),
                x.idText(),
                withContent ? x.content() : null,
                withContent ? timesOf(x) : null,
                x.viewer().loop().loop());
    }

    static UpstreamTimes timesOf(Exchange x) {
        // Whoever asks notes it in any case; the logs want to know.
        x.times = new UpstreamTimes();
        return x.times;
    }

    private boolean answerWithPage(Exchange x, int status, long errorTtlSeconds) {
        return errorPages.answer(x, status, errorTtlSeconds);
    }

    /** How the viewer is told of what a fetch came to. */
    static CacheResult result(How how) {
        return switch (how) {
            case FETCHED, FETCHED_UNLISTED, PAGE -> CacheResult.MISS;
            case GENERATED -> CacheResult.LAMBDA_GENERATED_RESPONSE;
            case JOINED -> CacheResult.HIT;
            case REVALIDATED, STALE -> CacheResult.REFRESH_HIT;
        };
    }
}
