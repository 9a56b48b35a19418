package dev.perigee.edge.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    private static final int HOUR_LENGTH = "2026-11-26\t06".length();

    SpoolFile {
        objects = List.copyOf(objects);
    }

    /** For whom lines are, and of which hour. */
    private record Group(String distribution, String bucket, String region, String prefix, String hour) {}

    /** @param pop tells the objects of one edge from those of others */
    static SpoolFile read(Path file, String pop) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Map<Group, List<LogObject.Slice>> groups = new LinkedHashMap<>();
        int at = 0;
        int damaged = 0;
        boolean complete = false;
        while (at < bytes.length) {
            int end = endOfHeader(bytes, at);
            if (end < 0) break;
            String header = new String(bytes, at, end - at, StandardCharsets.ISO_8859_1);
            if ((header + '\n').equals(SpoolBlock.END)) {
                complete = true;
                break;
            }
            SpoolBlock block = SpoolBlock.parse(header);
            if (block == null || block.octets() > bytes.length - end - 1) break;
            at = end + 1;
            if (SpoolBlock.crc(bytes, at, block.octets()) == block.crc()) divide(block, bytes, at, groups);
            else damaged++;
            at += block.octets();
        }
        List<LogObject> objects = new ArrayList<>();
        String name = file.getFileName().toString();
        String id = name.substring(0, name.lastIndexOf('.'));
        groups.forEach((group, slices) -> objects.add(LogObject.of(
                group.distribution(),
                group.bucket(),
                group.region(),
                group.prefix(),
                group.hour(),
                id + pop,
                bytes,
                slices)));
        return new SpoolFile(objects, complete, damaged);
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
