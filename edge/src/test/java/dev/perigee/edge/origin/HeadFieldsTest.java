package dev.perigee.edge.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perigee.core.http.Fields;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadFieldsTest {
    @ParameterizedTest(name = "{0}: {1} and {2} -> {3}")
    @CsvSource(
            nullValues = "none",
            value = {
                "ETag, '\"a\"', '\"a\"', '\"a\"'",
                "ETag, '\"a\"', '\"b\"', none",
                "Date, 'Sun, 06 Nov 1994 08:49:37 GMT', 'Sun, 06 Nov 1994 08:49:37 GMT', 'Sun, 06 Nov 1994 08:49:37 GMT'",
                "Date, 'Sun, 06 Nov 1994 08:49:37 GMT', 'Sun, 06 Nov 1994 08:49:38 GMT', none",
                "Last-Modified, yesterday, yesterday, yesterday",
                "Last-Modified, yesterday, today, none",
                "Link, a, b, 'a, b'"
            })
    void ofTwoValuesThatContradictEachOtherNeitherIsBelieved(
            String name, String first, String second, @Nullable String expected) {
        HeadFields fields = new HeadFields();
        for (int response = 0; response < 2; response++) {
            fields.clear();
            fields.add("Content-Type", "text/plain");
            fields.add(name, first);
            fields.add("Content-Length", "0");
            fields.add(name.toLowerCase(Locale.ROOT), second);
            if (!(fields.start(200, true, false) instanceof ResponseStart.Accepted accepted))
                throw new AssertionError("refused");
            Fields read = accepted.head().fields();
            assertEquals(expected, read.joined(name));
            assertEquals("text/plain", read.first("Content-Type"));
        }
        fields.clear();
        fields.add(name, first);
        fields.add("Content-Length", "0");
        if (!(fields.start(200, true, false) instanceof ResponseStart.Accepted accepted))
            throw new AssertionError("refused");
        assertEquals(first, accepted.head().fields().joined(name), "nothing is left of the response before");
    }

    @Test
    void aConnectionTakesAwayNothingThatIsMeantForAll() {
        HeadFields fields = new HeadFields();
        fields.add("Connection", "X-Hop, cache-control, Content-Length");
        fields.add("X-Hop", "1");
        fields.add("Cache-Control", "no-store");
        fields.add("Content-Length", "0");
        if (!(fields.start(200, true, false) instanceof ResponseStart.Accepted accepted))
            throw new AssertionError("refused");
        assertEquals(
                Fields.of("Cache-Control", "no-store", "Content-Length", "0"),
                accepted.head().fields());
    }
}
