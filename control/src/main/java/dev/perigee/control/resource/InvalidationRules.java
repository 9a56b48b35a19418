package dev.perigee.control.resource;

import dev.perigee.control.api.Refused;
import java.util.List;
import software.amazon.awssdk.services.cloudfront.model.InvalidationBatch;

/** What an invalidation may ask for. */
final class InvalidationRules {
    private static final int PATHS_MAX = 3000;
    private static final int WILDCARDS_MAX = 15;
    private static final int PATH_LENGTH_MAX = 4000;
    private static final int TAG_MAX = 256;

    private InvalidationRules() {}

    static void check(InvalidationBatch batch) throws Refused {
        List<String> paths = batch.paths().items();
        Refused.unless(
                !batch.callerReference().isBlank(), "InvalidArgument", "The parameter CallerReference is empty.");
        Refused.unless(!paths.isEmpty(), "InvalidArgument", "The invalidation has no paths.");
        Refused.unless(
                paths.size() <= PATHS_MAX,
                "BatchTooLarge",
                "The invalidation has " + paths.size() + " paths, more than " + PATHS_MAX + ".");
        for (String path : paths) {
            if (path.startsWith("#")) checkTag(path.substring(1));
            else checkPath(path);
        }
    }

    /** What tags may be named: "Tag-based invalidation". */
    private static void checkTag(String tag) throws Refused {
        Refused.unless(
                !tag.isEmpty() && tag.length() <= TAG_MAX,
                "InvalidArgument",
                "The cache tag '#" + tag + "' does not have 1 to " + TAG_MAX + " characters.");
        Refused.unless(
                tag.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ',' && c != '*'),
                "InvalidArgument",
                "The cache tag '#" + tag + "' has a character other than visible ASCII, or a comma or wildcard.");
    }

    /** Tags mean nothing without the header that carries them. */
    static boolean namesTags(InvalidationBatch batch) {
        return batch.paths().items().stream().anyMatch(path -> path.startsWith("#"));
    }

    /** Whether tags may be named for this distribution. */
    static void checkTagged(String distribution, boolean tagged) throws Refused {
        Refused.unless(
                tagged,
                "InvalidArgument",
                "The invalidation names a cache tag, but distribution " + distribution + " has no CacheTagConfig.");
    }

    private static void checkPath(String path) throws Refused {
        Refused.unless(path.startsWith("/"), "InvalidArgument", "The path '" + path + "' does not begin with a slash.");
        Refused.unless(
                path.length() <= PATH_LENGTH_MAX,
                "InvalidArgument",
                "The path '" + path.substring(0, Math.min(path.length(), 40)) + "…' has " + path.length()
                        + " characters, more than " + PATH_LENGTH_MAX + ".");
        int star = path.indexOf('*');
        Refused.unless(
                star < 0 || star == path.length() - 1,
                "InvalidArgument",
                "The path '" + path + "' has a wildcard that is not its last character.");
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            Refused.unless(
                    // No request has a number sign in its target: it would match nothing.
                    c > ' ' && c < 0x7f && c != '#',
                    "InvalidArgument",
                    "The path '" + path + "' has a character that must be percent-encoded at position " + i + ".");
        }
    }

    static long wildcards(List<String> paths) {
        return paths.stream().filter(path -> path.endsWith("*")).count();
    }

    /** Quotas on what is in progress, this invalidation included. */
    static void checkOpen(String distribution, long paths, long wildcards) throws Refused {
        Refused.unless(
                paths <= PATHS_MAX,
                "TooManyInvalidationsInProgress",
                "Distribution " + distribution + " would have " + paths + " paths in progress, more than " + PATHS_MAX
                        + ".");
        Refused.unless(
                wildcards <= WILDCARDS_MAX,
                "TooManyInvalidationsInProgress",
                "Distribution " + distribution + " would have " + wildcards + " wildcards in progress, more than "
                        + WILDCARDS_MAX + ".");
    }
}
