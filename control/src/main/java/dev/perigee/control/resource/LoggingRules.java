package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.ObjectSource;
import dev.perigee.control.api.Refused;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.LoggingConfig;

/** What CloudFront refuses in the settings of an access log. */
final class LoggingRules {
    private static final int PREFIX_MAX = 256;
    /** The bucket's domain name, with a region or without. */
    private static final Pattern BUCKET =
            Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\\.s3(\\.[a-z]{2}(-[a-z]+)+-[0-9]+)?\\.amazonaws\\.com");

    private LoggingRules() {}

    static void check(LoggingConfig logging) throws Refused {
        if (!Boolean.TRUE.equals(logging.enabled())) return;
        String bucket = logging.bucket();
        unless(
                BUCKET.matcher(bucket).matches(),
                "InvalidArgument",
                "The parameter Logging Bucket '" + bucket
                        + "' does not refer to a valid S3 bucket: it must be its domain name, such as"
                        + " photo-logs.s3.amazonaws.com.");
        String prefix = logging.prefix();
        unless(
                prefix.length() <= PREFIX_MAX && prefix.chars().allMatch(c -> c >= ' ' && c != 0x7f),
                "InvalidArgument",
                "The parameter Logging Prefix is longer than " + PREFIX_MAX
                        + " characters, or has control characters.");
    }

    /** Not within a transaction: S3 may take its time. What cannot be found out now is found out by delivering. */
    static void checkBucket(LoggingConfig logging, @Nullable ObjectSource objects) throws Refused {
        if (objects == null || !Boolean.TRUE.equals(logging.enabled())) return;
        check(logging);
        String name = logging.bucket().substring(0, logging.bucket().lastIndexOf(".s3."));
        unless(
                !objects.lacks(name),
                "InvalidArgument",
                "The S3 bucket that you specified for CloudFront logs doesn't exist: " + logging.bucket() + ".");
    }
}
