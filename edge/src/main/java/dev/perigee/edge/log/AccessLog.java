package dev.perigee.edge.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access log of one edge: a file in CloudFront's standard format, rotated by size. Event loops hand full buffers over
 * and never wait; when the disk cannot keep up, buffers are dropped and counted.
 */
public final class AccessLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
    private static final int QUEUE_MAX = 256;
    private static final long FILE_BYTES_MAX = 64L << 20;
    private static final int FILES_KEPT = 4;
    private static final byte[] END = new byte[0];

    private final Path file;
    private final String edgeLocation;
    private final BlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
    private final LongAdder dropped = new LongAdder();
    private final Thread writer;

    /** Opens the file for appending. */
    public AccessLog(Path file, String edgeLocation) throws IOException {
        this.file = file;
        this.edgeLocation = edgeLocation;
        FileChannel channel = open();
        this.writer =
                Thread.ofPlatform().name("access-log-" + edgeLocation).daemon().start(() -> run(channel));
    }

    /** A buffer for one event loop. */
    public LogBuffer buffer() {
        return new LogBuffer(this, edgeLocation);
    }

    /** Buffers that were dropped because the disk was too slow. */
    public long dropped() {
        return dropped.sum();
    }

    void write(byte[] lines) {
        if (!queue.offer(lines)) dropped.increment();
    }

    private void run(FileChannel first) {
        FileChannel channel = first;
        try {
            for (byte[] lines = queue.take(); lines != END; lines = queue.take()) {
                try {
                    if (channel.size() > FILE_BYTES_MAX) channel = rotate(channel);
                    ByteBuffer buffer = ByteBuffer.wrap(lines);
                    while (buffer.hasRemaining()) channel.write(buffer);
                } catch (IOException e) {
                    if (dropped.sum() % 1000 == 0) LOG.warn("access log {} cannot be written: {}", file, e.toString());
                    dropped.increment();
                }
            }
            channel.close();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.warn("access log {} did not close: {}", file, e.toString());
        }
    }

    private FileChannel rotate(FileChannel full) throws IOException {
        full.close();
        for (int i = FILES_KEPT - 1; i >= 1; i--) {
            Path older = numbered(i);
            if (Files.exists(older)) Files.move(older, numbered(i + 1), StandardCopyOption.REPLACE_EXISTING);
        }
        Files.move(file, numbered(1), StandardCopyOption.REPLACE_EXISTING);
        return open();
    }

    private Path numbered(int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }

    private FileChannel open() throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        if (channel.size() == 0) channel.write(ByteBuffer.wrap(LogLine.HEADER.getBytes(StandardCharsets.ISO_8859_1)));
        return channel;
    }

    /** Writes what was handed over, then closes the file. */
    @Override
    public void close() {
        try {
            queue.put(END);
            writer.join(5_000);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
