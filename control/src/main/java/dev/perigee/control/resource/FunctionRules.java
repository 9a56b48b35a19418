package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.Tables.Kind;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.FunctionAssociation;
import software.amazon.awssdk.services.cloudfront.model.FunctionConfig;
import software.amazon.awssdk.services.cloudfront.model.KeyValueStoreAssociation;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociation;

/** What CloudFront refuses in functions and in their associations. */
final class FunctionRules {
    private static final int STORES_MAX = 1;
    /** CloudFront's quota of the size of a function: 10 KB. */
    static final int CODE_MAX = 10_240;

    /** CloudFront's quota of distributions that one function is associated with. */
    private static final int DISTRIBUTIONS_MAX = 100;

    private static final int COMMENT_MAX = 128;
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
    private static final Set<String> EVENTS = Set.of("viewer-request", "viewer-response");

    private FunctionRules() {}

    static void checkName(String name) throws Refused {
        unless(
                NAME.matcher(name).matches(),
                "InvalidArgument",
                "The function name '" + name + "' does not have 1 to 64 letters, digits, hyphens and underscores.");
    }

    /** Whether the source makes sense is not asked: TestFunction tells. */
    static void check(FunctionConfig config, SdkBytes code) throws Refused {
        int size = code.asByteArrayUnsafe().length;
        unless(size > 0, "InvalidArgument", "The FunctionCode is empty.");
        unless(
                size <= CODE_MAX,
                "FunctionSizeLimitExceeded",
                "The FunctionCode has " + size + " bytes, more than " + CODE_MAX + ".");
        unless(
                config.comment().length() <= COMMENT_MAX,
                "InvalidArgument",
                "The Comment has " + config.comment().length() + " characters, more than " + COMMENT_MAX + ".");
        List<KeyValueStoreAssociation> stores = associated(config);
        unless(
                stores.size() <= STORES_MAX,
                "InvalidArgument",
                "There are " + stores.size() + " KeyValueStoreAssociations; a function can have " + STORES_MAX + ".");
        unless(
                stores.isEmpty() || "cloudfront-js-2.0".equals(config.runtimeAsString()),
                "InvalidArgument",
                "KeyValueStoreAssociations need the runtime cloudfront-js-2.0.");
    }

    /** Whether the stores that it is to read are there. */
    static void checkStores(Tables tables, String accountId, FunctionConfig config) throws Refused, SQLException {
        for (KeyValueStoreAssociation each : associated(config)) {
            KeyValueStores.byArn(tables, accountId, each.keyValueStoreARN());
        }
    }

    private static List<KeyValueStoreAssociation> associated(FunctionConfig config) {
        return config.keyValueStoreAssociations() == null
                ? List.of()
                : config.keyValueStoreAssociations().items();
    }

    /** @param distribution that wants to use them, empty for a new one */
    static void checkAssociations(Tables tables, String accountId, DefaultCacheBehavior behavior, String distribution)
            throws Refused, SQLException {
        List<FunctionAssociation> associations = behavior.functionAssociations().items();
        unless(
                associations.size() <= EVENTS.size(),
                "TooManyFunctionAssociations",
                "There are " + associations.size() + " function associations, more than " + EVENTS.size() + ".");
        Set<String> taken = new HashSet<>();
        for (LambdaFunctionAssociation lambda :
                behavior.lambdaFunctionAssociations().items()) {
            if (EVENTS.contains(lambda.eventTypeAsString())) taken.addAll(EVENTS);
        }
        for (FunctionAssociation association : associations) {
            String event = association.eventTypeAsString();
            unless(
                    EVENTS.contains(event),
                    "InvalidFunctionAssociation",
                    "The EventType " + event + " is not one that CloudFront Functions are run at.");
            unless(
                    taken.add(event),
                    "InvalidFunctionAssociation",
                    "The behavior has two functions for the event " + event
                            + ", or has a Lambda function for an event of viewers too.");
            checkReference(tables, accountId, association.functionARN(), distribution);
        }
    }

    private static void checkReference(Tables tables, String accountId, String arn, String distribution)
            throws Refused, SQLException {
        String prefix = Ids.arn(accountId, Kind.FUNCTION.column, "");
        unless(
                arn.startsWith(prefix)
                        && NAME.matcher(arn.substring(prefix.length())).matches(),
                "InvalidFunctionAssociation",
                "The FunctionARN '" + arn + "' is not that of a function of this account, such as " + prefix + "name.");
        unless(
                tables.find(Kind.LIVE_FUNCTION, arn.substring(prefix.length())) != null,
                "InvalidFunctionAssociation",
                "The function " + arn + " does not exist in the stage LIVE; publish it first.");
        long others = Distributions.using(tables, Functions.uses(arn)).stream()
                .filter(row -> !row.id().equals(distribution))
                .count();
        unless(
                others < DISTRIBUTIONS_MAX,
                "TooManyDistributionsWithSingleFunctionARN",
                "The function " + arn + " is used by " + others + " distributions already, which is the limit.");
    }
}
