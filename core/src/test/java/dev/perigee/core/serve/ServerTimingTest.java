package dev.perigee.core.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perigee.core.serve.ServerTiming.Source;
import dev.perigee.core.serve.ServerTiming.Upstream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerTimingTest {
    @ParameterizedTest(name = "{0}, origin asked {1}")
    @CsvSource(delimiter = '|', textBlock = """
            MISS    | true  | cdn-upstream-layer;desc="EDGE",cdn-upstream-dns;dur=1,cdn-upstream-connect;dur=22,\
            cdn-upstream-fbl;dur=333,cdn-cache-miss,cdn-pop;desc="IAD50-P1",cdn-rid;desc="id==",cdn-downstream-fbl;dur=400
            HIT     | false | cdn-cache-hit,cdn-pop;desc="IAD50-P1",cdn-rid;desc="id==",cdn-hit-layer;desc="EDGE",\
            cdn-downstream-fbl;dur=400
            REFRESH | true  | cdn-upstream-layer;desc="EDGE",cdn-upstream-dns;dur=1,cdn-upstream-connect;dur=22,\
            cdn-upstream-fbl;dur=333,cdn-cache-refresh,cdn-pop;desc="IAD50-P1",cdn-rid;desc="id==",\
            cdn-hit-layer;desc="EDGE",cdn-downstream-fbl;dur=400
            EDGE    | false | cdn-pop;desc="IAD50-P1",cdn-rid;desc="id==",cdn-downstream-fbl;dur=400
            """)
    void value(Source source, boolean asked, String value) {
        Upstream upstream = asked ? new Upstream(1, 22, 333) : null;
        assertEquals(value, ServerTiming.value(source, upstream, "IAD50-P1", "id==", 400));
    }

    @ParameterizedTest(name = "{0} with the origin''s {1}")
    @CsvSource({"MISS, db;dur=5, 'db;dur=5,own'", "MISS, , own", "HIT, db;dur=5, own", "REFRESH, db;dur=5, own"})
    void merged(Source source, String origins, String merged) {
        assertEquals(merged, ServerTiming.merged(origins, "own", source));
    }

    @ParameterizedTest
    @CsvSource({
        ", false",
        "no-cache, false",
        "server-timing, true",
        "'no-cache, Server-Timing', true",
        "server-timings, false"
    })
    void pragma(String pragma, boolean asked) {
        assertEquals(asked, ServerTiming.isAskedFor(pragma));
    }
}
