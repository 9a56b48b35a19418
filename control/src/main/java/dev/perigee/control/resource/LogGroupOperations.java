package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import dev.perigee.core.log.LogEvent;
import dev.perigee.core.log.LogQuery;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Log groups of CloudWatch Logs: what deliveries write there, and nobody else. Their events are with the edges. */
final class LogGroupOperations {
    static final Pattern NAME = Pattern.compile("[.\\-_/#A-Za-z0-9]{1,512}");
    private static final Pattern ARN =
            Pattern.compile("arn:aws:logs:us-east-1:([0-9]{12}):log-group:([^:*]{1,512})(?::\\*)?");
    private static final Set<Integer> DAYS = Set.of(
            1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653);
    private static final long DAY_MILLIS = 86_400_000;
    private static final int GROUPS_MAX = 1000;
    private static final int PAGE_MAX = 50;
    private static final int EVENTS_MAX = 10_000;
    /** Events that one call looks at for a pattern that few of them have. */
    private static final int LOOKED_MAX = 5 * LogQuery.MOST_MAX;

    private static final String STREAM = "CloudFront_";
    private static final String INVALID = "InvalidParameterException";

    private final Store store;
    private final Settings settings;
    private final LogEventSource events;

    LogGroupOperations(Store store, Settings settings, LogEventSource events) {
        this.store = store;
        this.settings = settings;
        this.events = events;
    }

    /** The group of an ARN of this account; null when it is none. */
    static @Nullable String named(String arn, Settings settings) {
        Matcher matcher = ARN.matcher(arn);
        boolean good = matcher.matches()
                && matcher.group(1).equals(settings.accountId())
                && NAME.matcher(matcher.group(2)).matches();
        return good ? matcher.group(2) : null;
    }

    /** Null for an operation on something else. */
    @Nullable
    ObjectNode handle(String operation, AcmInput input) throws Refused {
        return switch (operation) {
            case "CreateLogGroup" -> create(input);
            case "DeleteLogGroup" -> delete(input);
            case "DescribeLogGroups" -> describe(input);
            case "DescribeLogStreams" -> streams(input);
            case "PutRetentionPolicy" -> retain(input, days(input));
            case "DeleteRetentionPolicy" -> retain(input, 0);
            case "FilterLogEvents" -> filter(input);
            case "GetLogEvents" -> get(input);
            default -> null;
        };
    }

    private static String name(AcmInput input) throws Refused {
        String name = input.required("logGroupName");
        unless(NAME.matcher(name).matches(), INVALID, "The logGroupName '" + name + "' does not match " + NAME + ".");
        return name;
    }

    private ObjectNode create(AcmInput input) throws Refused {
        String name = name(input);
        store.write(tables -> {
            unless(
                    tables.find(Kind.LOG_GROUP, name) == null,
                    "ResourceAlreadyExistsException",
                    "The log group " + name + " exists already.");
            unless(
                    tables.count(Kind.LOG_GROUP) < GROUPS_MAX,
                    "LimitExceededException",
                    "There are " + GROUPS_MAX + " log groups, which is the limit.");
            Instant now = settings.clock().instant();
            Row row = new Row(name, name, null, tables.advance(), settings.ids().etag(), "{}", now, now);
            tables.insert(Kind.LOG_GROUP, row);
            return row;
        });
        return LogDeliveryOperations.object();
    }

    private ObjectNode delete(AcmInput input) throws Refused {
        String name = name(input);
        store.write(tables -> {
            existing(tables, name);
            tables.delete(Kind.LOG_GROUP, name);
            return tables.advance();
        });
        events.forget(name);
        return LogDeliveryOperations.object();
    }

    static Row existing(Tables tables, String name) throws Refused, SQLException {
        Row row = tables.find(Kind.LOG_GROUP, name);
        if (row == null)
            throw new Refused("ResourceNotFoundException", "The specified log group does not exist: " + name + ".");
        return row;
    }

    private static int days(AcmInput input) throws Refused {
        int days = input.number("retentionInDays", 1, 3653, 0);
        unless(DAYS.contains(days), INVALID, "The retentionInDays is not one of the numbers of days that there are.");
        return days;
    }

