package dev.perigee.lab.tour;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** The report as one page that needs nothing else: a waterfall for every place and case, and the numbers as tables. */
public final class HtmlReport {
    private static final List<Phase> PHASES = List.of(
            new Phase("dns", "DNS", Timing::dnsMs),
            new Phase("tcp", "TCP", Timing::tcpMs),
            new Phase("tls", "TLS", Timing::tlsMs),
            new Phase("wait", "first byte", Timing::firstByteMs),
            new Phase("load", "download", Timing::downloadMs));

    /** A part of a request: its colour class, its name, its time. */
    private record Phase(String colour, String name, Function<Timing, Double> time) {}

    private HtmlReport() {}

    public static String of(TourReport report) {
        StringBuilder html = new StringBuilder(16 * 1024);
        html.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .append("<title>Perigee tour</title>\n<style>\n")
                .append(style())
                .append("</style>\n</head>\n<body>\n<main>\n<h1>PetTracker's photos, before and after</h1>\n");
        for (String sentence : Story.sentences(report)) paragraph(html, "", sentence);
        paragraph(html, " class=\"setting\"", Story.setting(report));
        legend(html);
        section(html, "Gallery photo", report, PlaceReport::gallery);
        section(html, "Full size", report, PlaceReport::full);
        return html.append("</main>\n</body>\n</html>\n").toString();
    }

    private static void section(
            StringBuilder html, String title, TourReport report, Function<PlaceReport, Cases> cases) {
        double longest = 1;
        for (PlaceReport place : report.places()) {
            Cases each = cases.apply(place);
            longest = Math.max(
                    longest, Math.max(each.direct().totalMs(), each.first().totalMs()));
            longest = Math.max(longest, each.cached().totalMs());
        }
        html.append("<section>\n<h2>").append(escape(title)).append("</h2>\n");
        for (PlaceReport place : report.places()) {
            Cases each = cases.apply(place);
            html.append("<h3>")
                    .append(escape(place.place()))
                    .append(" <small>")
                    .append(number("%.1f", Story.gain(each)))
                    .append(" times faster from ")
                    .append(escape(place.pop()))
                    .append("</small></h3>\n");
            waterfall(html, "S3 directly", each.direct(), longest);
            waterfall(html, "first request", each.first(), longest);
            waterfall(html, "cached", each.cached(), longest);
        }
        table(html, title, report, cases);
        html.append("</section>\n");
    }

    private static void waterfall(StringBuilder html, String name, Timing timing, double longest) {
        StringBuilder spoken = new StringBuilder(name).append(": ").append(number("%.0f ms", timing.totalMs()));
        for (Phase phase : PHASES) {
            String part = number("%.0f ms", phase.time().apply(timing));
            spoken.append(", ").append(phase.name()).append(' ').append(part);
        }
        html.append("<div class=\"row\"><span class=\"case\">")
                .append(escape(name))
                .append("</span>");
        html.append("<svg role=\"img\" viewBox=\"0 0 1000 20\" preserveAspectRatio=\"none\" aria-label=\"")
                .append(escape(spoken.toString()))
                .append("\">");
        double at = 0;
        for (Phase phase : PHASES) {
            double width = phase.time().apply(timing) / longest * 1000;
            html.append("<rect class=\"").append(phase.colour());
            html.append("\" x=\"").append(number("%.2f", at));
            html.append("\" width=\"").append(number("%.2f", width));
            html.append("\" height=\"20\"><title>").append(escape(phase.name())).append(' ');
            html.append(number("%.1f ms", phase.time().apply(timing))).append("</title></rect>");
            at += width;
        }
        html.append("</svg><span class=\"total\">").append(number("%,.0f ms", timing.totalMs()));
        html.append("</span></div>\n");
    }

    private static void legend(StringBuilder html) {
        html.append("<ul class=\"legend\" aria-label=\"Colours\">");
        for (Phase phase : PHASES) {
            html.append("<li><span class=\"swatch ").append(phase.colour()).append("\"></span>");
            html.append(escape(phase.name())).append("</li>");
        }
        html.append("</ul>\n");
    }

    private static void table(StringBuilder html, String title, TourReport report, Function<PlaceReport, Cases> cases) {
        html.append("<details>\n<summary>Numbers</summary>\n<table>\n<caption>").append(escape(title));
        html.append(", milliseconds</caption>\n<thead><tr><th scope=\"col\">Place</th><th scope=\"col\">Case</th>");
        for (Phase phase : PHASES)
            html.append("<th scope=\"col\">").append(escape(phase.name())).append("</th>");
        html.append("<th scope=\"col\">total</th></tr></thead>\n<tbody>\n");
        for (PlaceReport place : report.places()) {
            Cases each = cases.apply(place);
            line(html, place.place(), "S3 directly", each.direct());
            line(html, place.place(), "first request at " + place.pop(), each.first());
            line(html, place.place(), "cached at " + place.pop(), each.cached());
        }
        html.append("</tbody>\n</table>\n</details>\n");
    }

    private static void line(StringBuilder html, String place, String name, Timing timing) {
        html.append("<tr><th scope=\"row\">")
                .append(escape(place))
                .append("</th><td>")
                .append(escape(name));
        html.append("</td>");
        for (Phase phase : PHASES)
            html.append("<td class=\"n\">")
                    .append(number("%.1f", phase.time().apply(timing)))
                    .append("</td>");
        html.append("<td class=\"n\">").append(number("%.1f", timing.totalMs())).append("</td></tr>\n");
    }

    private static void paragraph(StringBuilder html, String attributes, String sentence) {
        html.append("<p")
                .append(attributes)
                .append('>')
                .append(escape(sentence))
                .append("</p>\n");
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }

    private static String style() {
        try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
            if (in == null) throw new IllegalStateException("report.css is not in the jar");
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
