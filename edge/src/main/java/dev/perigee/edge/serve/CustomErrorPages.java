package dev.perigee.edge.serve;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.StoredResponse;
import dev.perigee.core.http.Grpc;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.serve.ErrorPage;
import dev.perigee.core.serve.Rejection;
import dev.perigee.edge.fetch.Ask;
import dev.perigee.edge.fetch.Fetched;
import dev.perigee.edge.fetch.Fetcher;
import dev.perigee.edge.fetch.How;
import dev.perigee.edge.origin.TunnelEnd;
import dev.perigee.edge.store.Fill;
import dev.perigee.edge.store.Store;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The custom page for an error, if the distribution has one: from the cache, else through its own behavior. */
final class CustomErrorPages implements Pages {
    private final Store store;
    private final Fetcher fetcher;
    private final Delivery delivery;
    private final Fetches fetches;
    private final Keys keys;
    private final FactsOfViewers facts;
    private final InstantSource clock;

    CustomErrorPages(
            Store store,
            Fetcher fetcher,
            Delivery delivery,
            Fetches fetches,
            Keys keys,
            FactsOfViewers facts,
            InstantSource clock) {
        this.store = store;
        this.fetcher = fetcher;
        this.delivery = delivery;
        this.fetches = fetches;
        this.keys = keys;
        this.facts = facts;
        this.clock = clock;
    }

    @Override
    public boolean answer(Exchange x, int status, long errorTtlSeconds) {
        var distribution = x.distribution();
        if (distribution == null || x.ended || x.paged() || isCall(x)) return false;
        ErrorPage page = ErrorPage.of(distribution, x.request(), status, errorTtlSeconds);
        if (page == null) return false;
        x.paged(page.behavior());
        Behavior kept = page.keptBehavior();
        CacheKey key = keys.of(x, kept.cachePolicy(), Method.GET, page.request());
        Fill found = freshPage(x, page, key);
        if (found != null) {
            delivery.deliverPage(x, found, found.response(), CacheResult.HIT, page.status());
            return true;
        }
        Fill stale = store.find(key);
        Ask ask = new Ask(
                distribution,
                kept,
                Method.GET,
                page.request(),
                facts.viewer(x),
                x.idText(),
                null,
                Pipeline.timesOf(x),
                x.viewer().loop().loop());
        fetches.onVirtualThread(x, () -> fetchPage(x, ask, key, stale, page.status()), stale);
        return true;
    }

    /** CloudFront shows no custom error pages to clients of gRPC, who could not read them. */
    private static boolean isCall(Exchange x) {
        Behavior behavior = x.behavior();
        return behavior != null && behavior.grpc() && Grpc.isCall(x.received());
    }

    /** As it was asked for directly, or as it was kept for an error. */
    private @Nullable Fill freshPage(Exchange x, ErrorPage page, CacheKey keptKey) {
        CacheKey direct = keys.of(x, page.behavior().cachePolicy(), Method.GET, page.request());
        Fill found = page.isOrdinary() ? store.find(direct) : null;
        if (found != null && found.response().status() < 300 && found.response().fresh(clock.millis())) return found;
        if (found != null) found.release();
        Fill kept = store.find(keptKey);
        if (kept != null && kept.response().fresh(clock.millis())) return kept;
        if (kept != null) kept.release();
        return null;
    }

    private void fetchPage(Exchange x, Ask ask, CacheKey key, @Nullable Fill stale, int status) {
        try {
            boolean never = ask.behavior().cachePolicy().cachingDisabled();
            Fetched fetched = never ? fetcher.pass(ask) : fetcher.fetch(ask, key, stale);
            switch (fetched) {
                case Fetched.Response(Fill fill, How how, StoredResponse shown, var _) ->
                    x.viewer().execute(() -> delivery.deliverPage(x, fill, shown, Pipeline.result(how), status));
                case Fetched.Switched(ResponseHead unused, TunnelEnd tunnel) -> tunnel.discard();
                case Fetched.Called _, Fetched.Refused _ -> throw new IllegalStateException("a page is no call");
                case Fetched.Failed(Rejection rejection) -> x.viewer().execute(() -> delivery.reject(x, rejection));
                case Fetched.FunctionFailed(var failure) ->
                    x.viewer().execute(() -> delivery.functionFailed(x, LambdaSteps.failure(failure)));
            }
        } finally {
            if (stale != null) stale.release();
        }
    }
}
