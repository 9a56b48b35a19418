package dev.perigee.edge.guard;

import dev.perigee.core.cost.PriceRegion;
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
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ledger at rest: lines of text, and their checksum. Replaced as a whole. */
final class LedgerFile {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerFile.class);
    private static final String FORM = "perigee-spending 1";
    private static final int OCTETS_MAX = 8 << 20;

    private final Path path;
    private String written = "";

    /** What one distribution did in one region in one month. */
    record Line(String month, String distribution, PriceRegion region, long octets, long http, long https) {
        String text() {
            return String.join(" ", month, distribution, region.name(), octets + "", http + "", https + "");
        }

        static Line parse(String text) {
            String[] parts = text.split(" ", -1);
            if (parts.length != 6) throw new IllegalArgumentException("not a line of a ledger: " + text);
            return new Line(
                    parts[0],
                    parts[1],
                    PriceRegion.valueOf(parts[2]),
                    Long.parseUnsignedLong(parts[3]),
                    Long.parseUnsignedLong(parts[4]),
                    Long.parseUnsignedLong(parts[5]));
        }
    }

    LedgerFile(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    /** What is there; nothing when there is nothing, or when it is damaged and was put aside. */
    List<Line> read() throws IOException {
        if (!Files.exists(path)) return List.of();
        try {
            if (Files.size(path) > OCTETS_MAX) throw new IllegalArgumentException("too long");
            String text = Files.readString(path, StandardCharsets.ISO_8859_1);
            int end = text.lastIndexOf('\n', text.length() - 2) + 1;
            String body = text.substring(0, end);
            if (!text.equals(body + checksum(body))) throw new IllegalArgumentException("its checksum is wrong");
            List<String> all = body.lines().toList();
            if (all.isEmpty() || !all.getFirst().equals(FORM)) throw new IllegalArgumentException("unknown form");
            List<Line> lines = new ArrayList<>();
            for (String line : all.subList(1, all.size())) lines.add(Line.parse(line));
            written = body;
            return lines;
        } catch (IllegalArgumentException damaged) {
            Path aside = path.resolveSibling(path.getFileName() + ".damaged");
            LOG.error(
                    "{} is damaged ({}): spending caps begin this month anew; it is kept as {}",
                    path,
                    damaged.getMessage(),
                    aside);
            Files.move(path, aside, StandardCopyOption.REPLACE_EXISTING);
            return List.of();
        }
    }

    /** Replaces what is there, unless it says the same. */
    void write(List<Line> lines) throws IOException {
        StringBuilder text = new StringBuilder(FORM).append('\n');
        for (Line line : lines) text.append(line.text()).append('\n');
        String body = text.toString();
        if (body.equals(written)) return;
        Path next = path.resolveSibling(path.getFileName() + ".next");
        try (FileChannel channel = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap((body + checksum(body)).getBytes(StandardCharsets.ISO_8859_1));
            while (bytes.hasRemaining()) channel.write(bytes);
            channel.force(false);
        }
        Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        written = body;
    }

    private static String checksum(String body) {
        CRC32C crc = new CRC32C();
        byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
        crc.update(bytes, 0, bytes.length);
        return Long.toHexString(crc.getValue()) + '\n';
    }
}
