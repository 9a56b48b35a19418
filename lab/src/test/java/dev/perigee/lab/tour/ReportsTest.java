package dev.perigee.lab.tour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportsTest {
    private static final Timing DIRECT = new Timing(8.1, 253.2, 254, 253.9, 760.3, 1_529.5);
    private static final Timing FIRST = new Timing(8, 8.2, 9.1, 250, 300.2, 575.5);
    private static final Timing CACHED = new Timing(8, 8.2, 9, 8.4, 30.15, 63.75);
    private static final Cases CASES = new Cases(DIRECT, FIRST, CACHED);

    private static TourReport report(String place) {
        return new TourReport(
                List.of(new PlaceReport(place, "SYD", CASES, CASES)),
                new Workload(2_000, 190, 0.905, 480_000_000, 45_600_000),
                312.5,
                new TourReport.Setting(Links.WORLD, "d1.example", 150_000, 2_000_000, 5, 1_805, true));
    }

    @Test
    void json() {
        String timing = "{\"dnsMs\":%s,\"tcpMs\":%s,\"tlsMs\":%s,\"firstByteMs\":%s,\"downloadMs\":%s,\"totalMs\":%s}";
        String cases = "{\"direct\":" + timing.formatted("8.1", "253.2", "254.0", "253.9", "760.3", "1529.5")
                + ",\"first\":" + timing.formatted("8.0", "8.2", "9.1", "250.0", "300.2", "575.5")
                + ",\"cached\":" + timing.formatted("8.0", "8.2", "9.0", "8.4", "30.15", "63.75") + "}";
        assertEquals(
                "{\"places\":[{\"place\":\"Sydney\",\"pop\":\"SYD\",\"gallery\":" + cases + ",\"full\":" + cases
                        + "}],\"workload\":{\"requests\":2000,\"originRequests\":190,\"originOffload\":0.905,"
                        + "\"bytes\":480000000,\"originBytes\":45600000},\"deployMs\":312.5}",
                JsonReport.of(report("Sydney")));
    }

    @Test
    void jsonQuotesWhatItMust() throws IOException {
        JsonNode node = new ObjectMapper().readTree(JsonReport.of(report("a\"b\\c\n")));
        assertEquals("a\"b\\c\n", node.at("/places/0/place").asText());
    }

    @Test
    void table() {
        String expected = """
                Gallery photo, milliseconds
                place     edge case            DNS     TCP     TLS first byte  download     total
                Sydney         S3 directly     8.1   253.2   254.0      253.9     760.3    1529.5
                          SYD  first           8.0     8.2     9.1      250.0     300.2     575.5
                          SYD  cached          8.0     8.2     9.0        8.4      30.2      63.8  24.0 times faster
                """;
        String text = TextReport.of(report("Sydney"));
        assertTrue(text.contains(expected), text);
        assertTrue(text.contains("straight from S3, Sydney waits 1,530 ms for a gallery photo"), text);
        assertTrue(text.contains("Of 2,000 requests from all three places 190 reached S3: 90.5 %"), text);
        assertTrue(text.contains("deployed 313 ms after"), text);
    }

    @Test
    void pageEscapesWhatItShows() {
        String html = HtmlReport.of(report("<script>alert('x')</script>&\""));
        assertFalse(html.contains("<script"), "no element from a value");
        assertTrue(html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;"), html);
    }

    @Test
    void pageNeedsNothingElseAndCanBeRead() {
        String html = HtmlReport.of(report("Sydney"));
        assertTrue(Stream.of("http:", "https:", "src=", "@import", "url(").noneMatch(html::contains), "no resource");
        assertTrue(html.startsWith("<!doctype html>\n<html lang=\"en\">"));
        assertTrue(html.contains("prefers-color-scheme: dark"));
        assertTrue(html.contains("<svg role=\"img\""));
        assertTrue(html.contains("aria-label=\"cached: 64 ms, DNS 8 ms, TCP 8 ms, TLS 9 ms, first byte 8 ms,"), html);
        assertEquals(6, html.split("<svg ", -1).length - 1, "a waterfall per case and size");
        assertTrue(html.contains("<th scope=\"row\">Sydney</th><td>cached at SYD</td>"));
    }

    @Test
    void medianIsTheRunInTheMiddleSoThatItsPartsAddUp() {
        List<Timing> runs = Stream.of(5, 1, 9, 3, 7)
                .map(n -> Timing.ofNanos(0, 0, 0, 0, n * 1_000_000L))
                .toList();
        assertEquals(5, Timing.median(runs).totalMs());
        assertEquals(3, Timing.median(runs.subList(0, 4)).totalMs());
    }

    @ParameterizedTest(name = "{1} of {0} requests at the origin: {2}")
    @CsvSource({"2000, 190, 0.905", "3, 1, 0.6667", "10, 0, 1", "10, 12, 0", "0, 0, 0"})
    void offload(long requests, long origin, double expected) {
        assertEquals(expected, Workload.of(requests, origin, 1, 1).originOffload());
    }

    @ParameterizedTest(name = "{0} bytes are {1}")
    @CsvSource({"151234, 151 kB", "1976118, 2.0 MB", "1234567890, 1.23 GB"})
    void sizes(long bytes, String expected) {
        assertEquals(expected, Story.size(bytes));
    }
}
