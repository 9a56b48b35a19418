package dev.perigee.app.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class LivePictureTest {
    private static final long NOW = 1_795_608_000;

    private static EdgeReading edge(String pop, int requests, String country, int step) throws IOException {
        String counted =
                """
                "requests":%d,"sent":%d,"hits":%d,"misses":1,"errors4xx":1,"countries":{"%s":%d},
                "statuses":{"2xx":%d},"billed":{"sent":1073741824,"https":10000},
                "taken":{"steps":[%d],"counts":[%d]}
                """.formatted(requests, requests * 10, requests - 2, country, requests, requests, step, requests);
        JsonNode traffic = new ObjectMapper().readTree("""
                {"distributions":[{"id":"E1",%1$s}],
                 "seconds":[{"second":%2$d,"requests":5,"sent":50},{"second":%3$d,"requests":1000,"sent":1}],
                 "live":{%1$s,"distributions":[{"id":"E1",%1$s}],
                         "topUrls":[{"distribution":"E1","path":"/a","requests":%4$d,"sent":1},
                                 {"distribution":"E1","path":"/%5$s","requests":3,"sent":1}],"topMisses":[]}}
                """.formatted(counted, NOW - 1, NOW, requests, pop));
        return new EdgeReading(pop, traffic, new ObjectMapper().readTree("{\"storedBytes\":7}"), "");
    }

    @Test
    void edgesAreAddedUpAndOneThatDoesNotAnswerIsNamed() throws IOException {
        JsonNode picture = LivePicture.of(
                List.of(edge("IAD", 10, "US", 50), edge("SYD", 30, "AU", 60), EdgeReading.failed("FRA", "no answer")),
                NOW);
        JsonNode total = picture.path("total");
        assertEquals(40, total.path("requests").asLong());
        assertEquals(0.9474, total.path("hitRatio").asDouble(), "36 of 38");
        assertEquals(2.0, total.path("perSecond").asDouble(), "the second that is not over does not count");
        assertEquals("{\"AU\":30,\"US\":10}", total.path("countries").toString());
        assertEquals(0.06, total.path("p50Millis").asDouble());
        assertEquals(40, total.path("histogram").path(0).path("requests").asLong());
        assertEquals("no answer", picture.path("pops").path(2).path("failure").asText());
        assertEquals(7, picture.path("pops").path(0).path("storedBytes").asLong());
        assertEquals("/a", picture.path("urls").path(0).path("path").asText());
        assertEquals(40, picture.path("urls").path(0).path("requests").asLong());
        assertEquals(3, picture.path("urls").size());
        assertEquals(60, picture.path("series").size());
        assertEquals(10, picture.path("series").path(59).path("requests").asLong());
        // A GB and 10,000 requests over HTTPS from each: $0.085 + $0.01, and $0.114 + $0.0125.
        assertEquals(0.2215, picture.path("cost").path("usd").asDouble());
        assertEquals(0.2215 * 60, picture.path("cost").path("usdPerHour").asDouble(), 1e-6);
    }

    @Test
    void withoutRequestsThereIsNoRatioAndNoLatency() {
        JsonNode total = LivePicture.of(List.of(), NOW).path("total");
        assertFalse(total.has("hitRatio"));
        assertFalse(total.has("p99Millis"));
        assertEquals(0, total.path("perSecond").asDouble());
    }
}
