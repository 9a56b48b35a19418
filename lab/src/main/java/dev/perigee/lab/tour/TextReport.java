package dev.perigee.lab.tour;

import java.util.Locale;

/** The report as a table for the console. */
public final class TextReport {
    private TextReport() {}

    public static String of(TourReport report) {
        StringBuilder text = new StringBuilder();
        text.append(Story.setting(report)).append("\n\n");
        text.append("Gallery photo, milliseconds\n");
        head(text);
        for (PlaceReport place : report.places()) cases(text, place, place.gallery());
        text.append("\nFull size, milliseconds\n");
        head(text);
        for (PlaceReport place : report.places()) cases(text, place, place.full());
        text.append('\n');
        for (String sentence : Story.sentences(report)) text.append(sentence).append('\n');
        return text.toString();
    }

    private static void head(StringBuilder text) {
        text.append("place     edge case            DNS     TCP     TLS first byte  download     total\n");
    }

    private static void cases(StringBuilder text, PlaceReport place, Cases cases) {
        line(text, place.place(), "", "S3 directly", cases.direct(), "");
        line(text, "", place.pop(), "first", cases.first(), "");
        String gain = String.format(Locale.ROOT, "%.1f times faster", Story.gain(cases));
        line(text, "", place.pop(), "cached", cases.cached(), gain);
    }

    private static void line(StringBuilder text, String place, String pop, String name, Timing timing, String remark) {
        String line = String.format(
                Locale.ROOT,
                "%-9s %-4s %-11s %7.1f %7.1f %7.1f %10.1f %9.1f %9.1f  %s",
                place,
                pop,
                name,
                timing.dnsMs(),
                timing.tcpMs(),
                timing.tlsMs(),
                timing.firstByteMs(),
                timing.downloadMs(),
                timing.totalMs(),
                remark);
        text.append(line.stripTrailing()).append('\n');
    }
}
