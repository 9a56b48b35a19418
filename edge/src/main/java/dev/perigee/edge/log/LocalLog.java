package dev.perigee.edge.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The edge's own log of all requests, for whom they were or not: one file, rotated by size. */
final class LocalLog implements AutoCloseable {
    private static final long FILE_BYTES_MAX = 64L << 20;
    private static final int FILES_KEPT = 4;

    private final Path file;
    private FileChannel channel;
    private long size;

    LocalLog(Path file) throws IOException {
        this.file = file;
        this.channel = open();
    }

    Path file() {
        return file;
    }

    void append(LogBatch batch) throws IOException {
        if (size > FILE_BYTES_MAX) rotate();
        ByteBuffer buffer = ByteBuffer.wrap(batch.bytes, 0, batch.length);
        while (buffer.hasRemaining()) size += channel.write(buffer);
    }

    private void rotate() throws IOException {
        channel.close();
        for (int i = FILES_KEPT - 1; i >= 1; i--) {
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
        if (opened.size() == 0) opened.write(ByteBuffer.wrap(LogLine.HEADER.getBytes(StandardCharsets.ISO_8859_1)));
        size = opened.size();
        return opened;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
