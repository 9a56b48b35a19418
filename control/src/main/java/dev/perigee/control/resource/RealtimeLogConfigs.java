package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Refused;
import dev.perigee.control.api.Xml;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import dev.perigee.core.plan.LogField;
import dev.perigee.core.plan.RealtimeLog;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.EndPoint;
import software.amazon.awssdk.services.cloudfront.model.RealtimeLogConfig;

/** Real-time log configs at rest, and what is refused in them. */
final class RealtimeLogConfigs {
    static final Kind KIND = Kind.REALTIME_LOG;
    /** CloudFront's quota. */
    static final int MAX = 150;

    static final String ROOT = "RealtimeLogConfig";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern ARN =
            Pattern.compile("arn:aws:cloudfront::([0-9]{12}):realtime-log-config/([A-Za-z0-9_-]{1,64})");
    private static final Pattern STREAM =
            Pattern.compile("arn:aws[a-z-]*:kinesis:[a-z0-9-]+:[0-9]{12}:stream/([A-Za-z0-9_.-]{1,128})");
    private static final Pattern ROLE = Pattern.compile("arn:aws[a-z-]*:iam::[0-9]{12}:role/.{1,512}");

    private RealtimeLogConfigs() {}

    static RealtimeLogConfig of(Row row) {
        return Xml.parse(row.body(), ROOT, RealtimeLogConfig.builder(), RealtimeLogConfig.class);
    }

    static String arn(Settings settings, String name) {
        return Ids.arn(settings.accountId(), "realtime-log-config", name);
    }

    /** All of them, as edges are told. */
    static List<RealtimeLog> all(Tables tables) throws SQLException {
        List<RealtimeLog> all = new ArrayList<>();
        for (Row row : tables.all(KIND)) all.add(compiled(of(row)));
        return all;
    }

    private static RealtimeLog compiled(RealtimeLogConfig config) {
        List<LogField> fields = new ArrayList<>();
        for (String name : config.fields()) {
            fields.add(Objects.requireNonNull(LogField.realtime(name), "fields were checked"));
        }
        String stream = config.endPoints().getFirst().kinesisStreamConfig().streamARN();
        return new RealtimeLog(
                config.name(),
                Math.toIntExact(config.samplingRate()),
                fields,
                stream.substring(stream.indexOf('/') + 1));
    }

    /** The config with its fields in the order in which records have them. */
    static RealtimeLogConfig checked(RealtimeLogConfig config) throws Refused {
        unless(
                NAME.matcher(config.name()).matches(),
                "InvalidArgument",
                "The name '" + config.name() + "' does not have 1 to 64 letters, digits, hyphens and underscores.");
        Long rate = config.samplingRate();
        unless(
                rate != null && rate >= 1 && rate <= RealtimeLog.RATE_MAX,
                "InvalidArgument",
                "The SamplingRate is " + rate + ", not a whole number between 1 and 100.");
        checkEndPoints(config.endPoints());
        return config.toBuilder().fields(inOrder(config.fields())).build();
    }

    private static void checkEndPoints(List<EndPoint> endPoints) throws Refused {
        unless(
                endPoints.size() == 1,
                "InvalidArgument",
                "There are " + endPoints.size() + " EndPoints; a real-time log has one.");
        EndPoint endPoint = endPoints.getFirst();
        unless(
                "Kinesis".equals(endPoint.streamType()),
                "InvalidArgument",
                "The StreamType is '" + endPoint.streamType() + "', not Kinesis.");
        var kinesis = endPoint.kinesisStreamConfig();
        unless(kinesis != null, "InvalidArgument", "The EndPoint has no KinesisStreamConfig.");
        String stream = Defaults.or(kinesis == null ? null : kinesis.streamARN(), "");
        Matcher matcher = STREAM.matcher(stream);
        // Two names are none of a topic.
        unless(
                matcher.matches() && !matcher.group(1).matches("\\.\\.?"),
                "InvalidArgument",
                "The StreamARN '" + stream + "' is not the ARN of a Kinesis data stream.");
        String role = Defaults.or(kinesis == null ? null : kinesis.roleARN(), "");
        unless(
                ROLE.matcher(role).matches(),
                "InvalidArgument",
                "The RoleARN '" + role + "' is not the ARN of an IAM role.");
    }

    private static List<String> inOrder(List<String> names) throws Refused {
        unless(!names.isEmpty(), "InvalidArgument", "There are no Fields.");
        TreeSet<LogField> fields = new TreeSet<>();
        for (String name : names) {
            LogField field = LogField.realtime(name);
            if (field == null) {
                throw new Refused("InvalidArgument", "The field '" + name + "' is none of real-time logs.");
            }
            unless(fields.add(field), "InvalidArgument", "The field '" + name + "' is given twice.");
        }
        List<String> sorted = new ArrayList<>();
        for (LogField field : fields) sorted.add(Objects.requireNonNull(field.realtimeName(), "it was found by it"));
        return sorted;
    }

    /** The name that is meant: given itself, which counts if both are, or in an ARN. */
    static String name(@Nullable String name, @Nullable String arn, Settings settings) throws Refused {
        if (name != null && !name.isEmpty()) return name;
        unless(
                arn != null && !arn.isEmpty(),
                "InvalidArgument",
                "Neither the name nor the ARN of a real-time log config is given.");
        return named(Defaults.or(arn, ""), settings);
    }

    private static String named(String arn, Settings settings) throws Refused {
        Matcher matcher = ARN.matcher(arn);
        unless(matcher.matches(), "InvalidArgument", "'" + arn + "' is not the ARN of a real-time log config.");
        unless(
                matcher.group(1).equals(settings.accountId()),
                "RealtimeLogConfigOwnerMismatch",
                "The real-time log config '" + arn + "' belongs to another account.");
        return matcher.group(2);
    }

    static Row existing(Tables tables, String name) throws Refused, SQLException {
        Row row = tables.find(KIND, name);
        if (row == null) {
            throw new Refused("NoSuchRealtimeLogConfig", "The real-time log config " + name + " does not exist.");
        }
        return row;
    }

    /** Refuses the config of a behavior that does not exist. */
    static void checkReference(Tables tables, Settings settings, DefaultCacheBehavior behavior)
            throws Refused, SQLException {
        String arn = behavior.realtimeLogConfigArn();
        if (arn == null || arn.isEmpty()) return;
        unless(
                ARN.matcher(arn).matches(),
                "NoSuchRealtimeLogConfig",
                "'" + arn + "' is not the ARN of a real-time log config.");
        existing(tables, named(arn, settings));
    }

    /** Whether a distribution has it for one of its behaviors. */
    static Predicate<DistributionConfig> uses(String arn) {
        return config -> {
            if (arn.equals(config.defaultCacheBehavior().realtimeLogConfigArn())) return true;
            for (CacheBehavior behavior : config.cacheBehaviors().items()) {
                if (arn.equals(behavior.realtimeLogConfigArn())) return true;
            }
            return false;
        };
    }
}
