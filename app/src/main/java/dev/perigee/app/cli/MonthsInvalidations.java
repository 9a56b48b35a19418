package dev.perigee.app.cli;

import dev.perigee.app.folder.RunFile;
import dev.perigee.control.access.Role;
import java.io.IOException;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;

/** How many paths were invalidated in a month, of all distributions that there are. */
final class MonthsInvalidations {
    private static final String PATH = "/2020-05-31/distribution";
    /** Of one distribution: more would keep a user waiting. The API has the newest first. */
    private static final int LOOKED_AT_MAX = 1_000;

    private MonthsInvalidations() {}

    static long count(RunFile run, YearMonth month) throws IOException {
        long paths = 0;
        try (BorrowedKey key = BorrowedKey.of(run, Role.READ_ONLY)) {
            SignedCall api = key.api();
            String list = api.cloudFront("GET", PATH + "?MaxItems=1000", "");
            for (String summary : elements(list, "DistributionSummary")) {
                String of = PATH + '/' + SignedCall.element(summary, "Id") + "/invalidation";
                String made = api.cloudFront("GET", of + "?MaxItems=" + LOOKED_AT_MAX, "");
                for (String each : elements(made, "InvalidationSummary")) {
                    if (!SignedCall.element(each, "CreateTime").startsWith(month.toString())) continue;
                    String whole = api.cloudFront("GET", of + '/' + SignedCall.element(each, "Id"), "");
                    paths += elements(whole, "Path").size();
                }
            }
        }
        return paths;
    }

    private static List<String> elements(String xml, String name) {
        List<String> all = new ArrayList<>();
        String begin = "<" + name + ">";
        String end = "</" + name + ">";
        for (int at = xml.indexOf(begin); at >= 0; at = xml.indexOf(begin, at + 1)) {
            int to = xml.indexOf(end, at);
            if (to < 0) break;
            all.add(xml.substring(at + begin.length(), to));
        }
        return all;
    }
}
