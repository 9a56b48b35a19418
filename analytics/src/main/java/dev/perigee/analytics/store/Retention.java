package dev.perigee.analytics.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How much is kept: the newest, as far as both allow.
 *
 * @param octets of all files together
 * @param age by the day of the requests
 */
public record Retention(long octets, Duration age) {
    /** What CloudFront keeps its reports for, and some hundred million requests. */
    public static final Retention USUAL = new Retention(4L << 30, Duration.ofDays(60));

    private static final long OCTETS_MIN = 1 << 20;

    public Retention {
        if (octets < OCTETS_MIN) throw new IllegalArgumentException("less than 1 MB cannot be kept: " + octets);
        if (age.toDays() < 1) throw new IllegalArgumentException("less than a day cannot be kept: " + age);
    }

    /** Octets of a log that are taken in at once: they are written down in between. */
    int chunk(int usual) {
        return (int) Math.min(usual, octets / 8);
    }

    /** Removes the oldest partitions until there is room, and what is too old. */
    void apply(Path partitions, long room, Instant now) throws IOException {
        String oldest = "day=" + LocalDate.ofInstant(now.minus(age), ZoneOffset.UTC);
        List<Path> files = files(partitions);
        long sum = room;
        for (Path file : files) sum += Files.size(file);
        for (Path file : files) {
            boolean old = partitions.relativize(file).toString().compareTo(oldest) < 0;
            if (!old && sum <= octets) return;
            sum -= Files.size(file);
            Files.delete(file);
            removeEmpty(file.getParent(), partitions);
        }
    }

    /** In order of their days and hours. */
    static List<Path> files(Path partitions) throws IOException {
        try (Stream<Path> all = Files.walk(partitions, 4)) {
            return all.filter(file -> file.toString().endsWith(".parquet"))
                    .sorted(Comparator.comparing(Path::toString))
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void removeEmpty(@Nullable Path folder, Path root) throws IOException {
        for (Path each = folder; each != null && !each.equals(root); each = each.getParent()) {
            try (Stream<Path> left = Files.list(each)) {
                if (left.findAny().isPresent()) return;
            }
            Files.delete(each);
        }
    }
}
