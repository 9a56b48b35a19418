package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Refused;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.CustomErrorResponse;
import software.amazon.awssdk.services.cloudfront.model.CustomErrorResponses;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginGroup;

/**
 * What CloudFront refuses in a distribution config, with its codes. Works on configs whose defaults are filled in; the
 * first problem found is the answer. Which rule has which code is documented for a few only; the others follow from the
 * names of the codes.
 */
final class DistributionRules {
    private static final int COMMENT_MAX = 128;
    private static final int CALLER_REFERENCE_MAX = 128;
    private static final int ROOT_OBJECT_MAX = 255;
    private static final int BEHAVIORS_MAX = 75;
    private static final int ORIGINS_MAX = 100;
    private static final int PATTERN_MAX = 255;
    private static final int PAGE_PATH_MAX = 4000;
    private static final int TAG_HEADER_MAX = 256;
    private static final Pattern ROOT_OBJECT = Pattern.compile("[A-Za-z0-9_\\-.*$/~\"'&]*");
    private static final Pattern PATH_PATTERN = Pattern.compile("[A-Za-z0-9_\\-.*$/~\"'@:+&?%()!,;=]+");
    private static final Set<Integer> ERROR_CODES = Set.of(400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504);

    private DistributionRules() {}

    /** @param id of the distribution, empty for a new one */
    static void check(DistributionConfig config, Tables tables, Settings settings, String id)
            throws Refused, SQLException {
        checkTexts(config);
        AliasClaims.checkNames(config.aliases().items(), settings.domainSuffix());
        ViewerCertificateRules.check(config, tables, settings.clock().instant(), id);
        GeoRestrictionRules.check(config.restrictions().geoRestriction());
        LoggingRules.check(config.logging());
        Unbuilt.check(config);
        WebAclAssociations.checkReference(tables, config.webACLId());
        ViewerMtlsRules.check(config, tables, id);
        Set<String> originIds = checkOrigins(config.origins().items(), tables);
        Set<String> s3Origins = config.origins().items().stream()
                .filter(origin -> origin.s3OriginConfig() != null)
                .map(Origin::id)
                .collect(Collectors.toCollection(HashSet::new));
        Set<String> groups = OriginGroupRules.check(config.originGroups().items(), originIds);
        Set<String> targets = new HashSet<>(originIds);
        targets.addAll(groups);
        for (OriginGroup group : config.originGroups().items()) {
            if (group.members().items().stream().anyMatch(member -> s3Origins.contains(member.originId()))) {
                s3Origins.add(group.id());
            }
        }
        GrpcRules.check(config);
        checkBehaviors(config, new BehaviorRules(targets, groups, s3Origins, settings.accountId(), behavior -> {
            Policies.CACHE.checkReference(tables, behavior, id);
            Policies.ORIGIN_REQUEST.checkReference(tables, behavior, id);
            Policies.RESPONSE_HEADERS.checkReference(tables, behavior, id);
            for (String group : behavior.trustedKeyGroups().items()) KeyGroups.checkReference(tables, group, id);
            EncryptionRules.check(tables, behavior, config, id);
            RealtimeLogConfigs.checkReference(tables, settings, behavior);
            LambdaRules.checkAssociations(tables, settings.accountId(), behavior, id);
            FunctionRules.checkAssociations(tables, settings.accountId(), behavior, id);
        }));
        checkErrors(config.customErrorResponses());
        if (config.cacheTagConfig() != null)
            checkTagHeader(config.cacheTagConfig().headerName());
    }

    private static void checkTexts(DistributionConfig config) throws Refused {
        String reference = config.callerReference();
        unless(!reference.isBlank(), "InvalidArgument", "The parameter CallerReference is empty.");
        unless(
                reference.length() <= CALLER_REFERENCE_MAX,
                "InvalidArgument",
                "The CallerReference has " + reference.length() + " characters, more than " + CALLER_REFERENCE_MAX
                        + ".");
        unless(
                config.comment().length() <= COMMENT_MAX,
                "InvalidArgument",
                "The Comment has " + config.comment().length() + " characters, more than " + COMMENT_MAX + ".");
        String root = config.defaultRootObject();
        unless(
                !root.startsWith("/")
                        && root.length() <= ROOT_OBJECT_MAX
                        && ROOT_OBJECT.matcher(root).matches(),
                "InvalidDefaultRootObject",
                "The DefaultRootObject '" + root + "' begins with a slash, is longer than " + ROOT_OBJECT_MAX
                        + " or has characters that are not allowed.");
    }

