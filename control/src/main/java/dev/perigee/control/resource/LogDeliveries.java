package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import dev.perigee.core.plan.LogField;
import dev.perigee.core.plan.RecordDelivery;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Deliveries of standard logs of version 2 at rest, and what is refused in them. */
final class LogDeliveries {
    /** The formats that S3 may have; CloudFront knows one more, raw. */
    static final List<String> FORMATS = List.of("json", "plain", "w3c", "parquet");

    /** Those that log groups may have. */
    static final List<String> GROUP_FORMATS = List.of("json", "plain", "w3c");

    static final String USUAL_FORMAT = "w3c";
    static final String USUAL_DELIMITER = "\t";
    /** Bucket, and what the objects' names begin with. */
    static final Pattern BUCKET = Pattern.compile("arn:aws:s3:::([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.{0,256}))?");

    private static final Pattern RESOURCE =
            Pattern.compile("arn:aws:cloudfront::([0-9]{12}):distribution/([A-Z0-9]{1,32})");
    private static final Pattern VARIABLE = Pattern.compile("\\{([^{}]*)\\}");
    static final List<String> VARIABLES =
            List.of("{DistributionId}", "{distributionid}", "{yyyy}", "{MM}", "{dd}", "{HH}", "{accountid}");
    /** What a variable is called in a path of Hive. */
    private static final Map<String, String> HIVE = Map.of(
            "{DistributionId}", "DistributionId",
            "{distributionid}", "distributionid",
            "{yyyy}", "year",
            "{MM}", "month",
            "{dd}", "day",
            "{HH}", "hour",
            "{accountid}", "accountid");

    /** The fields of version 1, the country, and the behavior. */
    static final List<String> USUAL_FIELDS = List.of(
            "date",
            "time",
            "x-edge-location",
            "sc-bytes",
            "c-ip",
            "cs-method",
            "cs(Host)",
            "cs-uri-stem",
            "sc-status",
            "cs(Referer)",
            "cs(User-Agent)",
            "cs-uri-query",
            "cs(Cookie)",
            "x-edge-result-type",
            "x-edge-request-id",
            "x-host-header",
            "cs-protocol",
            "cs-bytes",
            "time-taken",
            "x-forwarded-for",
            "ssl-protocol",
            "ssl-cipher",
            "x-edge-response-result-type",
            "cs-protocol-version",
            "fle-status",
            "fle-encrypted-fields",
            "c-port",
            "time-to-first-byte",
            "x-edge-detailed-result-type",
            "sc-content-type",
            "sc-content-len",
            "sc-range-start",
            "sc-range-end",
            "c-country",
            "cache-behavior-path-pattern");

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private LogDeliveries() {}

    static ObjectNode of(Row row) {
        try {
            return (ObjectNode) JSON.readTree(row.body());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the stored document of " + row.id() + " is damaged", e);
        }
    }

    /** The distribution that a source is of. */
    static String distribution(String resourceArn, Settings settings) throws Refused {
        Matcher matcher = RESOURCE.matcher(resourceArn);
        unless(
                matcher.matches() && matcher.group(1).equals(settings.accountId()),
                "ValidationException",
                "The resourceArn '" + resourceArn + "' is not the ARN of a distribution of this account.");
        return matcher.group(2);
    }

