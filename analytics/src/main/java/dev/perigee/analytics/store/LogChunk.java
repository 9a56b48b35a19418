package dev.perigee.analytics.store;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Part of an access log as rows of one form: the fields of each line, then what was remarked on it. An edge's remark stands
 * before its line, so a line that is there is there with it, whatever is still being written.
 *
 * @param end where the next part begins
 * @param lines that are requests
 * @param unreadable lines that are none
 */
record LogChunk(long end, long lines, long unreadable) {
    private static final byte[] REMARK = "#Remark: ".getBytes(StandardCharsets.ISO_8859_1);

    /** One pass over octets in memory. */
    private static final class Pass {
        private final byte[] octets;
        private final int length;
        private final OutputStream out;
        private final @Nullable String[] remarks = new @Nullable String[RequestColumns.REMARKS.size()];
        private boolean remarked;
        private long lines;
        private long unreadable;
        /** Everything before is done with. */
        private int done;

        Pass(byte[] octets, int length, OutputStream out) {
            this.octets = octets;
            this.length = length;
            this.out = out;
        }

        void run() throws IOException {
            int start = 0;
            for (int i = 0; i < length; i++) {
                if (octets[i] != '\n') continue;
                line(start, i);
                start = i + 1;
                if (!remarked) done = start;
            }
        }

        private void line(int start, int end) throws IOException {
            if (start == end) return;
            if (octets[start] == '#') {
                if (begins(start, end))
                    remark(new String(
                            octets, start + REMARK.length, end - start - REMARK.length, StandardCharsets.ISO_8859_1));
                return;
            }
            if (isRequest(start, end)) {
                write(start, end);
                lines++;
            } else {
                unreadable++;
            }
            remarked = false;
        }

        private boolean begins(int start, int end) {
            if (end - start < REMARK.length) return false;
            for (int i = 0; i < REMARK.length; i++) {
                if (octets[start + i] != REMARK[i]) return false;
            }
            return true;
        }

        private void remark(String text) {
            Arrays.fill(remarks, null);
            for (String each : text.split("\t", -1)) {
                int equals = each.indexOf('=');
                int place = equals < 0 ? -1 : RequestColumns.REMARKS.indexOf(each.substring(0, equals));
                if (place >= 0) remarks[place] = each.substring(equals + 1);
            }
            remarked = true;
        }

        /** What is not ASCII was not written by an edge, nor by CloudFront. */
        private boolean isRequest(int start, int end) {
            int tabs = 0;
            for (int i = start; i < end; i++) {
                if (octets[i] == '\t') tabs++;
                else if (octets[i] < ' ') return false;
            }
            return tabs == RequestColumns.FIELDS - 1;
        }

        private void write(int start, int end) throws IOException {
            out.write(octets, start, end - start);
            for (String remark : remarks) {
                out.write('\t');
                out.write(
                        remarked && remark != null && !remark.isEmpty()
                                ? remark.getBytes(StandardCharsets.ISO_8859_1)
                                : new byte[] {'-'});
            }
            out.write('\n');
        }
    }

    /** Takes whole lines from a place on, of at most so many octets. */
    static LogChunk take(FileChannel log, long from, int most, Path to) throws IOException {
        ByteBuffer read = ByteBuffer.allocate(Math.clamp(log.size() - from, 0, most));
        while (read.hasRemaining() && log.read(read, from + read.position()) >= 0) {}
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(to), 1 << 16)) {
            Pass pass = new Pass(read.array(), read.position(), out);
            pass.run();
            // Longer than any line can be: no log of ours.
            if (pass.done == 0 && read.position() == most) return new LogChunk(from + most, 0, 1);
            return new LogChunk(from + pass.done, pass.lines, pass.unreadable);
        }
    }
}
