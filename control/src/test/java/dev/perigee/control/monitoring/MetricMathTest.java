package dev.perigee.control.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perigee.control.api.Refused;
import dev.perigee.core.traffic.Count;
import dev.perigee.core.traffic.Latencies;
import dev.perigee.core.traffic.Traffic;
import dev.perigee.core.traffic.TrafficSample;
import java.time.Instant;
import java.util.List;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricMathTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long NOON = Instant.parse("2026-11-26T12:00:00Z").getEpochSecond();

    private final MetricOperations operations = new MetricOperations(
            (_, _, _) -> List.of(minute(0, 10, 1000), minute(1, 20, 500), minute(3, 30, 0)),
            _ -> true,
            () -> Instant.ofEpochSecond(NOON + 600));

    private static TrafficSample minute(int minute, long requests, long downloaded) {
        long[] counts = new long[Count.kinds()];
        counts[Count.REQUESTS.index()] = requests;
        counts[Count.DOWNLOADED.index()] = downloaded;
        return new TrafficSample("E1", NOON + 60L * minute, 60, Traffic.of(counts, Latencies.NONE, Latencies.NONE));
    }

    private static String metric(String id, String name) {
        return """
                {"Id":"%s","ReturnData":false,"MetricStat":{"Period":60,"Stat":"Sum","Metric":{"Namespace":"AWS/CloudFront",
                "MetricName":"%s","Dimensions":[{"Name":"DistributionId","Value":"E1"},{"Name":"Region","Value":"Global"}]}}}
                """.formatted(id, name);
    }

    private JsonNode results(String expressions) throws Exception {
        String request =
                "{\"StartTime\":%d,\"EndTime\":%d,\"ScanBy\":\"TimestampAscending\",\"MetricDataQueries\":[%s,%s,%s]}"
                        .formatted(
                                NOON,
                                NOON + 300,
                                expressions,
                                metric("m1", "Requests"),
                                metric("m2", "BytesDownloaded"));
        return operations.handle("GetMetricData", JSON.readTree(request)).path("MetricDataResults");
    }

    private String reckoned(String expression) throws Exception {
        JsonNode result = results(JSON.writeValueAsString(
                        JSON.createObjectNode().put("Id", "e1").put("Expression", expression)))
                .path(0);
        StringJoiner points = new StringJoiner(" ");
        JsonNode times = result.path("Timestamps");
        for (int i = 0; i < times.size(); i++) {
            long minute = (Instant.parse(times.get(i).asText()).getEpochSecond() - NOON) / 60;
            points.add(minute + ":" + result.path("Values").get(i).asText());
        }
        return points.toString();
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            m1                              | 0:10.0 1:20.0 3:30.0
            m1 + 1                          | 0:11.0 1:21.0 3:31.0
            2+3*m1                          | 0:32.0 1:62.0 3:92.0
            (2+3)*m1                        | 0:50.0 1:100.0 3:150.0
            m1-5-1                          | 0:4.0 1:14.0 3:24.0
            2^3^0*m1                        | 0:20.0 1:40.0 3:60.0
            -m1                             | 0:-10.0 1:-20.0 3:-30.0
            m1/m2                           | 0:0.01 1:0.04
            100*m1/SUM(m1)                  | 0:16.666666666666668 1:33.333333333333336 3:50.0
            SUM([m1,m2])                    | 0:1010.0 1:520.0 3:30.0
            SUM(METRICS())                  | 0:1010.0 1:520.0 3:30.0
            SUM(METRICS("m1"))              | 0:10.0 1:20.0 3:30.0
            AVG([m1,m1*3])                  | 0:20.0 1:40.0 3:60.0
            m1*0+MAX(m1)-MIN(m1)            | 0:20.0 1:20.0 3:20.0
            METRIC_COUNT([m1,m2])+m1*0      | 0:2.0 1:2.0 3:2.0
            RATE(m1)*60                     | 1:10.0 3:5.0
            DIFF(m1)                        | 1:10.0 3:10.0
            RUNNING_SUM(m1)                 | 0:10.0 1:30.0 3:60.0
            m1/PERIOD(m1)*6                 | 0:1.0 1:2.0 3:3.0
            FILL(m1,0)                      | 0:10.0 1:20.0 2:0.0 3:30.0 4:0.0
            FILL(m1, REPEAT)                | 0:10.0 1:20.0 2:20.0 3:30.0 4:30.0
            fill(m1, "LINEAR")              | 0:10.0 1:20.0 2:25.0 3:30.0
            IF(m1 > 15, m1, 0)              | 0:0.0 1:20.0 3:30.0
            IF(m1>15 && m2 != 0, 1, 2)      | 0:2.0 1:1.0 3:2.0
            ABS(FLOOR(m1/-3))               | 0:4.0 1:7.0 3:10.0
            TIME_SERIES(7)                  | 0:7.0 1:7.0 2:7.0 3:7.0 4:7.0
            FIRST([m1,m2])                  | 0:10.0 1:20.0 3:30.0
            """)
    void reckonsAsCloudWatchDoes(String expression, String points) throws Exception {
        assertEquals(points, reckoned(expression));
    }

    @ParameterizedTest(name = "{0} is refused: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            SUM(m1)      | has to be a time series
            m1 +         | ends too early
            (m1          | lacks ')'
            m1)          | at its end
            m1 m2        | at its end
            m9           | no query with the Id 'm9'
            e1           | refers to itself
            SEARCH("x")  | SEARCH, which is not built
            [1]          | no time series
            m1 + "a"     | cannot be reckoned
            FILL(m1)     | does not take
            %            | where a value is expected
            1..2         | where a value is expected
            "m1          | lacks
            """)
    void whatMakesNoSenseIsRefused(String expression, String how) {
        Refused refused = assertThrows(Refused.class, () -> reckoned(expression));
        assertEquals("ValidationError", refused.code());
        assertTrue(refused.text().contains(how), refused.text());
    }

    @Test
    void depthAndLengthAreBounded() {
        assertThrows(Refused.class, () -> reckoned("(".repeat(1000) + "m1"));
        assertThrows(Refused.class, () -> reckoned("-".repeat(1000) + "m1"));
        assertThrows(Refused.class, () -> reckoned("m1+".repeat(1000) + "m1"));
        assertThrows(Refused.class, () -> reckoned("[" + "m1,".repeat(600) + "m1]"));
    }

    @Test
    void expressionsMayUseOthersAndHaveSeveralResults() throws Exception {
        JsonNode results = results(
                "{\"Id\":\"e2\",\"Expression\":\"e1*2\",\"Label\":\"twice\"},{\"Id\":\"e1\",\"Expression\":\"METRICS()/10\"}");
        assertEquals(4, results.size());
        assertEquals("twice", results.path(0).path("Label").asText());
        assertEquals(2.0, results.path(0).path("Values").path(0).asDouble());
        assertEquals(200.0, results.path(1).path("Values").path(0).asDouble());
        assertEquals("Requests", results.path(2).path("Label").asText());
        assertEquals("BytesDownloaded", results.path(3).path("Label").asText());
    }

    @ParameterizedTest(name = "{0} points a page, {1}: {2}")
    @CsvSource({
        "1, Ascending,  'm1:0:PartialData m1:1:PartialData m1:3:Complete m2:0:PartialData m2:1:PartialData m2:3:Complete'",
        "2, Descending, 'm1:3:PartialData m1:1:PartialData m1:0:Complete m2:3:PartialData m2:1:Complete m2:0:Complete'",
        "5, Ascending,  'm1:0:Complete m1:1:Complete m1:3:Complete m2:0:PartialData m2:1:PartialData m2:3:Complete'",
        "9, Descending, 'm1:3:Complete m1:1:Complete m1:0:Complete m2:3:Complete m2:1:Complete m2:0:Complete'",
    })
    void pagesHaveNoMorePointsThanAreWanted(int points, String order, String expected) throws Exception {
        StringJoiner all = new StringJoiner(" ");
        String token = "";
        for (int page = 0; page < 10; page++) {
            JsonNode answer = operations.handle(
                    "GetMetricData",
                    JSON.readTree(
                            "{\"StartTime\":%d,\"EndTime\":%d,\"ScanBy\":\"Timestamp%s\",\"MaxDatapoints\":%d%s,\"MetricDataQueries\":[%s,%s]}"
                                    .formatted(
                                            NOON,
                                            NOON + 300,
                                            order,
                                            points,
                                            token,
                                            metric("m1", "Requests").replace("false", "true"),
                                            metric("m2", "Requests").replace("false", "true"))));
            int here = 0;
            for (JsonNode result : answer.path("MetricDataResults")) {
                for (JsonNode time : result.path("Timestamps")) {
                    here++;
                    long minute = (Instant.parse(time.asText()).getEpochSecond() - NOON) / 60;
                    all.add(result.path("Id").asText() + ":" + minute + ":"
                            + result.path("StatusCode").asText());
                }
            }
            assertTrue(here <= points, answer::toString);
            if (!answer.has("NextToken")) break;
            token = ",\"NextToken\":\"" + answer.path("NextToken").asText() + "\"";
        }
        assertEquals(expected, all.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"MaxDatapoints\":0", "\"MaxDatapoints\":100801", "\"NextToken\":\"x\""})
    void pagesThatCannotBeAreRefused(String member) {
        String request = "{\"StartTime\":%d,\"EndTime\":%d,%s,\"MetricDataQueries\":[%s]}"
                .formatted(NOON, NOON + 300, member, metric("m1", "Requests"));
        Refused refused = assertThrows(Refused.class, () -> operations.handle("GetMetricData", JSON.readTree(request)));
        assertEquals("InvalidParameterValueException", refused.code());
    }
}
