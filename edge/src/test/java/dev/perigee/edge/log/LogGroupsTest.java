package dev.perigee.edge.log;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.log.LogEvent;
import dev.perigee.core.log.LogQuery;
import dev.perigee.core.plan.LogField;
import dev.perigee.core.plan.RecordDelivery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogGroupsTest {
    private static final String GROUP = "/cdn/photos#1";

    private final Path folder;

    LogGroupsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private static RecordDelivery delivery(String distribution) {
        return new RecordDelivery(
                "d",
                distribution,
                RecordDelivery.LOG_GROUPS,
                "us-east-1",
                GROUP + '/',
                RecordDelivery.Format.PLAIN,
                List.of(LogField.CS_METHOD, LogField.SC_STATUS),
                " ",
                false);
    }

    private static void append(LogGroups groups, String distribution, long... times) throws IOException {
        StringBuilder text = new StringBuilder();
        for (long time : times) text.append(time).append("\tGET\t").append(time).append('\n');
        byte[] bytes = text.toString().getBytes(ISO_8859_1);
        groups.append(delivery(distribution), GROUP, bytes, 0, bytes.length);
    }

    private static List<String> read(LogGroups groups, String prefix, long from, long to, int most, boolean newest)
            throws IOException {
        return groups.read(new LogQuery(GROUP, prefix, from, to, most, newest)).stream()
                .map(event -> event.stream() + ' ' + event.message())
                .toList();
    }

    @Test
    void theNameOfTheGroupIsInTheDelivery() {
        assertEquals(GROUP, delivery("E1").logGroup());
    }

    @Test
    void eventsAreReadInOrderWhoeverWroteThem() throws IOException {
        try (LogGroups groups = new LogGroups(folder, "IAD")) {
            append(groups, "E1", 1000, 3000);
            append(groups, "E2", 2000);
        }
        try (LogGroups groups = new LogGroups(folder, "IAD")) {
            append(groups, "E1", 2000, 4000);
            assertEquals(
                    List.of("CloudFront_E1 GET 1000", "CloudFront_E2 GET 2000", "CloudFront_E1 GET 2000"),
                    read(groups, "", 0, 3000, 10, false));
            assertEquals(List.of("CloudFront_E1 GET 1000"), read(groups, "", 0, 9000, 1, false));
            assertEquals(List.of("CloudFront_E1 GET 4000"), read(groups, "", 0, 9000, 1, true));
            assertEquals(List.of("CloudFront_E2 GET 2000"), read(groups, "CloudFront_E2", 0, 9000, 10, true));
            assertEquals(List.of(), read(groups, "", 1001, 2000, 10, false));
            assertEquals(List.of(), groups.read(new LogQuery("other", "", 0, 9000, 10, false)));
        }
    }

    @Test
    void aLaterProcessGoesOnBehindTheEarlierOnesWhateverItsClockSays() throws IOException {
        Path file;
        try (LogGroups groups = new LogGroups(folder, "IAD")) {
            append(groups, "E2", 2000);
        }
        try (Stream<Path> files = Files.list(folder)) {
            file = files.findFirst().orElseThrow();
        }
        String line = Files.readString(file, ISO_8859_1);
        String ahead = line.replaceFirst(" \\d+ ", " 9000000000000000000 ");
        Files.writeString(file, ahead + "2000 90000", ISO_8859_1);
        try (LogGroups groups = new LogGroups(folder, "IAD")) {
            append(groups, "E1", 2000, 2000);
            assertEquals(
                    List.of("CloudFront_E2 GET 2000", "CloudFront_E1 GET 2000", "CloudFront_E1 GET 2000"),
                    read(groups, "", 0, 3000, 10, false));
        }
    }

    @Test
    void whatTheyKeepIsBoundedAndTheOldestGoes() throws IOException {
        try (LogGroups groups = new LogGroups(folder, "IAD")) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 1000; i++)
                text.append(1000 + i).append('\t').append("x".repeat(4000)).append("\t200\n");
            byte[] bytes = text.toString().getBytes(ISO_8859_1);
            append(groups, "E1", 1);
            for (int i = 0; i < 20; i++) groups.append(delivery("E1"), GROUP, bytes, 0, bytes.length);
            append(groups, "E1", 9000);
            List<LogEvent> first = groups.read(new LogQuery(GROUP, "", 0, 9999, 1, false));
            assertTrue(first.getFirst().millis() > 1, "the first one is gone");
            assertEquals(List.of("CloudFront_E1 GET 9000"), read(groups, "", 0, 9999, 1, true));
        }
        try (Stream<Path> files = Files.list(folder)) {
            long octets = 0;
            for (Path file : files.toList()) octets += Files.size(file);
            assertTrue(octets < 84L << 20, octets + " octets");
        }
    }

    @Test
    void whatIsDeletedIsGone() throws IOException {
        try (LogGroups groups = new LogGroups(folder, "IAD")) {
            append(groups, "E1", 1000);
            groups.delete(GROUP);
            try (Stream<Path> files = Files.list(folder)) {
                assertEquals(0, files.count());
            }
            append(groups, "E1", 2000);
            assertEquals(List.of("CloudFront_E1 GET 2000"), read(groups, "", 0, 9000, 10, false));
        }
    }

    @Test
    void aLineThatWasCutOffIsNone() throws IOException {
        try (LogGroups groups = new LogGroups(folder, "IAD")) {
            append(groups, "E1", 1000);
        }
        try (Stream<Path> files = Files.list(folder)) {
            Files.writeString(files.findFirst().orElseThrow(), "2000 17", StandardOpenOption.APPEND);
        }
        try (LogGroups groups = new LogGroups(folder, "IAD")) {
            assertEquals(List.of("CloudFront_E1 GET 1000"), read(groups, "", 0, 9000, 10, false));
        }
    }
}
