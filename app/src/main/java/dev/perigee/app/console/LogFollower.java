package dev.perigee.app.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lines of the edges' access logs as they come, so many at a time: what comes faster is counted and left out. Without
 * addresses, query strings, cookies and referrers, which are nobody's business who has no key. For one thread.
 */
final class LogFollower {
    private static final int READ_MAX = 256 << 10;
    private static final int SHOWN_BEFORE = 16 << 10;
    private static final int LINES_MAX = 200;
    private static final int FIELDS_MIN = 29;

    private final Path edges;
    private final List<String> pops;
    private final Map<String, Long> read = new HashMap<>();

    LogFollower(Path edges, List<String> pops) {
        this.edges = edges;
        this.pops = pops;
    }

    /** What was logged since the last call; at the first one, the end of what was logged before. */
    ObjectNode next() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String pop : pops) read(pop, lines);
        // By date and time, with which they begin.
        lines.sort(null);
        ObjectNode shown = JsonNodeFactory.instance.objectNode();
        int leftOut = Math.max(0, lines.size() - LINES_MAX);
        shown.put("leftOut", leftOut);
        ArrayNode all = shown.putArray("lines");
        for (String line : lines.subList(leftOut, lines.size())) show(all, line.split("\t", -1));
        return shown;
    }

    private void read(String pop, List<String> into) throws IOException {
        try (SeekableByteChannel file = Files.newByteChannel(edges.resolve(pop).resolve("access.log"))) {
            long size = file.size();
            long from = read.getOrDefault(pop, Math.max(0, size - SHOWN_BEFORE));
            boolean whole = read.containsKey(pop) || from == 0;
            // A new file has taken the place of the one that was full.
            if (from > size) from = 0;
            if (size - from > READ_MAX) {
                from = size - READ_MAX;
                whole = false;
            }
            ByteBuffer octets = ByteBuffer.allocate((int) (size - from));
            file.position(from);
            while (octets.hasRemaining() && file.read(octets) >= 0) {}
            String text = new String(octets.array(), 0, octets.position(), StandardCharsets.ISO_8859_1);
            int begin = whole ? 0 : text.indexOf('\n') + 1;
            int end = text.lastIndexOf('\n') + 1;
            read.put(pop, from + end);
            if (begin < end)
                text.substring(begin, end)
                        .lines()
                        .filter(line -> !line.startsWith("#"))
                        .forEach(into::add);
        } catch (NoSuchFileException nothingYet) {
            read.put(pop, 0L);
        }
    }

    private static void show(ArrayNode all, String[] fields) {
        if (fields.length < FIELDS_MIN) return;
        all.addObject()
                .put("time", fields[0] + 'T' + fields[1] + 'Z')
                .put("pop", fields[2].substring(0, Math.min(3, fields[2].length())))
                .put("sent", fields[3])
                .put("method", fields[5])
                .put("distribution", fields[6])
                .put("path", fields[7])
                .put("status", fields[8])
                .put("result", fields[13])
                .put("host", fields[15])
                .put("protocol", fields[16])
                .put("taken", fields[18])
                .put("version", fields[23])
                .put("detail", fields[28]);
    }
}
