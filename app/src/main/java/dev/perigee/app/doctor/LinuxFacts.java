package dev.perigee.app.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the kernel says about this process and this machine; -1 where there is no such file. */
final class LinuxFacts {
    private static final Pattern AVAILABLE = Pattern.compile("MemAvailable:\\s+(\\d+) kB");
    private static final Pattern OPEN_FILES = Pattern.compile("Max open files\\s+(\\d+|unlimited)\\s.*");

    private LinuxFacts() {}

    static long availableMemoryBytes() throws IOException {
        Path file = Path.of("/proc/meminfo");
        return Files.exists(file) ? availableMemoryBytes(Files.readAllLines(file)) : -1;
    }

    static long availableMemoryBytes(List<String> meminfo) {
        for (String line : meminfo) {
            Matcher matcher = AVAILABLE.matcher(line);
            if (matcher.matches()) return Long.parseLong(matcher.group(1)) << 10;
        }
        return -1;
    }

    /** The soft limit, as the JVM has it: it raises its own to the hard limit when it starts. */
    static long openFilesMax() throws IOException {
        Path file = Path.of("/proc/self/limits");
        return Files.exists(file) ? openFilesMax(Files.readAllLines(file)) : -1;
    }

    static long openFilesMax(List<String> limits) {
        for (String line : limits) {
            Matcher matcher = OPEN_FILES.matcher(line);
            if (matcher.matches())
                return matcher.group(1).equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(matcher.group(1));
        }
        return -1;
    }
}
