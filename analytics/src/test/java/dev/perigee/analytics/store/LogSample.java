package dev.perigee.analytics.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Lines as an edge writes them. */
final class LogSample {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd\tHH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private LogSample() {}

    static String line(Instant at, String pop, int number, String path) {
        return TIME.format(at) + "\t" + pop + "50-C1\t1234\t192.0.2.7\tGET\td1.cloudfront.net\t" + path
                + "\t200\t-\tcurl/8.0\tutm_source=x%2520y\t-\tMiss\tid" + number
                + "==\td1.cloudfront.localhost\thttps\t87\t0.012\t-\tTLSv1.3\tTLS_AES_128_GCM_SHA256\tMiss\tHTTP/2.0\t-\t-"
                + "\t4711\t0.011\tMiss\timage/jpeg\t1000\t-\t-\n";
    }

    static void append(Path log, String text) throws IOException {
        if (!Files.exists(log)) Files.writeString(log, "#Version: 1.0\n#Fields: date time\n");
        Files.writeString(log, text, StandardCharsets.ISO_8859_1, StandardOpenOption.APPEND);
    }

    /** So many lines, a second apart. */
    static String lines(Instant from, String pop, int first, int count) {
        var text = new StringBuilder();
        for (int i = 0; i < count; i++) text.append(line(from.plusSeconds(i), pop, first + i, "/p/" + (first + i)));
        return text.toString();
    }
}
