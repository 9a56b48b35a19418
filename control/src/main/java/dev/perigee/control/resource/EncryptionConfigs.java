package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Refused;
import dev.perigee.control.compile.FieldEncryptionResource;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import dev.perigee.core.encrypt.FieldEncryption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.ContentTypeProfile;
import software.amazon.awssdk.services.cloudfront.model.ContentTypeProfileConfig;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.FieldLevelEncryptionConfig;
import software.amazon.awssdk.services.cloudfront.model.QueryArgProfile;
import software.amazon.awssdk.services.cloudfront.model.QueryArgProfileConfig;

/** Field-level encryption configs at rest, and what is refused in them. */
final class EncryptionConfigs {
    /** CloudFront's quotas. */
    private static final int MAX = 10;

    private static final int CONTENT_TYPES_MAX = 5;
    private static final int ARGUMENTS_MAX = 5;
    private static final Pattern ARGUMENT = Pattern.compile("[A-Za-z0-9_-]{1,128}");

    static final Named<FieldLevelEncryptionConfig> NAMED = new Named<>(
            Kind.ENCRYPTION_CONFIG,
            "field-level encryption config",
            "FieldLevelEncryptionConfig",
            "TooManyFieldLevelEncryptionConfigs",
            MAX,
            "FieldLevelEncryptionConfig",
            FieldLevelEncryptionConfig::builder,
            FieldLevelEncryptionConfig.class,
            FieldLevelEncryptionConfig::callerReference);

    private EncryptionConfigs() {}

    static FieldLevelEncryptionConfig checked(Tables tables, FieldLevelEncryptionConfig config)
            throws Refused, SQLException {
        PublicKeys.checkText("CallerReference", config.callerReference(), false);
        String comment = Defaults.or(config.comment(), "");
        PublicKeys.checkText("Comment", comment, true);
        checkContentTypes(contentTypes(config));
        checkArguments(arguments(config));
        for (String profile : profiles(config)) EncryptionProfiles.NAMED.existing(tables, profile);
        return config.toBuilder().comment(comment).build();
    }

    private static void checkContentTypes(List<ContentTypeProfile> items) throws Refused {
        unless(
                items.size() <= CONTENT_TYPES_MAX,
                "TooManyFieldLevelEncryptionContentTypeProfiles",
                "There are " + items.size() + " content types, more than " + CONTENT_TYPES_MAX + ".");
        Set<String> seen = new HashSet<>();
        for (ContentTypeProfile item : items) {
            String type = item.contentType().toLowerCase(Locale.ROOT);
            unless(
                    type.equals(FieldEncryption.FORM),
                    "InvalidArgument",
                    "The content type '" + item.contentType() + "' is not " + FieldEncryption.FORM
                            + ", the only one in which fields are found.");
            unless(seen.add(type), "InvalidArgument", "The content type '" + type + "' is given twice.");
        }
    }

    private static void checkArguments(List<QueryArgProfile> items) throws Refused {
        unless(
                items.size() <= ARGUMENTS_MAX,
                "TooManyFieldLevelEncryptionQueryArgProfiles",
                "There are " + items.size() + " query arguments, more than " + ARGUMENTS_MAX + ".");
        Set<String> seen = new HashSet<>();
        for (QueryArgProfile item : items) {
            unless(
                    !item.profileId().isBlank(),
                    "QueryArgProfileEmpty",
                    "There is no profile for the query argument '" + item.queryArg() + "'.");
            unless(
                    ARGUMENT.matcher(item.queryArg()).matches(),
                    "InvalidArgument",
                    "The query argument '" + item.queryArg()
                            + "' does not have 1 to 128 letters, digits, hyphens and underscores.");
            unless(
                    seen.add(item.queryArg()),
                    "InvalidArgument",
                    "The query argument '" + item.queryArg() + "' is given twice.");
        }
    }