    static void checkFields(List<String> names) throws Refused {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            unless(
                    LogField.standard(name) != null,
                    "ValidationException",
                    "The record field '" + name + "' is none of ACCESS_LOGS of cloudfront.");
            unless(seen.add(name), "ValidationException", "The record field '" + name + "' is given twice.");
        }
    }

    static void checkDelimiter(String delimiter, String format) throws Refused {
        unless(
                delimiter.isEmpty() || format.equals("plain") || format.equals("w3c"),
                "ValidationException",
                "A fieldDelimiter is for the output formats plain and w3c, not for " + format + ".");
        unless(
                delimiter.length() <= 5 && delimiter.chars().allMatch(c -> c == '\t' || (c >= ' ' && c < 0x7f)),
                "ValidationException",
                "The fieldDelimiter is longer than 5 characters, or has others than printable ones and tabs.");
    }

    static void checkSuffix(String suffix) throws Refused {
        unless(
                suffix.length() <= 256 && suffix.chars().allMatch(c -> c >= ' ' && c < 0x7f),
                "ValidationException",
                "The suffixPath is longer than 256 characters, or has others than printable ones.");
        Matcher variables = VARIABLE.matcher(suffix);
        while (variables.find()) {
            unless(
                    VARIABLES.contains(variables.group()),
                    "ValidationException",
                    "The suffixPath has the variable " + variables.group() + "; there are "
                            + String.join(", ", VARIABLES) + ".");
        }
        String rest = variables.replaceAll("v");
        unless(
                rest.indexOf('{') < 0 && rest.indexOf('}') < 0 && !rest.contains("//") && !rest.contains(".."),
                "ValidationException",
                "The suffixPath '" + suffix + "' is not a path.");
    }

    /** What edges are to deliver, by distribution. */
    static Map<String, List<RecordDelivery>> all(Tables tables, Settings settings) throws SQLException {
        Map<String, List<RecordDelivery>> all = new HashMap<>();
        for (Row row : tables.all(Kind.DELIVERY)) {
            ObjectNode delivery = of(row);
            Row source = tables.find(
                    Kind.DELIVERY_SOURCE, delivery.path("deliverySourceName").asText());
            Row destination =
                    destination(tables, delivery.path("deliveryDestinationArn").asText());
            if (source == null || destination == null) continue;
            String arn = of(source).path("resourceArn").asText();
            String distribution = arn.substring(arn.lastIndexOf('/') + 1);
            Row logged = tables.find(Kind.DISTRIBUTION, distribution);
            if (logged == null) continue;
            var logging = Distributions.configOf(logged).logging();
            boolean cookies = logging != null && Boolean.TRUE.equals(logging.includeCookies());
            all.computeIfAbsent(distribution, _ -> new ArrayList<>())
                    .add(compiled(row.id(), distribution, delivery, of(destination), cookies, settings));
        }
        return all;
    }

    static @Nullable Row destination(Tables tables, String arn) throws SQLException {
        return tables.find(Kind.DELIVERY_DESTINATION, arn.substring(arn.lastIndexOf(':') + 1));
    }

    private static RecordDelivery compiled(
            String id,
            String distribution,
            ObjectNode delivery,
            ObjectNode destination,
            boolean cookies,
            Settings settings) {
        List<LogField> fields = new ArrayList<>();
        for (String name : fields(delivery)) {
            fields.add(Objects.requireNonNull(LogField.standard(name), "fields were checked"));
        }
        String arn = destination.path("destinationResourceArn").asText();
        String group = LogGroupOperations.named(arn, settings);
        Matcher bucket = BUCKET.matcher(arn);
        if (group == null && !bucket.matches()) throw new IllegalStateException("destinations were checked");
        String delimiter = delivery.path("fieldDelimiter").asText();
        String path =
                group == null ? path(Objects.requireNonNullElse(bucket.group(2), ""), delivery, settings) : group + '/';
        return new RecordDelivery(
                id,
                distribution,
                group == null ? bucket.group(1) + ".s3.amazonaws.com" : RecordDelivery.LOG_GROUPS,
                "us-east-1",
                path,
                RecordDelivery.Format.valueOf(
                        destination.path("outputFormat").asText().toUpperCase(Locale.ROOT)),
                fields,
                delimiter.isEmpty() ? USUAL_DELIMITER : delimiter,
                cookies);
    }

    static List<String> fields(ObjectNode delivery) {
        List<String> names = new ArrayList<>();
        delivery.path("recordFields").forEach(name -> names.add(name.asText()));
        return names.isEmpty() ? USUAL_FIELDS : names;
    }

    /** The destination's prefix, or that of the service where it has none; then the suffix. */
    private static String path(String prefix, ObjectNode delivery, Settings settings) {
        String suffix = delivery.path("suffixPath").asText();
        if (delivery.path("enableHiveCompatiblePath").asBoolean()) {
            for (Map.Entry<String, String> variable : HIVE.entrySet()) {
                suffix = suffix.replace(variable.getKey(), variable.getValue() + "=" + variable.getKey());
            }
        }
        String service = "AWSLogs/" + settings.accountId() + "/CloudFront/";
        String begin = prefix.isEmpty() && !suffix.startsWith("AWSLogs/") ? service : slashed(prefix);
        return (begin + slashed(suffix.startsWith("/") ? suffix.substring(1) : suffix))
                .replace("{accountid}", settings.accountId());
    }

    private static String slashed(String path) {
        return path.isEmpty() || path.endsWith("/") ? path : path + '/';
    }
}
