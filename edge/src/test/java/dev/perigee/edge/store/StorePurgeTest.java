package dev.perigee.edge.store;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.StoredResponse;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Purge;
import dev.perigee.core.plan.Selection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StorePurgeTest {
    private static final CachePolicy POLICY =
            new CachePolicy("p", 0, 60, 600, false, false, List.of(), Selection.NONE, Selection.NONE);
    private static final int MANY = 200_000;

    private final Store store = new Store(1 << 30, LowerTier.NONE);

    private static CacheKey key(String path) {
        return CacheKey.of(
                "E1", POLICY, Method.GET, new RequestHead("GET", path, null, "h", HttpVersion.HTTP_1_1, Fields.EMPTY));
    }

    private void store(String path, long purgeSequence, Fields fields) {
        StoredResponse response = StoredResponse.of(new ResponseHead(200, fields), POLICY, 60, 0);
        WholeFill fill = WholeFill.kept(key(path), response, store.growth(), 1 << 20, 1 << 16);
        fill.purgeSequence(purgeSequence);
        fill.complete();
        store.put(key(path), fill);
        fill.release();
    }

    private boolean has(String path) {
        Fill fill = store.find(key(path));
        if (fill != null) fill.release();
        return fill != null;
    }

    private static PurgeLog.Entry purge(long sequence, List<String> paths, @Nullable String header, String... tags) {
        return new PurgeLog.Entry(new Purge(sequence, "E1", paths, List.of(tags)), header);
    }

    private void awaitObjects(long expected) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (store.objects() != expected) {
            assertTrue(System.nanoTime() < deadline, store.objects() + " objects, not " + expected);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void nothingPurgedIsFoundWhileTheSweepGoesOn() {
        for (int i = 0; i < MANY; i++) store("/" + i, 0, Fields.EMPTY);
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) paths.add("/" + i * 61);
        for (int sequence = 1; sequence <= 5; sequence++) {
            store.purge(List.of(purge(sequence, paths, null)));
            for (String path : paths) assertNull(store.find(key(path)), path);
            store(paths.get(sequence), sequence, Fields.EMPTY);
            assertTrue(has(paths.get(sequence)), "what began after the purge is found at once");
        }
        assertTrue(has("/1"));
        awaitObjects(MANY - 3_000 + 1);
        assertTrue(has(paths.get(5)), "and stays");
    }

    @Test
    void wildcardsAndTagsCountAtOnceToo() {
        store("/a/1", 3, Fields.EMPTY);
        store("/a/2", 5, Fields.EMPTY);
        store("/b", 3, Fields.of("Cache-Tag", "red, blue"));
        store("/c", 3, Fields.of("Cache-Tag", "green"));
        store.purge(List.of(purge(4, List.of("/a/*"), null), purge(5, List.of(), "cache-tag", "blue")));
        assertNull(store.find(key("/a/1")));
        assertNull(store.find(key("/b")));
        assertTrue(has("/a/2"));
        assertTrue(has("/c"));
        awaitObjects(2);
    }

    @Test
    void theSweepLetsGoOfWhatItTakesOffTheList() {
        StoredResponse response = StoredResponse.of(new ResponseHead(200, Fields.EMPTY), POLICY, 60, 0);
        WholeFill fill = WholeFill.kept(key("/a"), response, store.growth(), 1 << 20, 1 << 16);
        fill.complete();
        store.put(key("/a"), fill);
        store.purge(List.of(purge(1, List.of("/*"), null)));
        fill.release();
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (fill.tryRetain()) {
            fill.release();
            assertTrue(System.nanoTime() < deadline, "the store's reference is still there");
            LockSupport.parkNanos(1_000_000);
        }
    }

    private WholeFill arriving(String path, long purgeSequence) {
        StoredResponse response = StoredResponse.of(new ResponseHead(200, Fields.EMPTY), POLICY, 60, 0);
        WholeFill fill = WholeFill.kept(key(path), response, store.growth(), 1 << 20, 1 << 16);
        fill.purgeSequence(purgeSequence);
        return fill;
    }

    private Fill stale(String path) {
        store(path, 3, Fields.EMPTY);
        Fill stale = store.find(key(path));
        if (stale == null) throw new AssertionError("not stored");
        return stale;
    }

    @Test
    void whatWasReplacedHasItsPlaceAgainWhenItsSuccessorBreaksOff() {
        Fill stale = stale("/a");
        WholeFill arriving = arriving("/a", 3);
        store.succeed(key("/a"), arriving, stale);
        assertSame(stale, store.restore(key("/a"), arriving));
        Fill found = store.find(key("/a"));
        assertSame(stale, found);
        assertNull(store.restore(key("/a"), arriving), "once");
    }

    @Test
    void notWhenASweptPurgeCoveredIt() {
        Fill stale = stale("/a");
        // Begun after the purge was noted, before the store was told of it.
        WholeFill arriving = arriving("/a", 4);
        store.succeed(key("/a"), arriving, stale);
        store.purge(List.of(purge(4, List.of("/a"), null)));
        assertTrue(has("/a"), "the successor is newer");
        assertNull(store.restore(key("/a"), arriving));
    }

    @Test
    void notWhenAPendingPurgeCoversIt() {
        for (int i = 0; i < MANY; i++) store("/" + i, 5, Fields.EMPTY);
        Fill stale = stale("/a");
        store.purge(List.of(purge(4, List.of("/a"), null)));
        WholeFill arriving = arriving("/a", 4);
        store.succeed(key("/a"), arriving, stale);
        assertNull(store.restore(key("/a"), arriving));
    }

    @Test
    void notWhenEverythingWasClearedOrTheSuccessorIsWholeOrReplaced() {
        Fill stale = stale("/a");
        WholeFill arriving = arriving("/a", 3);
        store.succeed(key("/a"), arriving, stale);
        store.clear();
        assertNull(store.restore(key("/a"), arriving));

        stale = stale("/a");
        store.succeed(key("/a"), arriving, stale);
        store.settle(arriving);
        assertNull(store.restore(key("/a"), arriving));

        stale = stale("/a");
        store.succeed(key("/a"), arriving, stale);
        store("/a", 3, Fields.EMPTY);
        assertNull(store.restore(key("/a"), arriving));
        assertTrue(has("/a"), "the newest stays");
    }

    @Test
    void aSuccessorOfOneThatIsStillArrivingInheritsWhatThatReplaced() {
        Fill stale = stale("/a");
        WholeFill second = arriving("/a", 3);
        store.succeed(key("/a"), second, stale);
        WholeFill third = arriving("/a", 3);
        store.succeed(key("/a"), third, second);
        assertNull(store.restore(key("/a"), second), "it has lost its place already");
        assertSame(stale, store.restore(key("/a"), third));
    }

    @Test
    void nothingIsHeldAnyLongerThanItIsOfUse() {
        Fill stale = stale("/a");
        WholeFill arriving = arriving("/a", 3);
        store.succeed(key("/a"), arriving, stale);
        stale.release();
        assertTrue(stale.tryRetain(), "kept");
        stale.release();
        store.settle(arriving);
        assertFalse(stale.tryRetain(), "let go");
    }
}
