package dev.perigee.control.resource;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import dev.perigee.core.plan.LogField;
import java.sql.SQLException;
import java.util.List;

/** Sources, destinations and deliveries as they are shown. */
final class LogDeliveryShapes {
    private static final String S3 = "S3";
    private static final String GROUPS = "CWL";

    private LogDeliveryShapes() {}

    /** The type of a destination with this ARN. */
    static String type(String arn) {
        return arn.startsWith("arn:aws:logs:") ? GROUPS : S3;
    }

    static ObjectNode shape(Kind kind, Row row, Tables tables, Settings settings) throws SQLException {
        return switch (kind) {
            case DELIVERY_SOURCE -> {
                ObjectNode source = source(row, settings);
                String arn = LogDeliveries.of(row).path("resourceArn").asText();
                boolean there = tables.find(Kind.DISTRIBUTION, arn.substring(arn.lastIndexOf('/') + 1)) != null;
                source.put("status", there ? "ACTIVE" : "INACTIVE");
                if (!there) source.put("statusReason", "RESOURCE_DELETED");
                yield source;
            }
            case DELIVERY_DESTINATION -> destination(row, settings);
            default -> delivery(row, settings);
        };
    }

    static String arn(Kind kind, String id, Settings settings) {
        return "arn:aws:logs:us-east-1:" + settings.accountId() + ':' + kind.column + ':' + id;
    }

    static ObjectNode source(Row row, Settings settings) {
        ObjectNode stored = LogDeliveries.of(row);
        ObjectNode shown = LogDeliveryOperations.object()
                .put("name", row.id())
                .put("arn", arn(Kind.DELIVERY_SOURCE, row.id(), settings))
                .put("service", "cloudfront")
                .put("logType", stored.path("logType").asText());
        shown.putArray("resourceArns").add(stored.path("resourceArn").asText());
        return shown;
    }

    static ObjectNode destination(Row row, Settings settings) {
        ObjectNode stored = LogDeliveries.of(row);
        ObjectNode shown = LogDeliveryOperations.object()
                .put("name", row.id())
                .put("arn", arn(Kind.DELIVERY_DESTINATION, row.id(), settings))
                .put(
                        "deliveryDestinationType",
                        type(stored.path("destinationResourceArn").asText()))
                .put("outputFormat", stored.path("outputFormat").asText());
        shown.putObject("deliveryDestinationConfiguration")
                .put(
                        "destinationResourceArn",
                        stored.path("destinationResourceArn").asText());
        return shown;
    }

    static ObjectNode delivery(Row row, Settings settings) {
        ObjectNode stored = LogDeliveries.of(row);
        ObjectNode shown = LogDeliveryOperations.object()
                .put("id", row.id())
                .put("arn", arn(Kind.DELIVERY, row.id(), settings))
                .put("deliverySourceName", stored.path("deliverySourceName").asText())
                .put(
                        "deliveryDestinationArn",
                        stored.path("deliveryDestinationArn").asText())
                .put("deliveryDestinationType", stored.path("type").asText(S3));
        ArrayNode fields = shown.putArray("recordFields");
        LogDeliveries.fields(stored).forEach(fields::add);
        if (stored.has("fieldDelimiter"))
            shown.put("fieldDelimiter", stored.path("fieldDelimiter").asText());
        if (!stored.path("type").asText(S3).equals(S3)) return shown;
        shown.putObject("s3DeliveryConfiguration")
                .put("suffixPath", stored.path("suffixPath").asText())
                .put(
                        "enableHiveCompatiblePath",
                        stored.path("enableHiveCompatiblePath").asBoolean());
        return shown;
    }

    /**
     * What may be chosen: a template for each type of destination, as there is one kind of log.
     *
     * @param types that are wanted; all when there are none
     */
    static ObjectNode templates(List<String> types) {
        ObjectNode output = LogDeliveryOperations.object();
        ArrayNode all = output.putArray("configurationTemplates");
        if (types.isEmpty() || types.contains(S3)) {
            ObjectNode buckets = template(all, S3, LogDeliveries.FORMATS);
            ArrayNode variables = buckets.putArray("allowedSuffixPathFields");
            LogDeliveries.VARIABLES.forEach(variables::add);
            ((ObjectNode) buckets.path("defaultDeliveryConfigValues"))
                    .putObject("s3DeliveryConfiguration")
                    .put("suffixPath", "")
                    .put("enableHiveCompatiblePath", false);
        }
        if (types.isEmpty() || types.contains(GROUPS)) template(all, GROUPS, LogDeliveries.GROUP_FORMATS);
        return output;
    }

    private static ObjectNode template(ArrayNode into, String type, List<String> allowed) {
        ObjectNode template = into.addObject();
        template.put("service", "cloudfront")
                .put("logType", "ACCESS_LOGS")
                .put("resourceType", "cloudfront:distribution")
                .put("deliveryDestinationType", type);
        ArrayNode fields = template.putArray("allowedFields");
        for (LogField field : LogField.values()) {
            if (field.standardName() != null)
                fields.addObject().put("name", field.standardName()).put("mandatory", false);
        }
        ArrayNode formats = template.putArray("allowedOutputFormats");
        allowed.forEach(formats::add);
        template.putArray("allowedFieldDelimiters")
                .add("\t")
                .add(" ")
                .add(",")
                .add("|")
                .add(";");
        ObjectNode usual = template.putObject("defaultDeliveryConfigValues");
        ArrayNode usualFields = usual.putArray("recordFields");
        LogDeliveries.USUAL_FIELDS.forEach(usualFields::add);
        usual.put("fieldDelimiter", LogDeliveries.USUAL_DELIMITER);
        return template;
    }
}
