package dev.perigee.analytics.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Selection;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which parts of a key made no difference. */
class DifferencesTest {
    private static final CachePolicy EVERYTHING =
            new CachePolicy("p", 0, 60, 60, false, false, List.of("accept-language"), Selection.ALL, Selection.ALL);

    private final List<LoggedRequest> log = new ArrayList<>();

    private void miss(String path, String query, String cookies, String content) {
        Fields fields = cookies.isEmpty() ? Fields.EMPTY : Fields.of("Cookie", cookies);
        log.add(new LoggedRequest(
                log.size(),
                "IAD",
                Method.GET,
                new RequestHead("GET", path, query, "", HttpVersion.HTTP_1_1, fields),
                200,
                "Miss",
                100,
                0.1,
                true,
                true,
                new ResponseHead(200, Fields.EMPTY),
                content));
    }

    private Set<String> droppable() {
        return new Differences(EVERYTHING, log)
                .find().droppable().stream().map(Feature::name).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void whatIsOfEachRequestItsOwnCanGo() {
        for (int i = 0; i < 40; i++) miss("/" + i % 4, "utm_source=" + i + "&gclid=" + i, "", "c" + i % 4);
        assertEquals(Set.of("gclid", "utm_source"), droppable());
    }

    @Test
    void whatMakesADifferenceStaysThoughSomethingElseNeverRepeats() {
        for (int i = 0; i < 60; i++) miss("/a", "w=" + i % 3 + "&utm=" + i, "", "width " + i % 3);
        assertEquals(Set.of("utm"), droppable());
    }

    @Test
    void twoThatMakeADifferenceTogetherStay() {
        for (int i = 0; i < 120; i++)
            miss("/a", "w=" + i % 3 + "&h=" + i % 4 + "&utm=" + i, "s=" + i, i % 3 + "x" + i % 4);
        assertEquals(Set.of("s", "utm"), droppable());
    }

    @Test
    void whatMattersOnOneRarePathStays() {
        for (int i = 0; i < 100; i++) miss("/" + i % 5, "lang=" + i % 2 + "&utm=" + i, "", "same " + i % 5);
        for (int i = 0; i < 4; i++) miss("/home", "lang=" + i % 2 + "&utm=h" + i, "", "home " + i % 2);
        assertEquals(Set.of("utm"), droppable());
    }

    @Test
    void aPageOfEachIdStaysThoughEachIsFetchedOnce() {
        for (int i = 0; i < 50; i++) miss("/item", "id=" + i, "", "item " + i);
        assertEquals(Set.of(), droppable());
    }

    @Test
    void aSessionThatPagesDependOnStays() {
        for (int i = 0; i < 50; i++) miss("/account", "", "session=" + i % 10, "account " + i % 10);
        assertEquals(Set.of(), droppable());
    }

    @Test
    void contentThatIsNeverTheSameProvesNothing() {
        for (int i = 0; i < 50; i++) miss("/now", "utm=" + i, "", "time " + i);
        assertEquals(Set.of(), droppable());
    }

    @Test
    void anObjectThatWasReplacedOnceIsNoDifference() {
        for (int i = 0; i < 40; i++) miss("/" + i % 2, "utm=" + i, "", (i < 20 ? "old " : "new ") + i % 2);
        assertEquals(Set.of("utm"), droppable());
    }

    @Test
    void aFewEqualAnswersAreNoProof() {
        miss("/a", "x=1", "", "a");
        miss("/a", "x=2", "", "a");
        miss("/b", "x=3", "", "b");
        assertEquals(Set.of(), droppable());
    }
}
