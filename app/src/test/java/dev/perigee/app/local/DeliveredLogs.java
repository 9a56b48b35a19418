package dev.perigee.app.local;

import dev.perigee.app.folder.SystemFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** What is in the log objects of a bucket of the embedded S3, whose objects are files. */
final class DeliveredLogs {
    private DeliveredLogs() {}

    /** The fields of every line, comments left out. */
    static List<String[]> lines(SystemFolder folder, String bucket) throws IOException {
        List<String[]> lines = new ArrayList<>();
        for (String line : text(folder, bucket).split("\n", -1)) {
            if (!line.isEmpty() && !line.startsWith("#")) lines.add(line.split("\t", -1));
        }
        return lines;
    }

    static String text(SystemFolder folder, String bucket) throws IOException {
        StringBuilder text = new StringBuilder();
        try (Stream<Path> files = Files.walk(folder.objects().resolve(bucket))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".gz")).toList()) {
                try (var in = new GZIPInputStream(Files.newInputStream(file))) {
                    text.append(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
                }
            }
        }
        return text.toString();
    }
}
