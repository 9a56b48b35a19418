package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.control.api.JsonApi;
import dev.perigee.control.api.ObjectSource;
import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/**
 * The part of CloudWatch Logs that delivers CloudFront's standard logs of version 2: sources, which are distributions,
 * destinations, which are buckets or log groups, and deliveries, which join the two.
 */
final class LogDeliveryOperations implements JsonApi {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String NAME = "[A-Za-z0-9_-]{1,60}";
    /** Quotas of CloudWatch Logs, for each. */
    private static final int MAX = 1000;

    private static final int PAGE_MAX = 50;
    private static final String REGION = "us-east-1";
    private static final String ACCESS_LOGS = "ACCESS_LOGS";

    private final Store store;
    private final Settings settings;
    private final @Nullable ObjectSource objects;
    private final LogGroupOperations groups;

    /** @param objects where buckets are looked for; null where nobody knows */
    LogDeliveryOperations(Store store, Settings settings, @Nullable ObjectSource objects, LogGroupOperations groups) {
        this.groups = groups;
        this.store = store;
        this.settings = settings;
        this.objects = objects;
    }

    @Override
    public byte[] handle(String operation, String region, byte[] body) throws Refused {
        unless(
                region.equals(REGION),
                "ValidationException",
                "CloudFront's logs are delivered from us-east-1; this call is for " + region + ".");
        AcmInput input = new AcmInput(parsed(body));
        ObjectNode ofGroup = groups.handle(operation, input);
        if (ofGroup != null) return answered(ofGroup);
        ObjectNode output = switch (operation) {
            case "PutDeliverySource" -> putSource(input);
            case "GetDeliverySource" ->
                object().set("deliverySource", read(Kind.DELIVERY_SOURCE, input.required("name")));
            case "DescribeDeliverySources" -> describe(Kind.DELIVERY_SOURCE, "deliverySources", input);
            case "DeleteDeliverySource" -> delete(Kind.DELIVERY_SOURCE, input.required("name"));
            case "PutDeliveryDestination" -> putDestination(input);
            case "GetDeliveryDestination" ->
                object().set("deliveryDestination", read(Kind.DELIVERY_DESTINATION, input.required("name")));
            case "DescribeDeliveryDestinations" -> describe(Kind.DELIVERY_DESTINATION, "deliveryDestinations", input);
            case "DeleteDeliveryDestination" -> delete(Kind.DELIVERY_DESTINATION, input.required("name"));
            case "CreateDelivery" -> create(input);
            case "GetDelivery" -> object().set("delivery", read(Kind.DELIVERY, input.required("id")));
            case "DescribeDeliveries" -> describe(Kind.DELIVERY, "deliveries", input);
            case "UpdateDeliveryConfiguration" -> update(input);
            case "DeleteDelivery" -> delete(Kind.DELIVERY, input.required("id"));
            case "DescribeConfigurationTemplates" ->
                LogDeliveryShapes.templates(input.texts("deliveryDestinationTypes"));
            default ->
                throw new Refused(
                        "NotImplemented",
                        "The operation " + operation
                                + " of CloudWatch Logs is not built; log deliveries are, and reading log groups.");
        };
        return answered(output);
    }

    private static byte[] answered(ObjectNode output) {
        try {
            return output.isEmpty() ? new byte[0] : JSON.writeValueAsBytes(output);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can be written", e);
        }
    }