    private static List<ContentTypeProfile> contentTypes(FieldLevelEncryptionConfig config) {
        ContentTypeProfileConfig types = config.contentTypeProfileConfig();
        return types == null || types.contentTypeProfiles() == null
                ? List.of()
                : types.contentTypeProfiles().items();
    }

    private static List<QueryArgProfile> arguments(FieldLevelEncryptionConfig config) {
        QueryArgProfileConfig arguments = config.queryArgProfileConfig();
        return arguments == null || arguments.queryArgProfiles() == null
                ? List.of()
                : arguments.queryArgProfiles().items();
    }

    /** Ids of the profiles that a config names. */
    static Set<String> profiles(FieldLevelEncryptionConfig config) {
        Set<String> ids = new HashSet<>();
        for (ContentTypeProfile item : contentTypes(config)) {
            if (isSet(item.profileId())) ids.add(item.profileId());
        }
        for (QueryArgProfile item : arguments(config)) ids.add(item.profileId());
        return ids;
    }

    private static boolean isSet(@Nullable String id) {
        return id != null && !id.isEmpty();
    }

    /** The configs that name a profile. */
    static List<Row> using(Tables tables, String profile) throws SQLException {
        List<Row> users = new ArrayList<>();
        for (Row row : tables.all(Kind.ENCRYPTION_CONFIG)) {
            if (profiles(NAMED.config(row)).contains(profile)) users.add(row);
        }
        return users;
    }

    /** Whether a distribution has it for one of its behaviors. */
    static Predicate<DistributionConfig> uses(String id) {
        return config -> {
            if (id.equals(config.defaultCacheBehavior().fieldLevelEncryptionId())) return true;
            for (CacheBehavior behavior : config.cacheBehaviors().items()) {
                if (id.equals(behavior.fieldLevelEncryptionId())) return true;
            }
            return false;
        };
    }

    /** All of them, as edges are told. */
    static List<FieldEncryptionResource> all(Tables tables) throws SQLException {
        List<FieldEncryptionResource> all = new ArrayList<>();
        for (Row row : tables.all(Kind.ENCRYPTION_CONFIG)) {
            all.add(new FieldEncryptionResource(row.id(), compiled(tables, NAMED.config(row))));
        }
        return all;
    }

    private static FieldEncryption compiled(Tables tables, FieldLevelEncryptionConfig config) throws SQLException {
        List<FieldEncryption.ByType> types = new ArrayList<>();
        for (ContentTypeProfile item : contentTypes(config)) {
            String profile = item.profileId();
            types.add(new FieldEncryption.ByType(
                    item.contentType().toLowerCase(Locale.ROOT),
                    isSet(profile) ? EncryptionProfiles.compiled(tables, profile) : null));
        }
        // Without content types, forms are looked at for the sake of the query, and everything else passes.
        boolean byQueryOnly = config.contentTypeProfileConfig() == null;
        if (byQueryOnly) types.add(new FieldEncryption.ByType(FieldEncryption.FORM, null));
        boolean forwardUnknown = byQueryOnly
                || Boolean.TRUE.equals(config.contentTypeProfileConfig().forwardWhenContentTypeIsUnknown());
        return new FieldEncryption(forwardUnknown, types, byQuery(tables, config));
    }

    private static FieldEncryption.@Nullable ByQuery byQuery(Tables tables, FieldLevelEncryptionConfig config)
            throws SQLException {
        QueryArgProfileConfig given = config.queryArgProfileConfig();
        if (given == null) return null;
        List<FieldEncryption.Argument> arguments = new ArrayList<>();
        for (QueryArgProfile item : arguments(config)) {
            arguments.add(new FieldEncryption.Argument(
                    item.queryArg(), EncryptionProfiles.compiled(tables, item.profileId())));
        }
        return new FieldEncryption.ByQuery(Boolean.TRUE.equals(given.forwardWhenQueryArgProfileIsUnknown()), arguments);
    }
}
