package dev.perigee.testkit;

import dev.perigee.core.http.Fields;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads HTTP/1.1 messages and accepts nothing that RFC 9112 does not allow a sender to write: what tolerant readers
 * forgive is a finding here.
 */
final class WireReader {
    private static final int LINE_MAX = 1 << 20;
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    private final InputStream in;
    private final byte[] buffer = new byte[65_536];
    private int position;
    private int limit;
    private ByteArrayOutputStream captured = new ByteArrayOutputStream();

    /** Takes content as it arrives. */
    interface Sink {
        void take(byte[] bytes, int offset, int length) throws IOException;
    }

    WireReader(InputStream in) {
        this.in = in;
    }

    /** The bytes of lines read since the last call. */
    byte[] takeCaptured() {
        byte[] bytes = captured.toByteArray();
        captured = new ByteArrayOutputStream();
        return bytes;
    }

    /** Whether the peer has ended the connection; waits for that or for a byte. */
    boolean atEnd() throws IOException {
        return position == limit && !fill();
    }

    /** A line without its CRLF, or null when the peer ended the connection before its first byte. */
    @Nullable
    String line() throws IOException {
        if (atEnd()) return null;
        ByteArrayOutputStream line = new ByteArrayOutputStream(64);
        while (true) {
            int b = required();
            if (b == '\n') throw new MalformedHttp("bare LF after: " + line.toString(StandardCharsets.ISO_8859_1));
            if (b == '\r') {
                if (required() != '\n') {
                    throw new MalformedHttp("bare CR after: " + line.toString(StandardCharsets.ISO_8859_1));
                }
                return line.toString(StandardCharsets.ISO_8859_1);
            }
            if (line.size() == LINE_MAX) throw new MalformedHttp("endless line");
            line.write(b);
        }
    }

    /** Field lines up to and with the empty one. */
    Fields fields() throws IOException {
        Fields.Builder fields = Fields.builder(16);
        while (true) {
            String line = line();
            if (line == null) throw new MalformedHttp("the connection ended within a head");
            if (line.isEmpty()) return fields.build();
            int colon = line.indexOf(':');
            if (colon < 1) throw new MalformedHttp("not a field line: " + line);
            String name = line.substring(0, colon);
            if (!isToken(name)) throw new MalformedHttp("not a field name: " + line);
            String value = trimmed(line.substring(colon + 1));
            if (!isValue(value)) throw new MalformedHttp("not a field value: " + line);
            fields.add(name, value);
        }
    }

    /** Reads content to its end; false when the connection ended first. */
    boolean content(Framing framing, Sink sink) throws IOException {
        return switch (framing) {
            case Framing.None _ -> true;
            case Framing.Length(long bytes) -> exactly(bytes, sink);
            case Framing.Chunked _ -> chunks(sink);
            case Framing.UntilClose _ -> untilClose(sink);
        };
    }

    private boolean chunks(Sink sink) throws IOException {
        while (true) {
            if (atEnd()) return false;
            String line;
            try {
                line = line();
            } catch (CutShort cut) {
                return false;
            }
            if (line == null || !line.matches("[0-9A-Fa-f]{1,15}")) throw new MalformedHttp("chunk size " + line);
            long size = Long.parseLong(line, 16);
            if (size == 0) {
                if (atEnd()) return false;
                Fields trailers = fields();
                if (trailers.size() > 0) throw new MalformedHttp("trailers nobody asked for:\n" + trailers);
                return true;
            }
            if (!exactly(size, sink)) return false;
            if (atEnd()) return false;
            String after = line();
            if (after == null || !after.isEmpty()) throw new MalformedHttp("chunk longer than " + size);
        }
    }

    private boolean exactly(long bytes, Sink sink) throws IOException {
        long left = bytes;
        while (left > 0) {
            if (atEnd()) return false;
            int length = (int) Math.min(left, limit - position);
            sink.take(buffer, position, length);
            position += length;
            left -= length;
        }
        return true;
    }

    private boolean untilClose(Sink sink) throws IOException {
        while (!atEnd()) {
            sink.take(buffer, position, limit - position);
            position = limit;
        }
        return true;
    }

    private int required() throws IOException {
        if (atEnd()) throw new CutShort();
        int b = buffer[position++] & 0xff;
        captured.write(b);
        return b;
    }

    private boolean fill() throws IOException {
        int read = in.read(buffer);
        position = 0;
        limit = Math.max(read, 0);
        return read > 0;
    }

    static boolean isToken(String name) {
        return !name.isEmpty() && name.chars().allMatch(WireReader::isTokenCharacter);
    }

    private static boolean isTokenCharacter(int c) {
        return (c >= '0' && c <= '9')
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || TOKEN_MARKS.indexOf(c) >= 0;
    }

    private static boolean isValue(String value) {
        return value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c != 0x7f));
    }

    private static String trimmed(String value) {
        int start = 0;
        int end = value.length();
        while (start < end && isWhite(value.charAt(start))) start++;
        while (end > start && isWhite(value.charAt(end - 1))) end--;
        return value.substring(start, end);
    }

    private static boolean isWhite(char c) {
        return c == ' ' || c == '\t';
    }

    /** The connection ended in the middle of a line. */
    static final class CutShort extends IOException {
        private static final long serialVersionUID = 1;

        CutShort() {
            super("the connection ended in the middle of a line");
        }
    }
}
