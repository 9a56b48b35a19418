package dev.perigee.edge.log;

import dev.perigee.core.log.LogEvent;
import dev.perigee.core.log.LogQuery;
import dev.perigee.core.plan.LogField;
import dev.perigee.core.plan.RecordDelivery;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one edge has of log groups that standard logs are delivered to: files of bounded size, which are asked by whoever reads
 * the group, as metrics are. Written by the one writer of the access log, read by any thread.
 */
final class LogGroups implements AutoCloseable {
    private static final int FILES_OPEN_MAX = 16;
    /** An event's line is its time, its number, its stream, a tab and its message. */
    private static final int PARTS = 3;

    private final Path folder;
    private final String pop;
    /** Guarded by this; the one used last is last. */
    private final Map<String, LocalLog> files = new LinkedHashMap<>(16, 0.75f, true);

    /** Above that of every event in an open file, whatever the clock was then. */
    private long sequence = TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());

    LogGroups(Path folder, String pop) {
        this.folder = folder;
        this.pop = pop;
    }

    /** Writes records, each a line that begins with its time. */
    synchronized void append(RecordDelivery delivery, String group, byte[] bytes, int start, int end)
            throws IOException {
        LocalLog file = file(group);
        List<String> names = new ArrayList<>();
        for (LogField field : delivery.fields()) names.add(String.valueOf(field.standardName()));
        String stream = " CloudFront_" + delivery.distribution() + '\t';
        ByteArrayOutputStream text = new ByteArrayOutputStream(2 * (end - start));
        String records = new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
        records.lines().forEach(record -> {
            int tab = record.indexOf('\t');
            String line = record.substring(0, tab)
                    + ' '
                    + sequence++
                    + stream
                    + RecordObject.formed(delivery, names, record.substring(tab + 1));
            text.writeBytes(line.getBytes(StandardCharsets.ISO_8859_1));
        });
        file.append(text.toByteArray(), text.size());
    }

    private LocalLog file(String group) throws IOException {
        LocalLog known = files.get(group);
        if (known != null) return known;
        if (files.size() >= FILES_OPEN_MAX) {
            LocalLog old = files.remove(files.keySet().iterator().next());
            if (old != null) old.close();
        }
        Files.createDirectories(folder);
        Path newest = folder.resolve(name(group));
        LocalLog fresh = LocalLog.ofEvents(newest);
        files.put(group, fresh);
        sequence = Math.max(sequence, next(newest));
        return fresh;
    }

    /** What may follow the last event of a group; 0 if it has none. */
    private static long next(Path newest) throws IOException {
        long next = 0;
        for (Path file : LocalLog.files(newest, LocalLog.EVENT_FILES).reversed()) {
            for (String line : LocalLog.lastLines(file)) next = Math.max(next, 1 + sequence(line));
            if (next > 0) break;
        }
        return next;
    }

    private static long sequence(String line) {
        String[] head = line.substring(0, Math.max(0, line.indexOf('\t'))).split(" ", -1);
        try {
            return head.length == PARTS ? Long.parseLong(head[1]) : -1;
        } catch (NumberFormatException damaged) {
            return -1;
        }
    }

    /** Groups may be called what no file may. */
    private static String name(String group) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(group.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16) + ".log";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Events in order. */
    List<LogEvent> read(LogQuery query) throws IOException {
        // On top is what goes when there are too many.
        Comparator<LogEvent> order = query.newest() ? Comparator.naturalOrder() : Comparator.reverseOrder();
        PriorityQueue<LogEvent> found = new PriorityQueue<>(order);
        for (InputStream file : opened(query.group())) {
            try (var reader = new BufferedReader(new InputStreamReader(file, StandardCharsets.ISO_8859_1))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    LogEvent event = event(line, query);
                    if (event == null) continue;
                    found.add(event);
                    if (found.size() > query.most()) found.remove();
                }
            }
        }
        List<LogEvent> events = new ArrayList<>(found);
        events.sort(Comparator.naturalOrder());
        return events;
    }

    /** The oldest first. Opened while nothing is renamed; what is written later is not missed by the next who asks. */
    private synchronized List<InputStream> opened(String group) throws IOException {
        List<InputStream> opened = new ArrayList<>();
        for (Path file : LocalLog.files(folder.resolve(name(group)), LocalLog.EVENT_FILES)) {
            if (Files.exists(file)) opened.add(Files.newInputStream(file));
        }
        return opened;
    }

    synchronized void delete(String group) throws IOException {
        LocalLog open = files.remove(group);
        if (open != null) open.close();
        for (Path file : LocalLog.files(folder.resolve(name(group)), LocalLog.EVENT_FILES)) Files.deleteIfExists(file);
    }

    private @Nullable LogEvent event(String line, LogQuery query) {
        int tab = line.indexOf('\t');
        if (tab < 0) return null;
        String[] head = line.substring(0, tab).split(" ", -1);
        if (head.length != PARTS || !head[2].startsWith(query.streamPrefix())) return null;
        try {
            long millis = Long.parseLong(head[0]);
            if (millis < query.fromMillis() || millis >= query.toMillis()) return null;
            return new LogEvent(millis, pop, Long.parseLong(head[1]), head[2], line.substring(tab + 1));
        } catch (NumberFormatException cutOff) {
            return null;
        }
    }

    @Override
    public synchronized void close() throws IOException {
        for (LocalLog file : files.values()) file.close();
        files.clear();
    }
}
