package dev.perigee.core.plan;

/**
 * Where a distribution's access log is delivered to (DistributionConfig.Logging).
 *
 * @param bucket lower-case host name of the bucket, such as {@code photo-logs.s3.amazonaws.com}
 * @param region that requests to it are signed for
 * @param prefix of the objects' names; ends in a slash unless it is empty
 * @param cookies whether viewers' cookies are logged (IncludeCookies)
 */
public record AccessLogging(String bucket, String region, String prefix, boolean cookies) {
    public AccessLogging {
        if (bucket.isEmpty()) throw new IllegalArgumentException("an access log without a bucket");
        if (!prefix.isEmpty() && !prefix.endsWith("/")) {
            throw new IllegalArgumentException("the prefix " + prefix + " does not end in a slash");
        }
    }
}
