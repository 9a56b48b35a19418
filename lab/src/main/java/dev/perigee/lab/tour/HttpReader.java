package dev.perigee.lab.tour;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads HTTP/1.1 answers from a connection and notes when the first byte of one came. */
final class HttpReader {
    private static final int LINE_BYTES_MAX = 16 * 1024;
    private static final int FIELDS_MAX = 200;

    private final InputStream in;
    private final byte[] buffer = new byte[64 * 1024];
    private int next;
    private int end;
    private long firstByteAt;
    private OutputStream sink = OutputStream.nullOutputStream();

    HttpReader(InputStream in) {
        this.in = in;
    }

    /** Nanosecond time at which the first byte of the last answer was there. */
    long firstByteAt() {
        return firstByteAt;
    }

    /** Where the body of an answer goes. */
    @FunctionalInterface
    interface Body {
        /**
         * Called when the head was read.
         *
         * @param length -1 when it is not known yet
         */
        OutputStream begin(int status, long length) throws IOException;
    }

    /** The body is counted and thrown away. */
    Answer read() throws IOException {
        return read((_, _) -> OutputStream.nullOutputStream());
    }

    Answer read(Body takesBody) throws IOException {
        if (next == end) fill();
        firstByteAt = System.nanoTime();
        String[] status = line().split(" ", 3);
        if (status.length < 2 || !status[0].startsWith("HTTP/1.")) throw new IOException("not HTTP/1: " + status[0]);
        long length = -1;
        boolean chunked = false;
        boolean keeps = true;
        String cacheResult = null;
        for (int fields = 0; ; fields++) {
            String line = line();
            if (line.isEmpty()) break;
            if (fields == FIELDS_MAX) throw new IOException("more than " + FIELDS_MAX + " header fields");
            String value = line.substring(line.indexOf(':') + 1).strip();
            switch (line.substring(0, Math.max(0, line.indexOf(':'))).toLowerCase(Locale.ROOT)) {
                case "content-length" -> length = number(value, 10);
                case "transfer-encoding" ->
                    chunked = value.toLowerCase(Locale.ROOT).endsWith("chunked");
                case "connection" -> keeps = !value.equalsIgnoreCase("close");
                case "x-cache" -> cacheResult = value;
                default -> {}
            }
        }
        int code = (int) number(status[1], 10);
        sink = takesBody.begin(code, length);
        long bytes = body(code, length, chunked);
        return new Answer(code, bytes, cacheResult, keeps && bytesEnd(code, length, chunked));
    }

    /** Whether the end of the body was known without closing the connection. */
    private static boolean bytesEnd(int status, long length, boolean chunked) {
        return chunked || length >= 0 || status == 204 || status == 304;
    }

    private long body(int status, long length, boolean chunked) throws IOException {
        if (status == 204 || status == 304) return 0;
        if (chunked) return chunks();
        if (length >= 0) {
            skip(length);
            return length;
        }
        long bytes = 0;
        while (next < end || more()) {
            bytes += end - next;
            sink.write(buffer, next, end - next);
            next = end;
        }
        return bytes;
    }

    private long chunks() throws IOException {
        long bytes = 0;
        while (true) {
            String line = line();
            int semicolon = line.indexOf(';');
            long size = number((semicolon < 0 ? line : line.substring(0, semicolon)).strip(), 16);
            if (size == 0) break;
            skip(size);
            if (!line().isEmpty()) throw new IOException("a chunk longer than it said");
            bytes += size;
        }
        // Trailer fields tell a viewer of photos nothing.
        String trailer = line();
        while (!trailer.isEmpty()) trailer = line();
        return bytes;
    }

    private void skip(long bytes) throws IOException {
        long left = bytes;
        while (left > 0) {
            if (next == end) fill();
            int step = (int) Math.min(left, end - next);
            sink.write(buffer, next, step);
            next += step;
            left -= step;
        }
    }

    private String line() throws IOException {
        StringBuilder text = new StringBuilder();
        while (true) {
            if (next == end) fill();
            int start = next;
            while (next < end && buffer[next] != '\n') next++;
            text.append(new String(buffer, start, next - start, StandardCharsets.ISO_8859_1));
            if (text.length() > LINE_BYTES_MAX) throw new IOException("a line longer than " + LINE_BYTES_MAX);
            if (next == end) continue;
            next++;
            int length = text.length();
            if (length > 0 && text.charAt(length - 1) == '\r') text.setLength(length - 1);
            return text.toString();
        }
    }

    private void fill() throws IOException {
        if (!more()) throw new EOFException("the connection ended within an answer");
    }

    private boolean more() throws IOException {
        next = 0;
        end = Math.max(0, in.read(buffer));
        return end > 0;
    }

    private static long number(@Nullable String text, int radix) throws IOException {
        try {
            long number = text == null ? -1 : Long.parseLong(text, radix);
            if (number >= 0) return number;
        } catch (NumberFormatException notANumber) {
            throw new IOException("a number was expected, not " + text, notANumber);
        }
        throw new IOException("a length cannot be " + text);
    }
}
