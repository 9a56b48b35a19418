package dev.perigee.edge.log;

import dev.perigee.core.plan.AccessLogging;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.RecordDelivery;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Lines that are to be delivered, in files of the edge's folder: whatever the process comes to, they are delivered by the next
 * one. Only touched by the writer of the log.
 */
final class Spool {
    /** A file that is being written, and one that is complete. */
    static final String OPEN = ".open";

    static final String FULL = ".full";

    private static final long FILE_OCTETS_MAX = 8L << 20;

    private final Path folder;
    private final LogGroups groups;
    private @Nullable FileChannel channel;
    private Path file;
    /** Up to where the file is well-formed. */
    private long good;
    /** Deliveries that the file knows already, and by which number. */
    private final Map<RecordDelivery, Integer> targets = new HashMap<>();

    /** @param groups where records go that are in no bucket */
    Spool(Path folder, LogGroups groups) {
        this.folder = folder;
        this.groups = groups;
        this.file = folder;
    }

    /** Writes the lines of a batch that are to be delivered. */
    void append(LogBatch<Distribution> batch) throws IOException {
        spans(batch, this::append);
    }

    /** Writes records. */
    void appendRecords(LogBatch<RecordDelivery> batch) throws IOException {
        spans(batch, this::append);
    }

    /** Writes lines that are for somebody. */
    private interface Writer<T> {
        void append(T target, byte[] bytes, int start, int end) throws IOException;
    }

    private <T> void spans(LogBatch<T> batch, Writer<T> writer) throws IOException {
        // The interface has no checked exceptions, and there is one reader only.
        IOException[] failed = new IOException[1];
        batch.read((target, bytes, start, end) -> {
            try {
                writer.append(target, bytes, start, end);
            } catch (IOException e) {
                failed[0] = e;
            }
        });
        if (failed[0] != null) throw failed[0];
        if (good >= FILE_OCTETS_MAX) finish();
    }

    private void append(Distribution distribution, byte[] bytes, int start, int end) throws IOException {
        AccessLogging logging = distribution.logging();
        if (logging == null) return;
        long crc = SpoolBlock.crc(bytes, start, end - start);
        var block = new SpoolBlock(
                distribution.id(), logging.bucket(), logging.region(), logging.prefix(), end - start, crc);
        write(block.header(), bytes, start, end);
    }

    private void append(RecordDelivery delivery, byte[] bytes, int start, int end) throws IOException {
        String group = delivery.logGroup();
        if (group != null) {
            groups.append(delivery, group, bytes, start, end);
            return;
        }
        open();
        Integer known = targets.get(delivery);
        RecordTarget target = new RecordTarget(known == null ? targets.size() : known, delivery);
        if (known == null) {
            write(target.header(), bytes, start, start);
            targets.put(delivery, target.number());
        }
        long crc = SpoolBlock.crc(bytes, start, end - start);
        write(new RecordBlock(target.number(), end - start, crc).header(), bytes, start, end);
    }

    private void write(byte[] header, byte[] bytes, int start, int end) throws IOException {
        FileChannel to = open();
        try {
            write(to, ByteBuffer.wrap(header), ByteBuffer.wrap(bytes, start, end - start));
            good += header.length + end - start;
        } catch (IOException e) {
            // Half a block would hide whatever is written behind it.
            cutBack(to);
            throw e;
        }
    }

    private void cutBack(FileChannel to) {
        try {
            to.truncate(good);
        } catch (IOException e) {
            // The next process delivers what is well-formed; this one begins another file.
            channel = null;
        }
    }

    private static void write(FileChannel to, ByteBuffer... buffers) throws IOException {
        for (ByteBuffer buffer : buffers) {
            while (buffer.hasRemaining()) to.write(buffers);
        }
    }

    private FileChannel open() throws IOException {
        FileChannel current = channel;
        if (current != null) return current;
        Files.createDirectories(folder);
        // Names order files by age, and are never used twice: the objects' names come from them.
        long random = ThreadLocalRandom.current().nextLong() & Long.MAX_VALUE;
        file = folder.resolve(String.format(Locale.ROOT, "%013d-%016x%s", System.currentTimeMillis(), random, OPEN));
        current = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        channel = current;
        good = 0;
        targets.clear();
        return current;
    }

    /** Ends the file that is being written, if there is one, so that it may be delivered. */
    void finish() throws IOException {
        FileChannel current = channel;
        if (current == null) return;
        channel = null;
        try (current) {
            write(current, ByteBuffer.wrap(SpoolBlock.END.getBytes(StandardCharsets.ISO_8859_1)));
        }
        String name = file.getFileName().toString();
        Path full = folder.resolve(name.substring(0, name.length() - OPEN.length()) + FULL);
        Files.move(file, full, StandardCopyOption.ATOMIC_MOVE);
    }
}