    private static Set<String> checkOrigins(List<Origin> origins, Tables tables) throws Refused, SQLException {
        unless(!origins.isEmpty(), "InvalidArgument", "The distribution has no origins.");
        unless(
                origins.size() <= ORIGINS_MAX,
                "TooManyOrigins",
                "There are " + origins.size() + " origins, more than " + ORIGINS_MAX + ".");
        Set<String> ids = new HashSet<>();
        for (Origin origin : origins) {
            unless(!origin.id().isBlank(), "InvalidArgument", "The Id of an origin is empty.");
            unless(ids.add(origin.id()), "InvalidArgument", "The origin id '" + origin.id() + "' is given twice.");
            OriginRules.check(origin);
            OriginAccessControls.checkReference(tables, origin);
            OriginAccessIdentities.checkReference(tables, origin);
            OriginMtlsRules.check(tables, origin);
        }
        return ids;
    }

    private static void checkBehaviors(DistributionConfig config, BehaviorRules rules) throws Refused, SQLException {
        rules.check("the default cache behavior", config.defaultCacheBehavior());
        List<CacheBehavior> behaviors = config.cacheBehaviors().items();
        unless(
                behaviors.size() <= BEHAVIORS_MAX,
                "TooManyCacheBehaviors",
                "There are " + behaviors.size() + " cache behaviors, more than " + BEHAVIORS_MAX + ".");
        Set<String> patterns = new HashSet<>();
        for (CacheBehavior behavior : behaviors) {
            String pattern = behavior.pathPattern();
            unless(
                    pattern.length() <= PATTERN_MAX
                            && PATH_PATTERN.matcher(pattern).matches(),
                    "InvalidArgument",
                    "The path pattern '" + pattern + "' is empty, longer than " + PATTERN_MAX
                            + " or has characters that are not allowed.");
            // The leading slash is optional, so these are the same pattern.
            String bare = pattern.startsWith("/") ? pattern.substring(1) : pattern;
            unless(patterns.add(bare), "InvalidArgument", "The path pattern '" + pattern + "' is given twice.");
            rules.check(
                    "the cache behavior of " + pattern,
                    BehaviorView.of(behavior).values());
        }
    }

    private static void checkErrors(CustomErrorResponses responses) throws Refused {
        Set<Integer> seen = new HashSet<>();
        for (CustomErrorResponse response : responses.items()) {
            int code = response.errorCode();
            unless(ERROR_CODES.contains(code), "InvalidErrorCode", "The ErrorCode " + code + " cannot be customised.");
            unless(seen.add(code), "InvalidArgument", "The ErrorCode " + code + " is given twice.");
            checkErrorPage(code, response.responsePagePath(), response.responseCode());
            Long ttl = response.errorCachingMinTTL();
            unless(
                    ttl == null || ttl >= 0,
                    "InvalidArgument",
                    "The ErrorCachingMinTTL " + ttl + " of error " + code + " is negative.");
        }
    }

    private static void checkErrorPage(int error, @Nullable String page, @Nullable String code) throws Refused {
        boolean hasPage = page != null && !page.isEmpty();
        boolean hasCode = code != null && !code.isEmpty();
        unless(
                hasPage == hasCode,
                "InvalidArgument",
                "For error " + error + " ResponsePagePath is '" + page + "' and ResponseCode '" + code
                        + "'; they go together.");
        if (!hasPage || page == null || code == null) return;
        unless(
                page.startsWith("/") && page.length() <= PAGE_PATH_MAX,
                "InvalidArgument",
                "The ResponsePagePath '" + page + "' does not begin with a slash or is longer than " + PAGE_PATH_MAX
                        + ".");
        unless(
                page.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '#'),
                "InvalidArgument",
                "The ResponsePagePath '" + page + "' is not URL-encoded.");
        boolean known = code.equals("200") || (code.matches("[0-9]{3}") && ERROR_CODES.contains(Integer.valueOf(code)));
        unless(known, "InvalidResponseCode", "The ResponseCode '" + code + "' of error " + error + " is not allowed.");
    }

    private static void checkTagHeader(String header) throws Refused {
        unless(
                PolicyTexts.isToken(header) && header.length() <= TAG_HEADER_MAX,
                "InvalidArgument",
                "The CacheTagConfig HeaderName '" + header + "' is not a header name of 1 to " + TAG_HEADER_MAX
                        + " characters.");
    }
}
