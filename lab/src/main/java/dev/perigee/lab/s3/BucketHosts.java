package dev.perigee.lab.s3;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the bucket in a Host value, in every form that S3's own names and local tools use. */
final class BucketHosts {
    /** BUCKET.s3.amazonaws.com, BUCKET.s3.REGION.amazonaws.com, BUCKET.s3-REGION…, BUCKET.s3.dualstack.REGION…, and .localhost. */
    private static final Pattern S3_NAME = Pattern.compile(
            "(?:(?<bucket>.+)\\.)?s3(?:[.-](?:dualstack\\.)?[a-z0-9-]+)?\\.(?:amazonaws\\.com(?:\\.cn)?|localhost)");

    private static final String LOCALHOST = ".localhost";
    private static final int LONGEST_NAME = 255;

    private BucketHosts() {}

    /** The bucket that the host names, or null when the bucket is the first segment of the path. */
    static @Nullable String bucketOf(@Nullable String hostAndPort) {
        if (hostAndPort == null || hostAndPort.length() > LONGEST_NAME || hostAndPort.startsWith("[")) return null;
        int colon = hostAndPort.indexOf(':');
        String host = (colon < 0 ? hostAndPort : hostAndPort.substring(0, colon)).toLowerCase(Locale.ROOT);
        Matcher matcher = S3_NAME.matcher(host);
        if (matcher.matches()) return matcher.group("bucket");
        return host.endsWith(LOCALHOST) && host.length() > LOCALHOST.length()
                ? host.substring(0, host.length() - LOCALHOST.length())
                : null;
    }
}
