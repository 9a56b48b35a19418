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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricOperationsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long NOON = Instant.parse("2026-11-26T12:00:00Z").getEpochSecond();

    private final List<TrafficSample> samples = new ArrayList<>();
    private boolean subscribed = true;
    private final MetricOperations operations = new MetricOperations(
            (distribution, from, to) -> samples.stream()
                    .filter(sample ->
                            distribution == null || sample.distribution().equals(distribution))
                    .filter(sample -> sample.second() >= from && sample.second() < to)
                    .toList(),
            distribution -> subscribed,
            () -> Instant.ofEpochSecond(NOON + 600));

    MetricOperationsTest() {
        // Two edges in the first minute, one in the third.
        add(
                NOON,
                Map.of(
                        Count.REQUESTS,
                        6L,
                        Count.DOWNLOADED,
                        600L,
                        Count.STATUS_4XX,
                        2L,
                        Count.STATUS_403,
                        2L,
                        Count.CACHEABLE,
                        4L,
                        Count.CACHEABLE_HIT,
                        3L),
                2_000);
        add(
                NOON,
                Map.of(
                        Count.REQUESTS,
                        4L,
                        Count.DOWNLOADED,
                        400L,
                        Count.UPLOADED,
                        70L,
                        Count.STATUS_5XX,
                        1L,
                        Count.STATUS_502,
                        1L,
                        Count.CACHEABLE,
                        4L,
                        Count.CACHEABLE_HIT,
                        1L),
                4_000);
        add(
                NOON + 120,
                Map.of(
                        Count.REQUESTS,
                        10L,
                        Count.DOWNLOADED,
                        50L,
                        Count.STATUS_4XX,
                        10L,
                        Count.STATUS_404,
                        9L,
                        Count.STATUS_401,
                        1L),
                0);
    }

    private void add(long second, Map<Count, Long> counted, long originMicros) {
        long[] counts = new long[Count.kinds()];
        counted.forEach((count, value) -> counts[count.index()] = value);
        int[] origin = new int[Latencies.STEPS];
        if (originMicros > 0) origin[Latencies.step(originMicros)]++;
        samples.add(new TrafficSample("E1", second, 60, Traffic.of(counts, Latencies.NONE, Latencies.of(origin))));
    }

    private JsonNode call(String operation, String single) throws Exception {
        return operations.handle(operation, JSON.readTree(single.replace('\'', '"')));
    }

    private static String metric(String name) {
        return "'Namespace':'AWS/CloudFront','MetricName':'" + name
                + "','Dimensions':[{'Name':'DistributionId','Value':'E1'},{'Name':'Region','Value':'Global'}]";
    }

    private JsonNode data(String name, int period, String stat, String more) throws Exception {
        return call(
                        "GetMetricData",
                        ("{'StartTime':%d,'EndTime':%d,'ScanBy':'TimestampAscending'%s,'MetricDataQueries':[{'Id':'m1',"
                                        + "'MetricStat':{'Metric':{%s},'Period':%d,'Stat':'%s'}}]}")
                                .formatted(NOON, NOON + 600, more, metric(name), period, stat))
                .path("MetricDataResults")
                .path(0);
    }

    @ParameterizedTest(name = "{1} of {0} is {2} in the first minute, {3} in the third, {4} over five")
    @CsvSource({
        "Requests, Sum, 10, 10, 20",
        "Requests, SampleCount, 10, 10, 20",
        "BytesDownloaded, Sum, 1000, 50, 1050",
        "BytesDownloaded, Average, 100, 5, 52.5",
        "BytesUploaded, Sum, 70, 0, 70",
        "4xxErrorRate, Average, 20, 100, 60",
        "5xxErrorRate, Average, 10, 0, 5",
        "TotalErrorRate, Average, 30, 100, 65",
        "TotalErrorRate, Maximum, 30, 100, 100",
        "TotalErrorRate, Minimum, 30, 100, 30",
        "401ErrorRate, Average, 0, 10, 5",
        "403ErrorRate, Average, 20, 0, 10",
        "404ErrorRate, Average, 0, 90, 45",
        "502ErrorRate, Average, 10, 0, 5",
        "503ErrorRate, Average, 0, 0, 0",
        "504ErrorRate, Average, 0, 0, 0",
        "CacheHitRate, Average, 50, , 50",
        "OriginLatency, p50, 2, , 2",
        "OriginLatency, p99.9, 4, , 4",
        "OriginLatency, SampleCount, 2, , 2"
    })
    void isWhatTheCountsSay(String name, String stat, double first, Double third, double five) throws Exception {
        JsonNode minutes = data(name, 60, stat, "").path("Values");
        double tolerance = name.equals("OriginLatency") ? first / 32 : 1e-9;
        assertEquals(first, minutes.path(0).doubleValue(), tolerance);
        assertEquals(third == null ? 1 : 2, minutes.size());
        if (third != null) assertEquals(third, minutes.path(1).doubleValue(), tolerance);
        JsonNode whole = data(name, 300, stat, "");
        assertEquals(five, whole.path("Values").path(0).doubleValue(), tolerance);
        assertEquals(1, whole.path("Timestamps").size());
        assertEquals("Complete", whole.path("StatusCode").asText());
    }

    @Test
    void additionalMetricsAreThereForSubscribersOnly() throws Exception {
        subscribed = false;
        assertEquals(0, data("CacheHitRate", 60, "Average", "").path("Values").size());
        assertEquals(2, data("TotalErrorRate", 60, "Average", "").path("Values").size());
        assertEquals(6, call("ListMetrics", "{}").path("Metrics").size());
        subscribed = true;
        assertEquals(
                14,
                call("ListMetrics", "{'Namespace':'AWS/CloudFront'}")
                        .path("Metrics")
                        .size());
        assertEquals(
                0,
                call("ListMetrics", "{'Namespace':'AWS/EC2'}").path("Metrics").size());
        String one =
                "{'MetricName':'Requests','Dimensions':[{'Name':'DistributionId','Value':'E1'},{'Name':'Region'}]}";
        assertEquals(1, call("ListMetrics", one).path("Metrics").size());
    }

    @Test
    void dimensionsAreBothOrThereIsNothing() throws Exception {
        String[] others = {
            "[]",
            "[{'Name':'DistributionId','Value':'E1'}]",
            "[{'Name':'DistributionId','Value':'E2'},{'Name':'Region','Value':'Global'}]",
            "[{'Name':'DistributionId','Value':'E1'},{'Name':'Region','Value':'us-east-1'}]"
        };
        for (String dimensions : others) {
            JsonNode answer = call(
                    "GetMetricStatistics",
                    ("{'Namespace':'AWS/CloudFront','MetricName':'Requests','Dimensions':%s,'StartTime':%d,'EndTime':%d,"
                                    + "'Period':60,'Statistics':['Sum']}")
                            .formatted(dimensions, NOON, NOON + 600));
            assertEquals(0, answer.path("Datapoints").size(), dimensions);
        }
    }

    @Test
    void statisticsHaveEachThatWasAskedFor() throws Exception {
        JsonNode answer = call(
                "GetMetricStatistics",
                ("{%s,'StartTime':'2026-11-26T12:00:00Z','EndTime':'2026-11-26T12:10:00Z','Period':'300',"
                                + "'Statistics':['Average','SampleCount'],'ExtendedStatistics':['p50','p100']}")
                        .formatted(metric("OriginLatency")));
        JsonNode point = answer.path("Datapoints").path(0);
        assertEquals(3, point.path("Average").doubleValue(), 0.1);
        assertEquals(2, point.path("SampleCount").doubleValue());
        assertEquals(4, point.path("ExtendedStatistics").path("p100").doubleValue(), 0.1);
        assertEquals("Milliseconds", point.path("Unit").asText());
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            GetMetricData | {} | MissingRequiredParameterException
            GetMetricData | {'MetricDataQueries':[{'Id':'M'}],'StartTime':1,'EndTime':2} | ValidationError
            GetMetricData | {'MetricDataQueries':[{'Id':'m','Expression':'m1+m2'}],'StartTime':1,'EndTime':2} | ValidationError
            GetMetricData | {'MetricDataQueries':[{'Id':'m'}],'StartTime':1,'EndTime':2} | ValidationError
            GetMetricData | {'MetricDataQueries':7} | InvalidParameterValueException
            GetMetricStatistics | {'Period':7} | InvalidParameterValueException
            GetMetricStatistics | {'Period':60} | MissingRequiredParameterException
            GetMetricStatistics | {'Period':60,'StartTime':'yesterday','EndTime':9} | InvalidParameterValueException
            GetMetricStatistics | {'Period':60,'StartTime':9,'EndTime':8} | InvalidParameterValueException
            GetMetricStatistics | {'Period':60,'StartTime':0,'EndTime':90000} | InvalidParameterCombinationException
            GetMetricStatistics | {'Period':60,'StartTime':0,'EndTime':60,'Statistics':['Median']} | InvalidParameterValueException
            GetMetricStatistics | {'Period':60,'StartTime':0,'EndTime':60} | MissingRequiredParameterException
            ListMetrics | {'NextToken':'x'} | InvalidParameterValueException
            PutMetricData | {} | NotImplemented
            """)
    void refuses(String operation, String input, String code) {
        Refused refused = assertThrows(Refused.class, () -> call(operation, input));
        assertEquals(code, refused.code(), refused.text());
    }

    @Test
    void noMoreThanSoManyPointsAreAskedFor() {
        String query = "{'Id':'m%d','MetricStat':{'Metric':{" + metric("Requests") + "},'Period':60,'Stat':'Sum'}}";
        StringBuilder queries = new StringBuilder();
        for (int i = 0; i < 3; i++) queries.append(i == 0 ? "" : ",").append(query.formatted(i));
        String input = "{'StartTime':0,'EndTime':%d,'MetricDataQueries':[%s]}".formatted(60 * 40_000, queries);
        Refused refused = assertThrows(Refused.class, () -> call("GetMetricData", input));
        assertEquals("ValidationError", refused.code());
        assertTrue(refused.text().contains("100800"), refused.text());
    }
}
