package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import dev.perigee.core.encrypt.EncryptionProfile;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.EncryptionEntity;
import software.amazon.awssdk.services.cloudfront.model.FieldLevelEncryptionProfileConfig;
import software.amazon.awssdk.services.cloudfront.model.PublicKeyConfig;

/** Field-level encryption profiles at rest, and what is refused in them. */
final class EncryptionProfiles {
    /** CloudFront's quotas. */
    private static final int MAX = 10;

    private static final int ENTITIES_MAX = 1;
    private static final int PATTERNS_MAX = 10;

    /** Characters of all patterns together; CloudFront has a limit too, and does not say which. */
    private static final int SIZE_MAX = 2048;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,128}");
    private static final Pattern PROVIDER = Pattern.compile("[A-Za-z0-9:_-]{1,128}");
    private static final Pattern FIELD_PATTERN = Pattern.compile("[A-Za-z0-9\\[\\]._-]+\\*?|\\*");

    static final Named<FieldLevelEncryptionProfileConfig> NAMED = new Named<>(
            Kind.ENCRYPTION_PROFILE,
            "field-level encryption profile",
            "FieldLevelEncryptionProfile",
            "TooManyFieldLevelEncryptionProfiles",
            MAX,
            "FieldLevelEncryptionProfileConfig",
            FieldLevelEncryptionProfileConfig::builder,
            FieldLevelEncryptionProfileConfig.class,
            FieldLevelEncryptionProfileConfig::name);

    private EncryptionProfiles() {}

    static FieldLevelEncryptionProfileConfig checked(Tables tables, FieldLevelEncryptionProfileConfig config)
            throws Refused, SQLException {
        unless(
                NAME.matcher(config.name()).matches(),
                "InvalidArgument",
                "The name '" + config.name() + "' does not have 1 to 128 letters, digits, hyphens and underscores.");
        PublicKeys.checkText("CallerReference", config.callerReference(), false);
        String comment = Defaults.or(config.comment(), "");
        PublicKeys.checkText("Comment", comment, true);
        List<EncryptionEntity> entities = config.encryptionEntities().items();
        unless(
                entities.size() <= ENTITIES_MAX,
                "TooManyFieldLevelEncryptionEncryptionEntities",
                "There are " + entities.size() + " encryption entities; a profile has one.");
        unless(!entities.isEmpty(), "InvalidArgument", "The profile has no encryption entity.");
        checkEntity(tables, entities.getFirst());
        return config.toBuilder().comment(comment).build();
    }

    private static void checkEntity(Tables tables, EncryptionEntity entity) throws Refused, SQLException {
        unless(
                PROVIDER.matcher(entity.providerId()).matches(),
                "InvalidArgument",
                "The ProviderId '" + entity.providerId()
                        + "' does not have 1 to 128 letters, digits, colons, hyphens and underscores.");
        Row key = tables.find(Kind.PUBLIC_KEY, entity.publicKeyId());
        if (key == null) {
            throw new Refused("NoSuchPublicKey", "The public key " + entity.publicKeyId() + " does not exist.");
        }
        unless(
                PublicKeys.isRsa(key),
                "InvalidArgument",
                "The public key " + key.id() + " is not an RSA key, which field-level encryption needs.");
        checkPatterns(entity.fieldPatterns().items());
    }

    private static void checkPatterns(List<String> patterns) throws Refused {
        unless(!patterns.isEmpty(), "InvalidArgument", "The encryption entity has no field patterns.");
        unless(
                patterns.size() <= PATTERNS_MAX,
                "TooManyFieldLevelEncryptionFieldPatterns",
                "There are " + patterns.size() + " field patterns, more than " + PATTERNS_MAX + ".");
        int size = patterns.stream().mapToInt(String::length).sum();
        unless(
                size <= SIZE_MAX,
                "FieldLevelEncryptionProfileSizeExceeded",
                "The field patterns have " + size + " characters together, more than " + SIZE_MAX + ".");
        for (String pattern : patterns) {
            unless(
                    FIELD_PATTERN.matcher(pattern).matches(),
                    "InvalidArgument",
                    "The field pattern '" + pattern + "' has other characters than letters, digits, brackets, dots,"
                            + " hyphens and underscores, with an asterisk at most at its end.");
        }
        for (int i = 0; i < patterns.size(); i++) {
            for (int j = i + 1; j < patterns.size(); j++) checkApart(patterns.get(i), patterns.get(j));
        }
    }

    private static void checkApart(String one, String other) throws Refused {
        unless(
                !matchesSome(one, other) && !matchesSome(other, one),
                "InvalidArgument",
                "The field patterns '" + one + "' and '" + other + "' overlap.");
    }

    /** Whether a pattern names anything that another does, when that one's beginning is the longer. */
    private static boolean matchesSome(String pattern, String longer) {
        if (!pattern.endsWith("*")) return pattern.equals(longer);
        return longer.startsWith(pattern.substring(0, pattern.length() - 1));
    }

    /** A reference is given once. */
    static void checkReference(Tables tables, FieldLevelEncryptionProfileConfig config) throws Refused, SQLException {
        for (Row row : tables.all(Kind.ENCRYPTION_PROFILE)) {
            unless(
                    !NAMED.config(row).callerReference().equals(config.callerReference()),
                    "FieldLevelEncryptionProfileAlreadyExists",
                    "The caller reference '" + config.callerReference() + "' belongs to the profile " + row.id()
                            + " already.");
        }
    }

    /** What the profile of an id means to an edge. */
    static EncryptionProfile compiled(Tables tables, String id) throws SQLException {
        Row row = tables.find(Kind.ENCRYPTION_PROFILE, id);
        if (row == null) throw new IllegalStateException("profile " + id + " is referred to and gone");
        EncryptionEntity entity = NAMED.config(row).encryptionEntities().items().getFirst();
        Row key = tables.find(Kind.PUBLIC_KEY, entity.publicKeyId());
        if (key == null) throw new IllegalStateException("key " + entity.publicKeyId() + " is referred to and gone");
        PublicKeyConfig config = PublicKeys.NAMED.config(key);
        return new EncryptionProfile(
                config.name(),
                entity.providerId(),
                PublicKeys.der(key),
                entity.fieldPatterns().items());
    }

    /** The profile that closes fields with this key, as a message names it, or null. */
    static @Nullable String user(Tables tables, String publicKey) throws SQLException {
        for (Row row : tables.all(Kind.ENCRYPTION_PROFILE)) {
            for (EncryptionEntity entity :
                    NAMED.config(row).encryptionEntities().items()) {
                if (entity.publicKeyId().equals(publicKey)) return "field-level encryption profile " + row.id();
            }
        }
        return null;
    }
}
