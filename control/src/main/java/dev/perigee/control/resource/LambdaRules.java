package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Refused;
import dev.perigee.core.plan.EdgeLambda.Event;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociation;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociations;

/** What CloudFront refuses in the Lambda functions of behaviors. */
final class LambdaRules {
    private static final String INVALID = "InvalidLambdaFunctionAssociation";
    private static final Pattern ARN =
            Pattern.compile("arn:aws[a-z-]*:lambda:us-east-1:([0-9]{12}):function:([A-Za-z0-9_-]{1,64}):([0-9]{1,9})");
    /** CloudFront's quota of distributions that have Lambda functions. */
    private static final int DISTRIBUTIONS_MAX = 500;

    private LambdaRules() {}

    /** @param distribution that wants to use them, empty for a new one */
    static void checkAssociations(Tables tables, String accountId, DefaultCacheBehavior behavior, String distribution)
            throws Refused, SQLException {
        List<LambdaFunctionAssociation> associations =
                behavior.lambdaFunctionAssociations().items();
        if (associations.isEmpty()) return;
        unless(
                associations.size() <= Event.values().length,
                "TooManyLambdaFunctionAssociations",
                "There are " + associations.size() + " Lambda function associations, more than 4.");
        Set<Event> taken = new HashSet<>();
        for (LambdaFunctionAssociation association : associations) {
            Event event = event(association.eventTypeAsString());
            unless(
                    event != null,
                    INVALID,
                    "The EventType " + association.eventTypeAsString()
                            + " is not one that Lambda functions are run at.");
            if (event == null) continue;
            unless(
                    taken.add(event),
                    INVALID,
                    "The behavior has two Lambda functions for the event " + event.word() + ".");
            unless(
                    !Boolean.TRUE.equals(association.includeBody())
                            || event == Event.VIEWER_REQUEST
                            || event == Event.ORIGIN_REQUEST,
                    INVALID,
                    "IncludeBody is for viewer-request and origin-request only.");
            checkFunction(tables, accountId, association.lambdaFunctionARN(), event);
        }
        long others = Distributions.using(tables, LambdaRules::usesAny).stream()
                .filter(row -> !row.id().equals(distribution))
                .count();
        unless(
                others < DISTRIBUTIONS_MAX,
                "TooManyDistributionsWithLambdaAssociations",
                "There are " + others + " distributions with Lambda functions already, which is the limit.");
    }

    private static void checkFunction(Tables tables, String accountId, String arn, Event event)
            throws Refused, SQLException {
        Matcher parts = ARN.matcher(arn);
        unless(
                parts.matches(),
                INVALID,
                "The function ARN must reference a specific function version in us-east-1. (The ARN must end with the"
                        + " version number.) ARN: " + arn);
        LambdaVersion function =
                parts.group(1).equals(accountId) ? LambdaVersion.find(tables, parts.group(2), parts.group(3)) : null;
        if (function == null) {
            throw new Refused(INVALID, "The function cannot be found. Function: " + arn);
        }
        int max = event.timeoutSecondsMax();
        unless(
                function.timeout() <= max,
                INVALID,
                "The function timeout is larger than " + max + " seconds, which is not supported for the event "
                        + event.word() + ". Function: " + arn);
    }

    static @Nullable Event event(@Nullable String word) {
        for (Event event : Event.values()) {
            if (event.word().equals(word)) return event;
        }
        return null;
    }

    /** Whether a distribution has this version run. */
    static Predicate<DistributionConfig> uses(String arn) {
        return config -> has(config, each -> arn.equals(each.lambdaFunctionARN()));
    }

    private static boolean usesAny(DistributionConfig config) {
        return has(config, _ -> true);
    }

    private static boolean has(DistributionConfig config, Predicate<LambdaFunctionAssociation> wanted) {
        if (has(config.defaultCacheBehavior().lambdaFunctionAssociations(), wanted)) return true;
        for (CacheBehavior behavior : config.cacheBehaviors().items()) {
            if (has(behavior.lambdaFunctionAssociations(), wanted)) return true;
        }
        return false;
    }

    private static boolean has(
            @Nullable LambdaFunctionAssociations associations, Predicate<LambdaFunctionAssociation> wanted) {
        return associations != null && associations.items().stream().anyMatch(wanted);
    }
}
