package dev.perigee.control.compile;

import java.util.Locale;
import java.util.regex.Pattern;

/** The region in the names of AWS endpoints: {@code bucket.s3.eu-west-1.amazonaws.com} and its relatives. */
final class AwsRegions {
    /** What a name without a region means for S3, and what S3-compatible stores elsewhere usually accept. */
    static final String FALLBACK = "us-east-1";

    private static final Pattern REGION = Pattern.compile("[a-z]{2}(-[a-z]+)+-[0-9]+");

    private AwsRegions() {}

    /**
     * Reads from the right, since a bucket may have any name, also one that looks like a region or contains
     * {@code .s3.}; left of the service nothing counts.
     */
    static String of(String domainName) {
        String[] labels = domainName.strip().toLowerCase(Locale.ROOT).split("\\.", -1);
        for (int i = labels.length - 1; i > 0; i--) {
            String label = labels[i];
            if (isRegion(label)) return label;
            if (label.startsWith("s3-") && isRegion(label.substring(3))) return label.substring(3);
            if (label.equals("s3") || label.startsWith("s3-")) return FALLBACK;
        }
        return FALLBACK;
    }

    private static boolean isRegion(String label) {
        return REGION.matcher(label).matches();
    }
}
