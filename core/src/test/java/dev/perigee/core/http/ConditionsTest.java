package dev.perigee.core.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perigee.core.http.Conditions.Condition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dates in the tables are single letters: b before, s same as, a after the stored Last-Modified. */
class ConditionsTest {
    private static final long MODIFIED = 784_111_777;
    private static final String ETAG = "\"v1\"";

    private static RequestHead request(String method, String... fields) {
        return new RequestHead(method, "/a", null, "example.com", HttpVersion.HTTP_1_1, Fields.of(fields));
    }

    private static String date(String letter) {
        return switch (letter) {
            case "b" -> HttpDate.format(MODIFIED - 1);
            case "s" -> HttpDate.format(MODIFIED);
            case "a" -> HttpDate.format(MODIFIED + 1);
            default -> letter;
        };
    }

    @ParameterizedTest(name = "{0} {1}: {2} -> {3}")
    @CsvSource(
            quoteCharacter = '\'',
            delimiter = '|',
            value = {
                "GET    | If-None-Match       | \"v1\"         | NOT_MODIFIED",
                "HEAD   | If-None-Match       | \"v1\"         | NOT_MODIFIED",
                "GET    | if-none-match       | W/\"v1\"       | NOT_MODIFIED",
                "GET    | If-None-Match       | \"v0\", \"v1\" | NOT_MODIFIED",
                "GET    | If-None-Match       | *              | NOT_MODIFIED",
                "GET    | If-None-Match       | \"v2\"         | PROCEED",
                "PUT    | If-None-Match       | \"v1\"         | FAILED",
                "PUT    | If-None-Match       | *              | FAILED",
                "PUT    | If-None-Match       | \"v2\"         | PROCEED",
                "GET    | If-Match            | \"v1\"         | PROCEED",
                "GET    | If-Match            | *              | PROCEED",
                "GET    | If-Match            | W/\"v1\"       | FAILED",
                "GET    | If-Match            | \"v2\"         | FAILED",
                "GET    | If-Match            | \"v2\", \"v1\" | PROCEED",
                "GET    | If-Modified-Since   | s              | NOT_MODIFIED",
                "GET    | If-Modified-Since   | a              | NOT_MODIFIED",
                "GET    | If-Modified-Since   | b              | PROCEED",
                "GET    | If-Modified-Since   | yesterday      | PROCEED",
                "POST   | If-Modified-Since   | s              | PROCEED",
                "GET    | If-Unmodified-Since | s              | PROCEED",
                "GET    | If-Unmodified-Since | a              | PROCEED",
                "GET    | If-Unmodified-Since | b              | FAILED",
                "GET    | If-Unmodified-Since | yesterday      | PROCEED",
                "GET    | Range               | bytes=0-1      | PROCEED",
            })
    void evaluatesOne(String method, String name, String value, Condition expected) {
        assertEquals(expected, Conditions.evaluate(request(method, name, date(value)), 200, ETAG, MODIFIED));
        assertEquals(Condition.PROCEED, Conditions.evaluate(request(method, name, date(value)), 404, ETAG, MODIFIED));
    }

    @ParameterizedTest(name = "IM {0} IUS {1} INM {2} IMS {3} -> {4}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "-      | - | \"v2\" | s | PROCEED",
                "-      | - | \"v1\" | b | NOT_MODIFIED",
                "\"v1\" | b | -      | - | PROCEED",
                "\"v2\" | a | -      | - | FAILED",
                "\"v2\" | - | \"v1\" | - | FAILED",
                "\"v1\" | - | \"v1\" | - | NOT_MODIFIED",
                "-      | b | \"v1\" | - | FAILED",
                "-      | a | -      | s | NOT_MODIFIED",
            })
    void obeysPrecedence(
            @Nullable String match,
            @Nullable String unmodified,
            @Nullable String noneMatch,
            @Nullable String modified,
            Condition expected) {
        Fields.Builder fields = Fields.builder(4);
        if (modified != null) fields.add("If-Modified-Since", date(modified));
        if (noneMatch != null) fields.add("If-None-Match", noneMatch);
        if (unmodified != null) fields.add("If-Unmodified-Since", date(unmodified));
        if (match != null) fields.add("If-Match", match);
        RequestHead request = new RequestHead("GET", "/a", null, "h", HttpVersion.HTTP_1_1, fields.build());
        assertEquals(expected, Conditions.evaluate(request, 200, ETAG, MODIFIED));
    }

    @Test
    void withoutValidatorsOnlyTheStarMatches() {
        assertEquals(
                Condition.PROCEED,
                Conditions.evaluate(request("GET", "If-None-Match", ETAG), 200, null, HttpDate.NONE));
        assertEquals(
                Condition.NOT_MODIFIED,
                Conditions.evaluate(request("GET", "If-None-Match", "*"), 200, null, HttpDate.NONE));
        assertEquals(Condition.FAILED, Conditions.evaluate(request("GET", "If-Match", ETAG), 200, null, HttpDate.NONE));
        String now = HttpDate.format(MODIFIED);
        assertEquals(
                Condition.PROCEED,
                Conditions.evaluate(request("GET", "If-Modified-Since", now), 200, null, HttpDate.NONE));
        assertEquals(
                Condition.PROCEED,
                Conditions.evaluate(request("GET", "If-Unmodified-Since", now), 200, null, HttpDate.NONE));
    }

    @Test
    void aWeakStoredTagNeverMatchesStrongly() {
        assertEquals(
                Condition.FAILED,
                Conditions.evaluate(request("GET", "If-Match", "W/\"v1\""), 200, "W/\"v1\"", MODIFIED));
        assertEquals(
                Condition.NOT_MODIFIED,
                Conditions.evaluate(request("GET", "If-None-Match", "\"v1\""), 200, "W/\"v1\"", MODIFIED));
    }

    @ParameterizedTest(name = "If-Range {0} against {1} -> {2}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "\"v1\"    | \"v1\"   | true",
                "\"v2\"    | \"v1\"   | false",
                "W/\"v1\"  | W/\"v1\" | false",
                "W/\"v1\"  | \"v1\"   | false",
                "\"v1\"    | -        | false",
                "s         | \"v1\"   | true",
                "b         | \"v1\"   | false",
                "a         | \"v1\"   | false",
                "nonsense  | \"v1\"   | false",
            })
    void ifRange(String value, @Nullable String etag, boolean expected) {
        assertEquals(expected, Conditions.rangeApplies(request("GET", "If-Range", date(value)), etag, MODIFIED));
    }

    @Test
    void withoutIfRangeTheRangeApplies() {
        assertEquals(true, Conditions.rangeApplies(request("GET", "Range", "bytes=0-1"), null, HttpDate.NONE));
        assertEquals(false, Conditions.rangeApplies(request("GET", "If-Range", date("s")), null, HttpDate.NONE));
    }
}
