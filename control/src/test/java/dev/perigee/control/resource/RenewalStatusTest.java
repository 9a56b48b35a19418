package dev.perigee.control.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.control.resource.Certificates.Entry;
import dev.perigee.core.tls.Seal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RenewalStatusTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static Entry entry(String type, String authority, int days, int datedBack, int ahead) {
        return entry(type, authority, days, datedBack, ahead, "");
    }

    private static Entry entry(String type, String authority, int days, int datedBack, int ahead, String sealedKey) {
        Instant begin = START.minus(Duration.ofDays(datedBack + ahead));
        return new Entry(
                "arn",
                type,
                List.of("a.test"),
                "RSA-2048",
                "",
                sealedKey,
                "DNS",
                "",
                "",
                START,
                START,
                begin,
                begin.plus(Duration.ofDays(days)),
                Entry.ISSUED,
                "",
                authority,
                Duration.ofDays(ahead));
    }

    @ParameterizedTest(name = "{0} days, dated {1} days back, clock {2} days ahead: due after {3}")
    @CsvSource({
        "90, 0, 0, 60",
        "397, 1, 0, 263",
        "90, 0, 1500, 60",
        // An authority that dates far back leaves little: two thirds are over at once, so a third of what is left
        // counts.
        "90, 80, 0, 3",
        "6, 0, 0, 4",
    })
    void dueAfterTwoThirds(int days, int datedBack, int ahead, int due) {
        Entry entry = entry(Entry.REQUESTED, "", days, datedBack, ahead);
        Duration after = Duration.between(START, entry.renewal(START));
        assertEquals(due, after.toDays());
        assertEquals(days - datedBack, Duration.between(START, entry.end(START)).toDays());
    }

    @ParameterizedTest(name = "clock back by {0} days: {1}")
    @CsvSource({"100, 2025-10-01T00:00:00Z"})
    void afterTheClockWasSetBackTheDatesCount(int back, Instant expected) {
        Entry entry = entry(Entry.REQUESTED, "", 90, 0, 152);
        Instant now = START.minus(Duration.ofDays(back));
        assertEquals(expected, entry.renewal(now));
    }

    @Test
    void saysWhichPrivateKeysNoEdgeCanUse() {
        Seal seal = Seal.ephemeral();
        Entry imported = entry(Entry.IMPORTED, "", 90, 0, 0, seal.close("arn", new byte[] {1}));
        assertEquals("", RenewalStatus.locked(imported, seal));
        String lost = RenewalStatus.locked(imported, Seal.ephemeral());
        assertTrue(lost.contains("seal.key") && lost.contains("import"), lost);
        Entry requested = entry(Entry.REQUESTED, "", 90, 0, 0, seal.close("another arn", new byte[] {1}));
        assertTrue(RenewalStatus.locked(requested, seal).contains("request another"));
    }

    @ParameterizedTest(name = "{0} {1} after {2} days, last error {3}: {4}")
    @CsvSource({
        "IMPORTED,      '',    59, '',      ''",
        "IMPORTED,      '',    61, '',      import its successor",
        "IMPORTED,      '',    99, '',      ended 2026",
        "AMAZON_ISSUED, '',    59, 'x',     ''",
        "AMAZON_ISSUED, '',    61, '',      ''",
        "AMAZON_ISSUED, '',    61, 'x: y',  'late, it ends 2026-04-01T00:00:00Z: x: y'",
        "AMAZON_ISSUED, '',    66, '',      late",
        "AMAZON_ISSUED, dir,   59, '',      ''",
        "AMAZON_ISSUED, dir,   61, '',      start with --acme-directory",
    })
    void warnsInTime(String type, String authority, int days, String lastError, String expected) {
        Instant now = START.plus(Duration.ofDays(days));
        String warning = RenewalStatus.warning(entry(type, authority, 90, 0, 0), lastError, false, now);
        assertTrue(expected.isEmpty() ? warning.isEmpty() : warning.contains(expected), warning);
    }
}
