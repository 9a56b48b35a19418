package dev.perigee.core.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpDateTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Sun, 06 Nov 1994 08:49:37 GMT  | 784111777",
                "Sunday, 06-Nov-94 08:49:37 GMT | 784111777",
                "Sun Nov  6 08:49:37 1994       | 784111777",
                "Wed Nov 16 08:49:37 1994       | 784975777",
                "Thu, 01 Jan 1970 00:00:00 GMT  | 0",
                "Thu, 29 Feb 2024 23:59:59 GMT  | 1709251199",
                "Tue, 29 Feb 2000 00:00:00 GMT  | 951782400",
                "Sat, 31 Dec 2016 23:59:60 GMT  | 1483228800",
                "Wed, 31 Dec 1969 23:59:59 GMT  | -1",
                "sun, 06 nov 1994 08:49:37 gmt  | 784111777",
                "SUNDAY, 06-NOV-94 08:49:37 GMT | 784111777",
                "Fri, 31 Dec 9999 23:59:59 GMT  | 253402300799",
            })
    void reads(String text, long expected) {
        assertEquals(expected, HttpDate.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "-1",
                "now",
                "784111777",
                "Sun, 06 Nov 1994 08:49:37 UTC",
                "Sun, 06 Nov 1994 08:49:37 EST",
                "Sun, 06 Nov 1994 08:49:37 +0000",
                "Sun, 06 Nov 1994 08:49:37",
                "Sun, 6 Nov 1994 08:49:37 GMT",
                "Sun, 06 Nov 94 08:49:37 GMT",
                "Sun,  06 Nov 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 8:49:37 GMT",
                "Sun, 06 Nov 1994 24:00:00 GMT",
                "Sun, 06 Nov 1994 08:60:37 GMT",
                "Sun, 06 Nov 1994 08:49:61 GMT",
                "Sun, 00 Nov 1994 08:49:37 GMT",
                "Sun, 31 Nov 1994 08:49:37 GMT",
                "Wed, 29 Feb 2023 08:49:37 GMT",
                "Thu, 29 Feb 1900 08:49:37 GMT",
                "Sun, 06 Nev 1994 08:49:37 GMT",
                "Son, 06 Nov 1994 08:49:37 GMT",
                "Sun; 06 Nov 1994 08:49:37 GMT",
                "Sun, 06-Nov-1994 08:49:37 GMT",
                "Sunday, 06-Nov-1994 08:49:37 GMT",
                "Funday, 06-Nov-94 08:49:37 GMT",
                "Sunday, 06-Nov-9x 08:49:37 GMT",
                "Sun Nov 6 08:49:37 1994",
                "Sun Nov  0 08:49:37 1994",
                "Sun, 06 Nov 1994 08:49:37 GMT; q=1",
                "Sun, 06 Nov 1994 08\u066149:37 GMT",
                "Sun, \u0660\u0666 Nov 1994 08:49:37 GMT",
            })
    void refuses(String text) {
        assertEquals(HttpDate.NONE, HttpDate.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "2026, 94, 1994",
        "2026, 26, 2026",
        "2026, 76, 2076",
        "2026, 77, 1977",
        "1999, 00, 2000",
        "2090, 05, 2105",
        "2049, 99, 2099",
        "2048, 99, 1999",
    })
    void twoDigitYearsLieAtMostFiftyYearsAhead(int currentYear, String digits, int expected) {
        long seconds = HttpDate.parse("Sunday, 06-Nov-" + digits + " 08:49:37 GMT", currentYear);
        assertEquals(
                expected,
                Instant.ofEpochSecond(seconds).atOffset(ZoneOffset.UTC).getYear());
    }

    @Test
    void agreesWithTheJdkOnRandomInstants() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        DateTimeFormatter imf = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
                .withZone(ZoneOffset.UTC);
        for (int i = 0; i < 5000; i++) {
            long seconds = random.nextLong(253_402_300_800L);
            String expected = imf.format(Instant.ofEpochSecond(seconds));
            assertEquals(expected, HttpDate.format(seconds), () -> "seed " + seed);
            assertEquals(seconds, HttpDate.parse(expected), () -> "seed " + seed);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-5 | Thu, 01 Jan 1970 00:00:00 GMT",
                "9223372036854775807 | Fri, 31 Dec 9999 23:59:59 GMT",
                "1709164800 | Thu, 29 Feb 2024 00:00:00 GMT",
            })
    void formatsEveryNumber(long seconds, String expected) {
        assertEquals(expected, HttpDate.format(seconds));
    }
}
