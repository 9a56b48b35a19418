package dev.perigee.app.crash;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** What disks do to files while nobody looks. */
final class Damage {
    private final Path cache;
    private final Random random;
    int flips;

    Damage(Path cache, Random random) {
        this.cache = cache;
        this.random = random;
    }

    private List<Path> files(String suffix) throws IOException {
        try (Stream<Path> all = Files.list(cache)) {
            return all.filter(file -> file.toString().endsWith(suffix))
                    .filter(file -> file.toFile().length() > 0)
                    .sorted()
                    .toList();
        }
    }

    private Path any(String suffix) throws IOException {
        List<Path> files = files(suffix);
        return files.get(random.nextInt(files.size()));
    }

    /** Flips a bit of a segment, or sometimes of another file. */
    String flip() throws IOException {
        Path file = random.nextInt(8) == 0 ? any("") : any(".seg");
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            long at = random.nextLong(open.length());
            open.seek(at);
            int octet = open.read();
            open.seek(at);
            open.write(octet ^ (1 << random.nextInt(8)));
            flips++;
            return file.getFileName() + "@" + at;
        }
    }

    /** Cuts a file somewhere. */
    String truncate() throws IOException {
        Path file = any(random.nextBoolean() ? ".seg" : "");
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(random.nextLong(open.length()));
            return file.getFileName() + " cut to " + open.length();
        }
    }

    /** Leaves the length and takes the content from somewhere on. */
    String zero() throws IOException {
        Path file = any(random.nextBoolean() ? ".seg" : "");
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            long length = open.length();
            long from = random.nextLong(length);
            open.setLength(from);
            open.setLength(length);
            return file.getFileName() + " zeroed from " + from;
        }
    }
}