    private ObjectNode retain(AcmInput input, int days) throws Refused {
        String name = name(input);
        store.write(tables -> {
            Row old = existing(tables, name);
            ObjectNode body = LogDeliveryOperations.object();
            if (days > 0) body.put("retentionInDays", days);
            Instant now = settings.clock().instant();
            Row row = new Row(
                    name, name, null, tables.advance(), settings.ids().etag(), body.toString(), old.created(), now);
            tables.replace(Kind.LOG_GROUP, row);
            return row;
        });
        return LogDeliveryOperations.object();
    }

    private String arn(String name) {
        return "arn:aws:logs:us-east-1:" + settings.accountId() + ":log-group:" + name;
    }

    private ObjectNode describe(AcmInput input) throws Refused {
        int limit = input.number("limit", 1, PAGE_MAX, PAGE_MAX);
        String prefix = input.text("logGroupNamePrefix", "");
        String part = input.text("logGroupNamePattern", "");
        String after = input.text("nextToken", "");
        List<Row> rows = store.read(tables -> tables.all(Kind.LOG_GROUP)).stream()
                .filter(row -> row.id().startsWith(prefix)
                        && row.id().toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT))
                        && row.id().compareTo(after) > 0)
                .sorted((a, b) -> a.id().compareTo(b.id()))
                .toList();
        ObjectNode output = LogDeliveryOperations.object();
        ArrayNode groups = output.putArray("logGroups");
        for (Row row : rows.subList(0, Math.min(limit, rows.size()))) {
            ObjectNode group = groups.addObject()
                    .put("logGroupName", row.id())
                    .put("creationTime", row.created().toEpochMilli())
                    .put("metricFilterCount", 0)
                    .put("arn", arn(row.id()) + ":*")
                    .put("logGroupArn", arn(row.id()))
                    .put("logGroupClass", "STANDARD");
            JsonNode days = LogDeliveries.of(row).path("retentionInDays");
            if (days.isInt()) group.put("retentionInDays", days.asInt());
        }
        if (rows.size() > limit) output.put("nextToken", rows.get(limit - 1).id());
        return output;
    }

    /** A stream for each distribution that is delivered to the group, and has been since there are events of it. */
    private ObjectNode streams(AcmInput input) throws Refused {
        String name = group(input);
        String prefix = input.text("logStreamNamePrefix", "");
        Row group = store.read(tables -> existing(tables, name));
        List<String> names = store.read(tables -> delivered(tables, name));
        ObjectNode output = LogDeliveryOperations.object();
        ArrayNode streams = output.putArray("logStreams");
        for (String stream : names) {
            if (!stream.startsWith(prefix)) continue;
            ObjectNode shown = streams.addObject()
                    .put("logStreamName", stream)
                    .put("creationTime", group.created().toEpochMilli())
                    .put("arn", arn(name) + ":log-stream:" + stream);
            long from = from(group, 0);
            put(shown, "firstEventTimestamp", new LogQuery(name, stream, from, Long.MAX_VALUE, 1, false));
            put(shown, "lastEventTimestamp", new LogQuery(name, stream, from, Long.MAX_VALUE, 1, true));
        }
        return output;
    }

    private void put(ObjectNode shown, String member, LogQuery query) {
        for (LogEvent event : events.of(query)) shown.put(member, event.millis());
    }

    private List<String> delivered(Tables tables, String group) throws SQLException {
        List<String> streams = new ArrayList<>();
        LogDeliveries.all(tables, settings).forEach((distribution, deliveries) -> {
            if (deliveries.stream().anyMatch(delivery -> group.equals(delivery.logGroup())))
                streams.add(STREAM + distribution);
        });
        Collections.sort(streams);
        return streams;
    }

    /** By name or ARN. */
    private String group(AcmInput input) throws Refused {
        String given = input.has("logGroupName") ? name(input) : input.required("logGroupIdentifier");
        String named = named(given, settings);
        return named == null ? given : named;
    }

    /** What is older than the group, or than it keeps events, is gone. */
    private long from(Row group, long wanted) {
        int days = LogDeliveries.of(group).path("retentionInDays").asInt(0);
        long kept = days == 0 ? 0 : settings.clock().millis() - days * DAY_MILLIS;
        return Math.max(Math.max(wanted, kept), group.created().toEpochMilli());
    }

    private static long millis(AcmInput input, String member, long otherwise) throws Refused {
        if (!input.has(member)) return otherwise;
        JsonNode value = input.members().get(member);
        unless(value.canConvertToLong() && value.asLong() >= 0, INVALID, "The " + member + " is not a time.");
        return value.asLong();
    }

    private ObjectNode filter(AcmInput input) throws Refused {
        String name = group(input);
        Row group = store.read(tables -> existing(tables, name));
        int limit = input.number("limit", 1, EVENTS_MAX, EVENTS_MAX);
        Predicate<String> pattern = EventPattern.of(input.text("filterPattern", ""));
        Set<String> wanted = Set.copyOf(input.texts("logStreamNames"));
        String prefix = input.text("logStreamNamePrefix", "");
        unless(wanted.isEmpty() || prefix.isEmpty(), INVALID, "There are both logStreamNames and logStreamNamePrefix.");
        long to = Math.min(millis(input, "endTime", Long.MAX_VALUE), Long.MAX_VALUE - 1) + 1;
        EventPlace after = EventPlace.of(input.text("nextToken", ""));
        long from = from(group, Math.max(millis(input, "startTime", 0), after == null ? 0 : after.millis()));
        List<LogEvent> found = new ArrayList<>();
        int looked = 0;
        boolean more = from < to;
        while (more && found.size() < limit && looked < LOOKED_MAX) {
            List<LogEvent> page = events.of(new LogQuery(name, prefix, from, to, LogQuery.MOST_MAX, false));
            more = page.size() >= LogQuery.MOST_MAX;
            looked += page.size();
            for (LogEvent event : page) {
                if (after != null && !after.isBefore(event)) continue;
                after = EventPlace.at(event);
                boolean matches =
                        (wanted.isEmpty() || wanted.contains(event.stream())) && pattern.test(event.message());
                if (!matches) continue;
                found.add(event);
                if (found.size() == limit) {
                    more = true;
                    break;
                }
            }
            if (after != null) from = after.millis();
        }
        ObjectNode output = LogDeliveryOperations.object();
        ArrayNode shown = output.putArray("events");
        for (LogEvent event : found) {
            shown(shown, event)
                    .put("logStreamName", event.stream())
                    .put("eventId", EventPlace.at(event).id());
        }
        output.putArray("searchedLogStreams");
        if (more && after != null) output.put("nextToken", after.token());
        return output;
    }

    private static ObjectNode shown(ArrayNode into, LogEvent event) {
        return into.addObject()
                .put("timestamp", event.millis())
                .put("message", event.message())
                .put("ingestionTime", event.millis());
    }

    /** The next page behind a token, or the one before it; the last page of all without one. */
    private ObjectNode get(AcmInput input) throws Refused {
        String name = group(input);
        String stream = input.required("logStreamName");
        Row group = store.read(tables -> existing(tables, name));
        int limit = input.number("limit", 1, EVENTS_MAX, EVENTS_MAX);
        String token = input.text("nextToken", "");
        boolean head = input.members().path("startFromHead").asBoolean(false);
        boolean forward = token.isEmpty() ? head : token.startsWith("f/");
        unless(token.matches("|[fb]/.*"), INVALID, "The nextToken is not one that was given out.");
        EventPlace place = EventPlace.of(token.isEmpty() ? "" : token.substring(2));
        long from = from(group, millis(input, "startTime", 0));
        long to = millis(input, "endTime", Long.MAX_VALUE);
        if (place != null && forward) from = Math.max(from, place.millis());
        if (place != null && !forward) to = Math.min(to, place.millis() + 1);
        List<LogEvent> page = new ArrayList<>();
        if (from < to) {
            for (LogEvent event : events.of(new LogQuery(name, stream, from, to, LogQuery.MOST_MAX, !forward))) {
                boolean beyond = place == null || (forward ? place.isBefore(event) : place.isBehind(event));
                if (beyond && event.stream().equals(stream)) page.add(event);
            }
        }
        int spare = Math.max(0, page.size() - limit);
        page = forward ? page.subList(0, page.size() - spare) : page.subList(spare, page.size());
        ObjectNode output = LogDeliveryOperations.object();
        ArrayNode shown = output.putArray("events");
        for (LogEvent event : page) shown(shown, event);
        String usual = place == null ? EventPlace.first(from).token() : place.token();
        output.put(
                "nextForwardToken",
                "f/" + (page.isEmpty() ? usual : EventPlace.at(page.getLast()).token()));
        output.put(
                "nextBackwardToken",
                "b/" + (page.isEmpty() ? usual : EventPlace.at(page.getFirst()).token()));
        return output;
    }
}
