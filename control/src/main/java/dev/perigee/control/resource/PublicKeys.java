package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.PublicKeyConfig;

/** Public keys at rest, and what is refused in them. */
final class PublicKeys {
    /** CloudFront's quota per account. */
    private static final int MAX = 10;

    private static final int TEXT_MAX = 128;

    static final Named<PublicKeyConfig> NAMED = new Named<>(
            Kind.PUBLIC_KEY,
            "public key",
            "PublicKey",
            "TooManyPublicKeys",
            MAX,
            "PublicKeyConfig",
            PublicKeyConfig::builder,
            PublicKeyConfig.class,
            PublicKeyConfig::name);

    private PublicKeys() {}

    static PublicKeyConfig checked(PublicKeyConfig config) throws Refused {
        checkText("CallerReference", config.callerReference(), false);
        checkText("Name", config.name(), false);
        String comment = Defaults.or(config.comment(), "");
        checkText("Comment", comment, true);
        PublicKeyText.der(config.encodedKey());
        return config.toBuilder().comment(comment).build();
    }

    /** The SubjectPublicKeyInfo of a stored key, DER in Base64. */
    static String der(Row row) {
        try {
            return PublicKeyText.der(NAMED.config(row).encodedKey());
        } catch (Refused e) {
            throw new IllegalStateException("public key " + row.id() + " was accepted once", e);
        }
    }

    /** Whether a stored key is an RSA key. */
    static boolean isRsa(Row row) {
        return PublicKeyText.isRsa(der(row));
    }

    /** Names and comments of keys and key groups. */
    static void checkText(String field, String text, boolean mayBeEmpty) throws Refused {
        unless(
                (mayBeEmpty || !text.isBlank())
                        && text.length() <= TEXT_MAX
                        && text.chars().noneMatch(Character::isISOControl),
                "InvalidArgument",
                "The " + field + " '" + text + "' does not have " + (mayBeEmpty ? 0 : 1) + " to " + TEXT_MAX
                        + " characters, or has control characters.");
    }

    static void checkReference(Tables tables, PublicKeyConfig config) throws Refused, SQLException {
        for (Row row : tables.all(Kind.PUBLIC_KEY)) {
            unless(
                    !NAMED.config(row).callerReference().equals(config.callerReference()),
                    "PublicKeyAlreadyExists",
                    "The caller reference '" + config.callerReference() + "' belongs to the public key " + row.id()
                            + " already.");
        }
    }

    /** Only the comment of a key may change. */
    static void checkUnchanged(PublicKeyConfig old, PublicKeyConfig config) throws Refused {
        String changed = null;
        if (!old.callerReference().equals(config.callerReference())) changed = "CallerReference";
        else if (!old.name().equals(config.name())) changed = "Name";
        else if (!PublicKeyText.same(old.encodedKey(), config.encodedKey())) changed = "EncodedKey";
        unless(
                changed == null,
                "CannotChangeImmutablePublicKeyFields",
                "The " + changed + " of a public key cannot change, only its Comment.");
    }

    /** The key group that a key is in, or the profile that closes fields with it, as a message names it; or null. */
    static @Nullable String user(Tables tables, String id) throws SQLException {
        for (Row row : tables.all(Kind.KEY_GROUP)) {
            if (KeyGroups.NAMED.config(row).items().contains(id)) return "key group " + row.id();
        }
        return EncryptionProfiles.user(tables, id);
    }
}
