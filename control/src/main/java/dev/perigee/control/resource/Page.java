package dev.perigee.control.resource;

import dev.perigee.control.api.Refused;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.DistributionIdList;

/**
 * One page of a list.
 *
 * @param marker id of the last item of the page before, empty on the first
 */
record Page(String marker, int maxItems) {
    private static final int DEFAULT = 100;
    private static final int MAX = 1000;

    static Page of(@Nullable String marker, @Nullable String maxItems) throws Refused {
        return new Page(marker == null ? "" : marker, maxItems(maxItems));
    }

    private static int maxItems(@Nullable String text) throws Refused {
        if (text == null || text.isEmpty()) return DEFAULT;
        boolean positive = text.matches("[0-9]{1,9}") && Integer.parseInt(text) > 0;
        Refused.unless(positive, "InvalidArgument", "MaxItems is '" + text + "', not a positive number.");
        return Math.min(MAX, Integer.parseInt(text));
    }

    /** How many rows to ask for: one more than shown tells whether there are more. */
    int rows() {
        return maxItems + 1;
    }

    <T> List<T> shown(List<T> rows) {
        return rows.size() > maxItems ? rows.subList(0, maxItems) : rows;
    }

    boolean truncated(List<?> rows) {
        return rows.size() > maxItems;
    }

    /** This page of the ids of distributions, which are given in order. */
    DistributionIdList ids(List<String> all) {
        List<String> rows = all.stream()
                .filter(id -> id.compareTo(marker) > 0)
                .limit(rows())
                .toList();
        List<String> shown = shown(rows);
        DistributionIdList.Builder list = DistributionIdList.builder()
                .marker(marker)
                .maxItems(maxItems)
                .isTruncated(truncated(rows))
                .quantity(shown.size())
                .items(shown);
        if (truncated(rows)) list.nextMarker(shown.getLast());
        return list.build();
    }
}
