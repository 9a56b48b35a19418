package dev.perigee.analytics.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perigee.analytics.store.RequestStore;
import dev.perigee.analytics.store.RequestTable;
import dev.perigee.analytics.store.Retention;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static List<String> ask(Path folder, Report report, Scope scope) throws IOException {
        var rows = new ArrayList<String>();
        var store = new RequestStore(
                folder.resolve("a"), Retention.USUAL, InstantSource.fixed(Instant.parse("2026-11-26T12:00:00Z")));
        store.takeIn(List.of(folder.resolve("access.log")));
        try (RequestTable table = store.open()) {
            report.ask(table, scope, new RequestTable.Rows() {
                @Override
                public void columns(List<String> names) {
                    rows.add(names.toString());
                }

                @Override
                public void row(List<@Nullable Object> values) {
                    rows.add(values.toString());
                }
            });
        }
        return rows;
    }

    private static String line(
            String time,
            String pop,
            int bytes,
            String path,
            int status,
            String referer,
            String agent,
            String begun,
            String result,
            String protocol,
            int id) {
        return String.join(
                        "\t",
                        "2026-11-26",
                        time,
                        pop + "50-C1",
                        Integer.toString(bytes),
                        "192.0.2.7\tGET\td1.cloudfront.net",
                        path,
                        Integer.toString(status),
                        referer,
                        agent,
                        "-\t-",
                        result,
                        "id" + id,
                        "h",
                        protocol,
                        "100\t0.012\t-\t-\t-",
                        begun,
                        "HTTP/1.1\t-\t-\t4711\t0.011",
                        result,
                        "image/jpeg\t1000\t-\t-")
                + "\n";
    }

    @Test
    void reportsHaveTheColumnsOfCloudFrontsConsole(@TempDir Path folder) throws IOException {
        String firefox = "Mozilla/5.0%20(X11;%20Linux%20x86_64;%20rv:140.0)%20Gecko/20100101%20Firefox/140.0";
        String phone = "Mozilla/5.0%20(iPhone;%20CPU%20iPhone%20OS%2018_0%20like%20Mac%20OS%20X)%20AppleWebKit/605.1.15"
                + "%20Version/18.0%20Mobile/15E148%20Safari/604.1";
        Files.writeString(
                folder.resolve("access.log"),
                line(
                                "07:00:01",
                                "IAD",
                                1000,
                                "/a",
                                200,
                                "https://Pets.example/x?y",
                                firefox,
                                "Miss",
                                "Miss",
                                "https",
                                1)
                        + line(
                                "07:10:00",
                                "IAD",
                                1000,
                                "/a",
                                200,
                                "https://pets.example/",
                                phone,
                                "Hit",
                                "Hit",
                                "https",
                                2)
                        + line("07:20:00", "SYD", 500, "/a", 200, "-", "-", "Hit", "Error", "http", 3)
                        + line("08:00:00", "SYD", 300, "/b", 404, "-", "curl/8.5.0", "Error", "Error", "http", 4)
                        + line(
                                "08:00:01",
                                "SYD",
                                200,
                                "/b",
                                200,
                                "-",
                                "Googlebot/2.1",
                                "RefreshHit",
                                "RefreshHit",
                                "http",
                                5));
        assertEquals(
                List.of(
                        "[Distribution, TimeBucket, RequestCount, HitCount, MissCount, ErrorCount,"
                                + " IncompleteDownloadCount, HTTP2xx, HTTP3xx, HTTP4xx, HTTP5xx, TotalBytes, BytesFromMisses]",
                        "[d1.cloudfront.net, 2026-11-26 07:00, 3, 2, 1, 0, 1, 3, 0, 0, 0, 2500, 1000]",
                        "[d1.cloudfront.net, 2026-11-26 08:00, 2, 0, 0, 1, 0, 1, 0, 1, 0, 500, 0]"),
                ask(folder, Report.CACHE, Scope.ALL));
        assertEquals(
                List.of(
                        "[Object, RequestCount, HitCount, MissCount, HitCountPct, TotalBytes, BytesFromMisses,"
                                + " IncompleteDownloadCount, HTTP2xx, HTTP3xx, HTTP4xx, HTTP5xx]",
                        "[/a, 3, 2, 1, 66.67, 2500, 1000, 1, 3, 0, 0, 0]",
                        "[/b, 2, 0, 0, 0.0, 500, 0, 0, 1, 0, 1, 0]"),
                ask(folder, Report.POPULAR, Scope.ALL));
        assertEquals(
                List.of(
                        "[BillingRegion, TimeBucket, HTTP, HTTPS, HTTPBytes, HTTPSBytes, BytesIn, BytesOut]",
                        "[AU, 2026-11-26, 3, 0, 1000, 0, 300, 1000]",
                        "[US, 2026-11-26, 0, 2, 0, 2000, 200, 2000]"),
                ask(folder, Report.USAGE, new Scope("d1.cloudfront.net", null, null, true)));
        assertEquals(
                List.of("[Referrer, RequestCount, RequestsPct]", "[-, 3, 60.0]", "[pets.example, 2, 40.0]"),
                ask(folder, Report.REFERRERS, Scope.ALL));
        List<String> viewers = ask(folder, Report.VIEWERS, Scope.ALL);
        assertEquals(
                List.of(
                        "[Report, Name, RequestCount, RequestsPct, Bytes]",
                        "[Devices, Bot/Crawler, 1, 20.0, 200]",
                        "[Devices, Desktop, 1, 20.0, 1000]",
                        "[Devices, Empty, 1, 20.0, 500]",
                        "[Devices, Mobile, 1, 20.0, 1000]",
                        "[Devices, Unknown, 1, 20.0, 300]"),
                viewers.subList(0, 6));
        assertEquals(
                List.of("Bot/Crawler", "Empty", "Firefox", "Safari", "curl"),
                viewers.stream()
                        .filter(row -> row.startsWith("[Browsers"))
                        .map(row -> row.split(", ", -1)[1])
                        .toList());
    }

    @Test
    void aReportOfHoursWithoutRequestsIsEmpty(@TempDir Path folder) throws IOException {
        Files.writeString(
                folder.resolve("access.log"),
                line("07:00:01", "IAD", 1, "/a", 200, "-", "-", "Miss", "Miss", "https", 1));
        Instant eight = Instant.parse("2026-11-26T08:00:00Z");
        assertEquals(
                1,
                ask(folder, Report.USAGE, new Scope(null, eight, null, false)).size());
        assertEquals(
                1,
                ask(folder, Report.CACHE, new Scope(null, eight, null, false)).size());
        assertEquals(
                2,
                ask(folder, Report.CACHE, new Scope(null, null, eight, false)).size());
        assertEquals(
                1,
                ask(folder, Report.CACHE, new Scope("o'brien", null, null, false))
                        .size());
    }
}
