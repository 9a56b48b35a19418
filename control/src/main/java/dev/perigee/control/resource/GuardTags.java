package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Refused;
import dev.perigee.core.plan.Guards;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.Tag;

/**
 * The guards of a distribution, which CloudFront's API has no words for: tags, so that every tool that can set tags can
 * set them. All other keys with their prefix are refused, since one that is misspelt would guard nothing.
 */
final class GuardTags {
    static final String PREFIX = "perigee:";
    static final String RATE = PREFIX + "requests-per-second-per-network";
    static final String CAP = PREFIX + "spending-cap-usd-per-month";
    static final String BUDGET = PREFIX + "budget-usd-per-month";

    private static final List<String> KEYS = List.of(RATE, CAP, BUDGET);
    private static final Pattern WHOLE = Pattern.compile("[1-9][0-9]{0,6}");
    private static final Pattern DOLLARS = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,2})?");
    private static final BigDecimal MICRO = BigDecimal.valueOf(1_000_000);

    private GuardTags() {}

    static boolean isOne(String key) {
        return key.toLowerCase(Locale.ROOT).startsWith(PREFIX);
    }

    /** Refuses a tag that is, or looks like, one of ours and makes no sense. */
    static void check(String arn, Tag tag) throws Refused {
        String key = tag.key();
        if (!isOne(key)) return;
        unless(
                arn.contains(":distribution/") && KEYS.contains(key),
                "InvalidTagging",
                "The tag key '" + key + "' is none of " + String.join(", ", KEYS) + " of a distribution.");
        String value = Defaults.or(tag.value(), "");
        boolean isRate = key.equals(RATE);
        String wanted = isRate
                ? "a number of 1 to " + Guards.REQUESTS_PER_SECOND_MAX
                : "an amount of dollars such as 50 or 12.50";
        unless(
                isValid(isRate, value),
                "InvalidTagging",
                "The value '" + value + "' of tag " + key + " is not " + wanted + ".");
    }

    private static boolean isValid(boolean isRate, String value) {
        return isRate
                ? WHOLE.matcher(value).matches() && Integer.parseInt(value) <= Guards.REQUESTS_PER_SECOND_MAX
                : DOLLARS.matcher(value).matches() && new BigDecimal(value).signum() > 0;
    }

    /** The guards that distributions have, by ARN. */
    static Map<String, Guards> all(Tables tables) throws SQLException {
        Map<String, Guards> all = new HashMap<>();
        tables.query(
                "SELECT arn, name, value FROM tags WHERE name IN (?, ?, ?)",
                row -> {
                    String name = row.getString("name");
                    String value = row.getString("value");
                    // What an older version stored under these names was never meant.
                    if (!isValid(name.equals(RATE), value)) return;
                    all.merge(row.getString("arn"), one(name, value), GuardTags::both);
                },
                RATE,
                CAP,
                BUDGET);
        return all;
    }

    private static Guards one(String name, String value) {
        if (name.equals(RATE)) return new Guards(Integer.parseInt(value), 0, 0);
        long microUsd = new BigDecimal(value).multiply(MICRO).longValueExact();
        return name.equals(CAP) ? new Guards(0, microUsd, 0) : new Guards(0, 0, microUsd);
    }

    /** Each has what the other lacks. */
    private static Guards both(Guards a, Guards b) {
        return new Guards(
                a.requestsPerSecond() + b.requestsPerSecond(),
                a.capMicroUsd() + b.capMicroUsd(),
                a.budgetMicroUsd() + b.budgetMicroUsd());
    }

    /** Whether setting or removing tags of these keys changes what edges do. */
    static boolean matter(List<String> keys) {
        return keys.stream().anyMatch(GuardTags::isOne);
    }

    static @Nullable Guards of(Map<String, Guards> all, Settings settings, String id) {
        return all.get(Ids.arn(settings.accountId(), Tables.Kind.DISTRIBUTION.column, id));
    }
}