    private static JsonNode parsed(byte[] body) throws Refused {
        try {
            JsonNode node = body.length == 0 ? object() : JSON.readTree(body);
            if (node != null && node.isObject()) return node;
        } catch (IOException e) {
            // Told below.
        }
        throw new Refused("SerializationException", "The request body is not a JSON object.");
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static String name(AcmInput input) throws Refused {
        String name = input.required("name");
        unless(name.matches(NAME), "ValidationException", "The name '" + name + "' does not match " + NAME + ".");
        return name;
    }

    private ObjectNode putSource(AcmInput input) throws Refused {
        String name = name(input);
        String arn = input.required("resourceArn");
        String type = input.required("logType");
        unless(
                type.equals(ACCESS_LOGS),
                "ValidationException",
                "The logType '" + type + "' is not built; ACCESS_LOGS of distributions is.");
        String distribution = LogDeliveries.distribution(arn, settings);
        ObjectNode source = object().put("resourceArn", arn).put("logType", type);
        Row row = store.write(tables -> {
            if (tables.find(Kind.DISTRIBUTION, distribution) == null) {
                throw new Refused("ResourceNotFoundException", "The distribution " + distribution + " does not exist.");
            }
            for (Row other : tables.all(Kind.DELIVERY_SOURCE)) {
                String taken = LogDeliveries.of(other).path("resourceArn").asText();
                unless(
                        other.id().equals(name) == taken.equals(arn),
                        "ConflictException",
                        other.id().equals(name)
                                ? "The delivery source '" + name + "' is of another resource, " + taken + "."
                                : "The resource has a delivery source of this log type already, '" + other.id() + "'.");
            }
            return put(tables, Kind.DELIVERY_SOURCE, name, name, source);
        });
        return object().set("deliverySource", LogDeliveryShapes.source(row, settings));
    }

    private ObjectNode putDestination(AcmInput input) throws Refused {
        String name = name(input);
        JsonNode configuration = input.members().path("deliveryDestinationConfiguration");
        String arn = configuration.path("destinationResourceArn").asText();
        String group = LogGroupOperations.named(arn, settings);
        Matcher bucket = LogDeliveries.BUCKET.matcher(arn);
        unless(
                group != null || bucket.matches(),
                "ValidationException",
                arn.startsWith("arn:aws:firehose:")
                        ? "Deliveries to Firehose are not built; those to S3 and to CloudWatch Logs are."
                        : "The destinationResourceArn '" + arn + "' is the ARN of no bucket and of no log group of this"
                                + " account in us-east-1.");
        String kind = group == null ? "S3" : "CWL";
        String type = input.text("deliveryDestinationType", kind);
        unless(
                type.equals(kind),
                "ValidationException",
                "The deliveryDestinationType of " + arn + " is " + kind + ", not " + type + ".");
        List<String> formats = group == null ? LogDeliveries.FORMATS : LogDeliveries.GROUP_FORMATS;
        String format = input.text("outputFormat", group == null ? LogDeliveries.USUAL_FORMAT : "json");
        unless(
                formats.contains(format),
                "ValidationException",
                "The outputFormat '" + format + "' is none of " + String.join(", ", formats) + ".");
        unless(
                group != null || objects == null || !objects.lacks(bucket.group(1)),
                "ResourceNotFoundException",
                group != null ? "" : "The bucket " + bucket.group(1) + " does not exist.");
        ObjectNode destination = object().put("destinationResourceArn", arn).put("outputFormat", format);
        Row row = store.write(tables -> {
            if (group != null) LogGroupOperations.existing(tables, group);
            for (Row delivery : deliveries(tables, Kind.DELIVERY_DESTINATION, name)) {
                LogDeliveries.checkDelimiter(
                        LogDeliveries.of(delivery).path("fieldDelimiter").asText(), format);
            }
            return put(tables, Kind.DELIVERY_DESTINATION, name, name, destination);
        });
        return object().set("deliveryDestination", LogDeliveryShapes.destination(row, settings));
    }

    private Row put(Tables tables, Kind kind, String id, String unique, ObjectNode document)
            throws Refused, SQLException {
        Row old = tables.find(kind, id);
        unless(
                old != null || tables.count(kind) < MAX,
                "ServiceQuotaExceededException",
                "There are " + MAX + " of the kind " + kind.column + " already, which is the limit.");
        Instant now = settings.clock().instant();
        Row row = new Row(
                id,
                unique,
                null,
                tables.advance(),
                settings.ids().etag(),
                document.toString(),
                old == null ? now : old.created(),
                now);
        if (old == null) tables.insert(kind, row);
        else tables.replace(kind, row);
        return row;
    }

    private ObjectNode create(AcmInput input) throws Refused {
        String source = input.required("deliverySourceName");
        String arn = input.required("deliveryDestinationArn");
        ObjectNode delivery = object().put("deliverySourceName", source).put("deliveryDestinationArn", arn);
        Row row = store.write(tables -> {
            existing(tables, Kind.DELIVERY_SOURCE, source);
            ObjectNode destination = destination(tables, arn);
            delivery.put(
                    "type",
                    LogDeliveryShapes.type(
                            destination.path("destinationResourceArn").asText()));
            configure(delivery, input, destination.path("outputFormat").asText());
            String unique = source + ' ' + arn;
            Row same = tables.named(Kind.DELIVERY, unique);
            unless(
                    same == null,
                    "ConflictException",
                    "The delivery " + (same == null ? "" : same.id())
                            + " joins this source and this destination already.");
            String id = settings.ids().delivery(candidate -> tables.find(Kind.DELIVERY, candidate) != null);
            Row made = put(tables, Kind.DELIVERY, id, unique, delivery);
            touch(tables, source, made.revision());
            return made;
        });
        return object().set("delivery", LogDeliveryShapes.delivery(row, settings));
    }

    private ObjectNode destination(Tables tables, String destinationArn) throws Refused, SQLException {
        Row destination = LogDeliveries.destination(tables, destinationArn);
        if (destination == null
                || !LogDeliveryShapes.arn(Kind.DELIVERY_DESTINATION, destination.id(), settings)
                        .equals(destinationArn)) {
            throw new Refused(
                    "ResourceNotFoundException", "The delivery destination " + destinationArn + " does not exist.");
        }
        return LogDeliveries.of(destination);
    }

    private ObjectNode update(AcmInput input) throws Refused {
        String id = input.required("id");
        store.write(tables -> {
            Row old = existing(tables, Kind.DELIVERY, id);
            ObjectNode delivery = LogDeliveries.of(old);
            configure(
                    delivery,
                    input,
                    destination(tables, delivery.path("deliveryDestinationArn").asText())
                            .path("outputFormat")
                            .asText());
            Row row = put(tables, Kind.DELIVERY, id, old.name(), delivery);
            touch(tables, delivery.path("deliverySourceName").asText(), row.revision());
            return row;
        });
        return object();
    }

    /** What is given takes the place of what there was. */
    private static void configure(ObjectNode delivery, AcmInput input, String format) throws Refused {
        if (input.has("recordFields")) {
            List<String> fields = input.texts("recordFields");
            LogDeliveries.checkFields(fields);
            delivery.set("recordFields", JSON.valueToTree(fields));
        }
        if (input.has("fieldDelimiter")) {
            String delimiter = input.text("fieldDelimiter", "");
            LogDeliveries.checkDelimiter(delimiter, format);
            delivery.put("fieldDelimiter", delimiter);
        }
        JsonNode s3 = input.members().path("s3DeliveryConfiguration");
        if (!s3.isObject()) return;
        unless(
                delivery.path("type").asText("S3").equals("S3"),
                "ValidationException",
                "An s3DeliveryConfiguration is for deliveries to S3.");
        String suffix = s3.path("suffixPath").asText(delivery.path("suffixPath").asText());
        LogDeliveries.checkSuffix(suffix);
        delivery.put("suffixPath", suffix);
        JsonNode hive = s3.path("enableHiveCompatiblePath");
        if (!hive.isMissingNode()) delivery.put("enableHiveCompatiblePath", hive.asBoolean());
    }

    /** The distribution is in progress until every edge has that revision. */
    private static void touch(Tables tables, String source, long revision) throws SQLException {
        Row row = tables.find(Kind.DELIVERY_SOURCE, source);
        if (row == null) return;
        String arn = LogDeliveries.of(row).path("resourceArn").asText();
        tables.touch(Kind.DISTRIBUTION, arn.substring(arn.lastIndexOf('/') + 1), revision);
    }

    private static Row existing(Tables tables, Kind kind, String id) throws Refused, SQLException {
        Row row = tables.find(kind, id);
        if (row == null) {
            throw new Refused(
                    "ResourceNotFoundException",
                    "The " + kind.column.replace('-', ' ') + " " + id + " does not exist.");
        }
        return row;
    }

    /** The deliveries of a source or to a destination. */
    private static List<Row> deliveries(Tables tables, Kind kind, String id) throws SQLException {
        return tables.all(Kind.DELIVERY).stream()
                .filter(row -> {
                    ObjectNode delivery = LogDeliveries.of(row);
                    return kind == Kind.DELIVERY_SOURCE
                            ? delivery.path("deliverySourceName").asText().equals(id)
                            : delivery.path("deliveryDestinationArn").asText().endsWith(":delivery-destination:" + id);
                })
                .toList();
    }

    private ObjectNode delete(Kind kind, String id) throws Refused {
        store.write(tables -> {
            Row row = existing(tables, kind, id);
            unless(
                    kind == Kind.DELIVERY || deliveries(tables, kind, id).isEmpty(),
                    "ConflictException",
                    "The " + kind.column.replace('-', ' ') + " " + id + " has deliveries; delete those first.");
            tables.delete(kind, id);
            long revision = tables.advance();
            if (kind == Kind.DELIVERY) {
                touch(tables, LogDeliveries.of(row).path("deliverySourceName").asText(), revision);
            }
            return revision;
        });
        return object();
    }

    private ObjectNode read(Kind kind, String id) throws Refused {
        return store.read(tables -> LogDeliveryShapes.shape(kind, existing(tables, kind, id), tables, settings));
    }

    private ObjectNode describe(Kind kind, String member, AcmInput input) throws Refused {
        int limit = input.number("limit", 1, PAGE_MAX, PAGE_MAX);
        String after = input.text("nextToken", "");
        return store.read(tables -> {
            List<Row> rows = tables.page(kind, after, limit + 1);
            ObjectNode output = object();
            var list = output.putArray(member);
            for (Row row : rows.subList(0, Math.min(limit, rows.size()))) {
                list.add(LogDeliveryShapes.shape(kind, row, tables, settings));
            }
            if (rows.size() > limit) output.put("nextToken", rows.get(limit - 1).id());
            return output;
        });
    }
}
