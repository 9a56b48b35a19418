package dev.perigee.core.encrypt;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A form with the fields closed that a profile names. What is not understood to the last octet is refused, since the origin
 * may read it in another way than it was looked at here.
 */
public final class EncryptedForm {
    /** CloudFront's quotas. */
    public static final int BODY_OCTETS_MAX = 1 << 20;

    static final int FIELD_OCTETS_MAX = 16 << 10;
    static final int FIELDS_MAX = 10;

    private final EncryptionProfile profile;
    private final EncryptedMessage message;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int fields;
    private int closed;

    private EncryptedForm(EncryptionProfile profile, EncryptedMessage message) {
        this.profile = profile;
        this.message = message;
    }

    /** What came of a form. */
    public sealed interface Outcome {
        /**
         * The form for the origin.
         *
         * @param fields how many were closed
         */
        @SuppressWarnings("ArrayRecordComponent") // the content is handed on, never compared
        record Encrypted(byte[] content, int fields) implements Outcome {}

        record Refused(FieldStatus why) implements Outcome {}
    }

    /**
     * Closes the fields of a form.
     *
     * @throws GeneralSecurityException when the profile's key cannot be used
     */
    public static Outcome of(byte[] form, EncryptionProfile profile, SecureRandom random)
            throws GeneralSecurityException {
        if (form.length > BODY_OCTETS_MAX) return new Outcome.Refused(FieldStatus.REQUEST_TOO_LONG);
        for (byte octet : form) {
            // Some servers take a semicolon for an ampersand, and would see fields that were none here.
            if ((octet >= 0 && octet < ' ') || octet == 0x7f || octet == ';') {
                return new Outcome.Refused(FieldStatus.MALFORMED_INPUT);
            }
        }
        return new EncryptedForm(profile, EncryptedMessage.of(profile, random)).closed(form);
    }

    private Outcome closed(byte[] form) throws GeneralSecurityException {
        int from = 0;
        while (from <= form.length) {
            int to = from;
            while (to < form.length && form[to] != '&') to++;
            if (from > 0) out.write('&');
            if (to > from) {
                FieldStatus problem = field(form, from, to);
                if (problem != null) return new Outcome.Refused(problem);
            }
            from = to + 1;
        }
        return new Outcome.Encrypted(out.toByteArray(), closed);
    }

    private @Nullable FieldStatus field(byte[] form, int from, int to) throws GeneralSecurityException {
        if (++fields > FIELDS_MAX) return FieldStatus.TOO_MANY_FIELDS;
        int equals = from;
        while (equals < to && form[equals] != '=') equals++;
        byte[] name = FormText.octets(form, from, equals);
        byte[] value = equals == to ? new byte[0] : FormText.octets(form, equals + 1, to);
        if (name == null || value == null || hasControls(name)) return FieldStatus.MALFORMED_INPUT;
        if (!profile.closes(new String(name, StandardCharsets.ISO_8859_1))) {
            out.write(form, from, to - from);
            return null;
        }
        if (value.length > FIELD_OCTETS_MAX) return FieldStatus.FIELD_TOO_LONG;
        out.write(form, from, equals - from);
        out.write('=');
        FormText.appendBase64(out, Base64.getEncoder().encode(message.write(value)));
        closed++;
        return null;
    }

    /** Where a name ends at such an octet for some servers, it would be another name. */
    private static boolean hasControls(byte[] name) {
        for (byte octet : name) {
            if ((octet >= 0 && octet < ' ') || octet == 0x7f) return true;
        }
        return false;
    }
}
