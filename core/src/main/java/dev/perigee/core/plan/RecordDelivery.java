package dev.perigee.core.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a distribution's standard log of version 2 goes, and in which form (a delivery of CloudWatch Logs).
 *
 * @param id of the delivery
 * @param distribution id of the one whose requests it is of
 * @param bucket host name
 * @param region that requests to it are signed for
 * @param path before the objects' names, with variables such as {@code {yyyy}}; ends in a slash unless it is empty
 * @param fields of a record, in their order
 * @param delimiter between fields, where the format has one
 * @param cookies whether viewers' cookies are logged (IncludeCookies)
 */
public record RecordDelivery(
        String id,
        String distribution,
        String bucket,
        String region,
        String path,
        Format format,
        List<LogField> fields,
        String delimiter,
        boolean cookies) {
    /** In the place of a bucket's host: then the path is the name of a log group, and a slash. */
    public static final String LOG_GROUPS = "logs.us-east-1.amazonaws.com";

    public RecordDelivery {
        fields = List.copyOf(fields);
        if (fields.isEmpty()) throw new IllegalArgumentException("the delivery " + id + " has no fields");
        for (LogField field : fields) {
            if (field.standardName() == null) throw new IllegalArgumentException(field + " is not in standard logs");
        }
        if (bucket.equals(LOG_GROUPS) && path.length() < 2) {
            throw new IllegalArgumentException("the delivery " + id + " names no log group");
        }
        if (!path.isEmpty() && !path.endsWith("/")) {
            throw new IllegalArgumentException("the path " + path + " does not end in a slash");
        }
    }

    /** The log group that records go to; null when it is a bucket. */
    public @Nullable String logGroup() {
        return bucket.equals(LOG_GROUPS) ? path.substring(0, path.length() - 1) : null;
    }

    /** How records are written. */
    public enum Format {
        JSON,
        PLAIN,
        W3C,
        PARQUET
    }
}
