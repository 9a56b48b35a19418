package dev.perigee.edge.log;

import dev.perigee.core.plan.LogField;
import dev.perigee.core.plan.RecordDelivery;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Objects of standard logs of version 2: how they are named, and what is in them. */
final class RecordObject {
    private RecordObject() {}

    /**
     * The object of one hour.
     *
     * @param slices of records, each a line that begins with its time in milliseconds
     * @param source the spool file and the edge
     */
    static LogObject of(
            RecordDelivery delivery,
            long hour,
            String source,
            byte[] bytes,
            List<LogObject.Slice> slices,
            TableFile tables) {
        ZonedDateTime time = Instant.ofEpochSecond(hour * 3600).atZone(ZoneOffset.UTC);
        String unique = LogObject.unique(source + ' ' + delivery.id());
        String key = path(delivery, time)
                + String.format(
                        Locale.ROOT,
                        "%s.%04d-%02d-%02d-%02d.%s.%s",
                        delivery.distribution(),
                        time.getYear(),
                        time.getMonthValue(),
                        time.getDayOfMonth(),
                        time.getHour(),
                        unique,
                        delivery.format() == RecordDelivery.Format.PARQUET ? "parquet" : "gz");
        int lines = slices.stream().mapToInt(LogObject.Slice::lines).sum();
        return new LogObject(
                delivery.bucket(), delivery.region(), key, lines, () -> content(delivery, bytes, slices, tables));
    }

    private static String path(RecordDelivery delivery, ZonedDateTime time) {
        return delivery.path()
                .replace("{DistributionId}", delivery.distribution())
                .replace("{distributionid}", delivery.distribution().toLowerCase(Locale.ROOT))
                .replace("{yyyy}", String.format(Locale.ROOT, "%04d", time.getYear()))
                .replace("{MM}", String.format(Locale.ROOT, "%02d", time.getMonthValue()))
                .replace("{dd}", String.format(Locale.ROOT, "%02d", time.getDayOfMonth()))
                .replace("{HH}", String.format(Locale.ROOT, "%02d", time.getHour()));
    }

    private static byte[] content(RecordDelivery delivery, byte[] bytes, List<LogObject.Slice> slices, TableFile tables)
            throws IOException {
        List<String> names = new ArrayList<>();
        for (LogField field : delivery.fields()) names.add(String.valueOf(field.standardName()));
        if (delivery.format() == RecordDelivery.Format.PARQUET) {
            List<String[]> rows = new ArrayList<>();
            each(bytes, slices, line -> rows.add(line.split("\t", -1)));
            return tables.parquet(names, rows);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (delivery.format() == RecordDelivery.Format.W3C) {
            out.writeBytes(octets("#Version: 1.0\n#Fields: " + String.join(" ", names) + "\n"));
        }
        each(bytes, slices, line -> out.writeBytes(octets(formed(delivery, names, line))));
        return LogGzip.of(out.toByteArray());
    }

    /** A line, with its end, of a record without the time before it. */
    static String formed(RecordDelivery delivery, List<String> names, String line) {
        if (delivery.format() != RecordDelivery.Format.JSON) return line.replace("\t", delivery.delimiter()) + '\n';
        String[] values = line.split("\t", -1);
        StringBuilder json = new StringBuilder("{");
        // Whatever JSON would have escaped is encoded already.
        for (int i = 0; i < values.length && i < names.size(); i++) {
            if (i > 0) json.append(',');
            json.append('"')
                    .append(names.get(i))
                    .append("\":\"")
                    .append(values[i])
                    .append('"');
        }
        return json.append("}\n").toString();
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Takes one line, without the time before it. */
    private interface Lines {
        void take(String line);
    }

    private static void each(byte[] bytes, List<LogObject.Slice> slices, Lines lines) {
        for (LogObject.Slice slice : slices) {
            String text = new String(bytes, slice.start(), slice.end() - slice.start(), StandardCharsets.ISO_8859_1);
            text.lines().forEach(line -> lines.take(line.substring(line.indexOf('\t') + 1)));
        }
    }
}
