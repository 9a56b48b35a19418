package dev.perigee.app.cost;

import dev.perigee.core.cost.PriceClass;
import dev.perigee.core.cost.PriceRegion;
import dev.perigee.core.cost.Usage;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** The traffic in access logs of CloudFront's standard format (version 1.0), gzipped or not; Perigee's own and CloudFront's. */
public final class LoggedUsage {
    private static final int GZIP_MAGIC = 0x1f8b;

    /** Of one request; more is no number of octets, and could make the sum go over. */
    private static final long OCTETS_MAX = 1L << 50;

    private final PriceClass priceClass;
    private final Usage usage = new Usage();
    private final Shares distributions = new Shares();
    private final Shares paths = new Shares();
    private Columns columns = Columns.STANDARD;
    private long requests;
    private long unreadable;
    private double microUsd;
    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;

    public LoggedUsage(PriceClass priceClass) {
        this.priceClass = priceClass;
    }

    /** Where the fields are that cost something. */
    private record Columns(
            int count,
            int date,
            int time,
            int pop,
            int sent,
            int method,
            int host,
            int path,
            int protocol,
            int received) {
        static final Columns STANDARD = new Columns(18, 0, 1, 2, 3, 5, 6, 7, 16, 17);

        static Columns of(List<String> names) {
            Columns found = new Columns(
                    names.size(),
                    names.indexOf("date"),
                    names.indexOf("time"),
                    names.indexOf("x-edge-location"),
                    names.indexOf("sc-bytes"),
                    names.indexOf("cs-method"),
                    names.indexOf("cs(Host)"),
                    names.indexOf("cs-uri-stem"),
                    names.indexOf("cs-protocol"),
                    names.indexOf("cs-bytes"));
            boolean all = found.date >= 0
                    && found.time >= 0
                    && found.pop >= 0
                    && found.sent >= 0
                    && found.method >= 0
                    && found.host >= 0
                    && found.path >= 0
                    && found.protocol >= 0
                    && found.received >= 0;
            return all ? found : STANDARD;
        }
    }

    /** Adds the requests of a file. */
    public void read(Path file) throws IOException {
        columns = Columns.STANDARD;
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(unpacked(Files.newInputStream(file)), StandardCharsets.ISO_8859_1))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("#Fields:"))
                    columns = Columns.of(List.of(line.substring(8).strip().split("\\s+", -1)));
                else if (!line.startsWith("#") && !line.isEmpty()) add(line);
            }
        }
    }

    private static InputStream unpacked(InputStream file) throws IOException {
        BufferedInputStream in = new BufferedInputStream(file, 1 << 16);
        in.mark(2);
        int magic = in.read() << 8 | in.read();
        in.reset();
        return magic == GZIP_MAGIC ? new GZIPInputStream(in, 1 << 16) : in;
    }

    private void add(String line) {
        String[] fields = line.split("\t", -1);
        if (fields.length < columns.count()) {
            unreadable++;
            return;
        }
        try {
            add(fields);
        } catch (NumberFormatException | DateTimeException e) {
            unreadable++;
        }
    }

    private void add(String[] fields) {
        long time = LocalDateTime.parse(fields[columns.date()] + 'T' + fields[columns.time()])
                .toEpochSecond(ZoneOffset.UTC);
        long sent = octets(fields[columns.sent()]);
        String method = fields[columns.method()];
        String protocol = fields[columns.protocol()];
        // What comes through a WebSocket goes to the origin, too.
        boolean content = (!method.equals("GET") && !method.equals("HEAD")) || protocol.startsWith("ws");
        long toOrigin = content && !fields[columns.received()].equals("-") ? octets(fields[columns.received()]) : 0;
        String pop = fields[columns.pop()];
        PriceRegion region = priceClass.billed(PriceRegion.of(pop.substring(0, Math.min(3, pop.length()))));
        boolean https = Usage.isSecure(protocol);
        usage.add(region, sent, toOrigin, https, 1);
        requests++;
        first = Math.min(first, time);
        last = Math.max(last, time);
        double price = region.microUsd(sent, https ? 0 : 1, https ? 1 : 0);
        microUsd += price;
        distributions.add(fields[columns.host()], sent, price);
        paths.add(fields[columns.path()], sent, price);
    }

    private static long octets(String text) {
        long octets = Long.parseLong(text);
        if (octets < 0 || octets > OCTETS_MAX) throw new NumberFormatException(text);
        return octets;
    }

    public Usage usage() {
        return usage;
    }

    public long requests() {
        return requests;
    }

    /** Lines that are no request in this format. */
    public long unreadable() {
        return unreadable;
    }

    /** From the first request to the last, in seconds, both included. */
    public long seconds() {
        return requests == 0 ? 0 : last - first + 1;
    }

    /** The sum of what the names' shares are parts of. */
    public double microUsd() {
        return microUsd;
    }

    /** By the domain name of each distribution, the dearest first. */
    public List<Shares.Share> distributions(int most) {
        return distributions.dearest(most);
    }

    /** By path, the dearest first. */
    public List<Shares.Share> paths(int most) {
        return paths.dearest(most);
    }
}
