package dev.perigee.edge.log;

import dev.perigee.core.plan.RecordDelivery;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A spool file, read.
 *
 * @param objects what is to be delivered from it
 * @param complete whether its writer has ended it
 * @param damaged blocks whose lines are not what was written
 */
record SpoolFile(List<LogObject> objects, boolean complete, int damaged) {
    private static final long MILLIS_PER_HOUR = 3_600_000;
    private static final int HOUR_LENGTH = "2026-11-26\t06".length();

    SpoolFile {
        objects = List.copyOf(objects);
    }

    /** For whom lines are, and of which hour. */
    private record Group(String distribution, String bucket, String region, String prefix, String hour) {}

    private record RecordGroup(RecordDelivery delivery, long hour) {}

    /** @param pop tells the objects of one edge from those of others */
    static SpoolFile read(Path file, String pop, TableFile tables) throws IOException {
        String name = file.getFileName().toString();
        String source = name.substring(0, name.lastIndexOf('.')) + pop;
        return new Reading(Files.readAllBytes(file), source, tables).read();
    }

    /** What is found in one file. */
    private static final class Reading {
        private final byte[] bytes;
        private final String source;
        private final TableFile tables;
        private final Map<Group, List<LogObject.Slice>> groups = new LinkedHashMap<>();
        private final Map<Integer, RecordDelivery> targets = new HashMap<>();
        private final Map<RecordGroup, List<LogObject.Slice>> records = new LinkedHashMap<>();
        private int at;
        private int damaged;

        private Reading(byte[] bytes, String source, TableFile tables) {
            this.bytes = bytes;
            this.source = source;
            this.tables = tables;
        }

        private SpoolFile read() {
            boolean complete = false;
            while (at < bytes.length && !complete) {
                int end = endOfHeader(bytes, at);
                if (end < 0) break;
                String header = new String(bytes, at, end - at, StandardCharsets.ISO_8859_1);
                if ((header + '\n').equals(SpoolBlock.END)) complete = true;
                else if (!part(header, end + 1)) break;
            }
            List<LogObject> objects = new ArrayList<>();
            groups.forEach((group, slices) -> objects.add(lines(group, slices)));
            records.forEach((group, slices) ->
                    objects.add(RecordObject.of(group.delivery(), group.hour(), source, bytes, slices, tables)));
            return new SpoolFile(objects, complete, damaged);
        }

        /** A header and what follows it; false where that is not whole, or no header. */
        private boolean part(String header, int from) {
            RecordTarget target = RecordTarget.parse(header);
            if (target != null) {
                targets.put(target.number(), target.delivery());
                at = from;
                return true;
            }
            SpoolBlock block = SpoolBlock.parse(header);
            if (block != null) {
                if (block.octets() > bytes.length - from) return false;
                if (isGood(from, block.octets(), block.crc())) divide(block, bytes, from, groups);
                at = from + block.octets();
                return true;
            }
            RecordBlock record = RecordBlock.parse(header);
            if (record == null || record.octets() > bytes.length - from) return false;
            at = from + record.octets();
            RecordDelivery delivery = targets.get(record.target());
            if (delivery == null) damaged++;
            else if (isGood(from, record.octets(), record.crc())) divideRecords(delivery, from, at);
            return true;
        }

        /** Whether lines are what was written; what is not is counted. */
        private boolean isGood(int from, int octets, long crc) {
            boolean good = SpoolBlock.crc(bytes, from, octets) == crc;
            if (!good) damaged++;
            return good;
        }

        private LogObject lines(Group group, List<LogObject.Slice> slices) {
            String key = group.prefix()
                    + group.distribution()
                    + '.'
                    + group.hour()
                    + '.'
                    + LogObject.unique(source + ' ' + group.bucket() + ' ' + group.prefix())
                    + ".gz";
            int lines = slices.stream().mapToInt(LogObject.Slice::lines).sum();
            return new LogObject(group.bucket(), group.region(), key, lines, () -> compressed(slices));
        }

        private byte[] compressed(List<LogObject.Slice> slices) {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            content.writeBytes(LogLine.HEADER.getBytes(StandardCharsets.ISO_8859_1));
            for (LogObject.Slice slice : slices) content.write(bytes, slice.start(), slice.end() - slice.start());
            return LogGzip.of(content.toByteArray());
        }

        /** Records of two hours go into two objects, by the time they begin with. */
        private void divideRecords(RecordDelivery delivery, int start, int end) {
            int from = start;
            while (from < end) {
                long hour = hour(from);
                int next = from;
                int lines = 0;
                while (next < end && hour(next) == hour) {
                    next = endOfLine(bytes, next, end);
                    lines++;
                }
                records.computeIfAbsent(new RecordGroup(delivery, hour), _ -> new ArrayList<>())
                        .add(new LogObject.Slice(from, next, lines));
                from = next;
            }
        }

        private long hour(int line) {
            long millis = 0;
            for (int i = line; i < bytes.length && bytes[i] >= '0' && bytes[i] <= '9'; i++) {
                millis = millis * 10 + (bytes[i] - '0');
            }
            return millis / MILLIS_PER_HOUR;
        }
    }

    private static int endOfHeader(byte[] bytes, int from) {
        int limit = Math.min(bytes.length, from + SpoolBlock.HEADER_MAX);
        for (int i = from; i < limit; i++) {
            if (bytes[i] == '\n') return i;
        }
        return -1;
    }

    /** Lines of two hours go into two objects, by what they begin with. */
    private static void divide(SpoolBlock block, byte[] bytes, int start, Map<Group, List<LogObject.Slice>> groups) {
        int end = start + block.octets();
        int at = start;
        while (at < end) {
            int from = at;
            int lines = 0;
            while (at < end && sameHour(bytes, from, at, end)) {
                at = endOfLine(bytes, at, end);
                lines++;
            }
            int hourEnd = Math.min(from + HOUR_LENGTH, end);
            String hour = new String(bytes, from, hourEnd - from, StandardCharsets.ISO_8859_1).replace('\t', '-');
            Group group = new Group(block.distribution(), block.bucket(), block.region(), block.prefix(), hour);
            groups.computeIfAbsent(group, _ -> new ArrayList<>()).add(new LogObject.Slice(from, at, lines));
        }
    }

    private static boolean sameHour(byte[] bytes, int first, int other, int end) {
        for (int i = 0; i < HOUR_LENGTH && other + i < end; i++) {
            if (bytes[first + i] != bytes[other + i]) return false;
        }
        return true;
    }

    private static int endOfLine(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end && bytes[at] != '\n') at++;
        return Math.min(at + 1, end);
    }
}
