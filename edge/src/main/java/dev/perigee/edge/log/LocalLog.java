package dev.perigee.edge.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** A log that stays with the edge: one file, rotated by size. */
final class LocalLog implements AutoCloseable {
    static final int EVENT_FILES = 4;

    /** Octets at the end of a file, among which is a whole line: heads of requests have 64 KiB at most. */
    private static final int TAIL = 256 << 10;

    private final Path file;
    private final String header;
    private final long octetsMax;
    private final int kept;
    private FileChannel channel;
    private long size;

    private LocalLog(Path file, String header, long octetsMax, int kept) throws IOException {
        this.file = file;
        this.header = header;
        this.octetsMax = octetsMax;
        this.kept = kept;
        this.channel = open();
    }

    /** Of all requests, for whom they were or not. */
    static LocalLog ofRequests(Path file) throws IOException {
        return new LocalLog(file, LogLine.HEADER, 64L << 20, 4);
    }

    /** Of the records of one real-time log. */
    static LocalLog ofRecords(Path file) throws IOException {
        return new LocalLog(file, "", 16L << 20, 1);
    }

    /** Of one log group. */
    static LocalLog ofEvents(Path file) throws IOException {
        return new LocalLog(file, "", 16L << 20, EVENT_FILES - 1);
    }

    /** Where so many files of a log are, the oldest first. */
    static List<Path> files(Path newest, int count) {
        List<Path> files = new ArrayList<>();
        for (int i = count - 1; i >= 1; i--) files.add(newest.resolveSibling(newest.getFileName() + "." + i));
        files.add(newest);
        return files;
    }

    /** Those at the end of a file, of which the first may lack its beginning; none if there is no such file. */
    static List<String> lastLines(Path file) throws IOException {
        if (!Files.exists(file)) return List.of();
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer tail = ByteBuffer.allocate((int) Math.min(channel.size(), TAIL));
            long from = channel.size() - tail.capacity();
            while (tail.hasRemaining() && channel.read(tail, from + tail.position()) > 0) {}
            String text = new String(tail.array(), 0, tail.position(), StandardCharsets.ISO_8859_1);
            return text.lines().toList();
        }
    }

    Path file() {
        return file;
    }

    void append(byte[] bytes, int length) throws IOException {
        if (size > octetsMax) rotate();
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
        while (buffer.hasRemaining()) size += channel.write(buffer);
    }

    /** Appends all of these with one write, which costs the system less for each page than many (decision 021). */
    void append(ByteBuffer[] together) throws IOException {
        if (size > octetsMax) rotate();
        ByteBuffer last = together[together.length - 1];
        // Whatever is left is at the end.
        while (last.hasRemaining()) size += channel.write(together);
    }

    private void rotate() throws IOException {
        channel.close();
        for (int i = kept - 1; i >= 1; i--) {
            Path older = numbered(i);
            if (Files.exists(older)) Files.move(older, numbered(i + 1), StandardCopyOption.REPLACE_EXISTING);
        }
        Files.move(file, numbered(1), StandardCopyOption.REPLACE_EXISTING);
        channel = open();
    }

    private Path numbered(int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }

    private FileChannel open() throws IOException {
        FileChannel opened =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        if (opened.size() == 0) opened.write(ByteBuffer.wrap(header.getBytes(StandardCharsets.ISO_8859_1)));
        size = opened.size();
        if (endsTorn(size)) size += opened.write(ByteBuffer.wrap(new byte[] {'\n'}));
        return opened;
    }

    /** Whether a process or a machine ended while it wrote a line, which the next one must not go on. */
    private boolean endsTorn(long size) throws IOException {
        if (size == 0) return false;
        try (FileChannel written = FileChannel.open(file)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return written.read(last, size - 1) == 1 && last.get(0) != '\n';
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
