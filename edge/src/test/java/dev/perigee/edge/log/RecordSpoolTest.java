package dev.perigee.edge.log;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.plan.LogField;
import dev.perigee.core.plan.RecordDelivery;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records of version 2 in the spool, also when the writer is killed. */
class RecordSpoolTest {
    // 2026-11-26T06:59:59.999Z
    private static final long SIX = 1_795_676_399_999L;
    private static final RecordDelivery JSON = delivery("j", RecordDelivery.Format.JSON, "a/{yyyy}/{MM}/{dd}/{HH}/");
    private static final RecordDelivery PLAIN = delivery("p", RecordDelivery.Format.PLAIN, "");

    private final Path folder;

    RecordSpoolTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private static RecordDelivery delivery(String id, RecordDelivery.Format format, String path) {
        return new RecordDelivery(
                id,
                "E1",
                "logs.s3.amazonaws.com",
                "us-east-1",
                path,
                format,
                List.of(LogField.CS_METHOD, LogField.SC_STATUS),
                " | ",
                false);
    }

    private static LogBatch<RecordDelivery> batch(RecordDelivery delivery, long... times) {
        LogBatch<RecordDelivery> batch = new LogBatch<>();
        StringBuilder text = new StringBuilder();
        for (long time : times) text.append(time).append("\tGET\t200\n");
        batch.bytes = text.toString().getBytes(ISO_8859_1);
        batch.length = batch.bytes.length;
        batch.lines = times.length;
        batch.mark(0, batch.length, delivery);
        return batch;
    }

    private Path file(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String text(LogObject object) throws IOException {
        try (var in =
                new GZIPInputStream(new ByteArrayInputStream(object.content().octets()))) {
            return new String(in.readAllBytes(), ISO_8859_1);
        }
    }

    @Test
    void recordsAreDividedByDeliveryAndHour() throws IOException {
        Spool spool = new Spool(folder, new LogGroups(folder, "IAD"));
        spool.appendRecords(batch(JSON, SIX, SIX + 1, SIX + 2));
        spool.appendRecords(batch(PLAIN, SIX));
        spool.appendRecords(batch(JSON, SIX + 3));
        spool.finish();
        SpoolFile read = SpoolFile.read(file(Spool.FULL), "IAD", TableFile.NONE);
        assertTrue(read.complete());
        assertEquals(3, read.objects().size());
        LogObject six = read.objects().getFirst();
        assertTrue(six.key().matches("a/2026/11/26/06/E1\\.2026-11-26-06\\.[A-Z0-9]{11}\\.gz"), six.key());
        assertEquals("{\"cs-method\":\"GET\",\"sc-status\":\"200\"}\n", text(six));
        assertEquals(3, read.objects().get(1).lines());
        assertEquals("GET | 200\n", text(read.objects().getLast()));
    }

    @Test
    void whatAKilledWriterHasWrittenIsRead() throws IOException {
        Spool spool = new Spool(folder, new LogGroups(folder, "IAD"));
        spool.appendRecords(batch(JSON, SIX));
        spool.appendRecords(batch(JSON, SIX, SIX));
        Path open = file(Spool.OPEN);
        byte[] all = Files.readAllBytes(open);
        // At every octet a process may be killed; what is whole before is there, and nothing is wrong.
        for (int length = 0; length <= all.length; length++) {
            Files.write(open, Arrays.copyOf(all, length));
            SpoolFile read = SpoolFile.read(open, "IAD", TableFile.NONE);
            assertFalse(read.complete());
            assertEquals(0, read.damaged());
            int lines = read.objects().stream().mapToInt(LogObject::lines).sum();
            assertTrue(lines == 0 || lines == 1 || lines == 3, lines + " lines of " + length + " octets");
        }
    }

    @Test
    void damagedRecordsAreLeftOut() throws IOException {
        Spool spool = new Spool(folder, new LogGroups(folder, "IAD"));
        spool.appendRecords(batch(JSON, SIX));
        spool.finish();
        Path full = file(Spool.FULL);
        Files.writeString(full, Files.readString(full).replace("GET", "PUT"));
        SpoolFile read = SpoolFile.read(full, "IAD", TableFile.NONE);
        assertEquals(1, read.damaged());
        assertEquals(List.of(), read.objects());
    }

    @Test
    void headersComeBackAsTheyWere() {
        RecordTarget target = new RecordTarget(3, delivery("x", RecordDelivery.Format.W3C, "p \n={yyyy}/"));
        String line = new String(target.header(), ISO_8859_1);
        assertEquals(target, RecordTarget.parse(line.substring(0, line.length() - 1)));
        assertNull(RecordTarget.parse("target 1 a b c d =e JSON =f NONE"));
        assertNull(RecordBlock.parse("records 1 -1 0"));
        assertNull(RecordBlock.parse("records 1 1"));
    }
}
