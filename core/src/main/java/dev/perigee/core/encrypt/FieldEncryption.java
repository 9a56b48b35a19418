package dev.perigee.core.encrypt;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.Method;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The field-level encryption of a behavior, with everything that it refers to.
 *
 * @param forwardUnknownType whether a request of a content type that is not listed passes as it is
 * @param contentTypes what is done by the type of the content
 * @param queryArgument what is done by the parameter {@code fle-profile}; null when it means nothing
 */
public record FieldEncryption(
        boolean forwardUnknownType,
        List<ByType> contentTypes,
        @Nullable ByQuery queryArgument) {
    /** The only form of content that fields are looked for in. */
    public static final String FORM = "application/x-www-form-urlencoded";

    private static final String PARAMETER = "fle-profile";
    private static final int PARAMETER_CHARS_MAX = 128;

    /** Of another charset a name could be read as something else than what it was compared as. */
    private static final Set<String> CHARSETS = Set.of("utf-8", "utf8", "us-ascii", "iso-8859-1");

    public FieldEncryption {
        contentTypes = List.copyOf(contentTypes);
    }

    /**
     * A content type, and what is closed in content of it.
     *
     * @param profile null: content of this type passes as it is, unless the query names a profile
     */
    public record ByType(String contentType, @Nullable EncryptionProfile profile) {}

    /**
     * What values of the parameter choose.
     *
     * @param forwardUnknown whether a request with another value passes as it is
     */
    public record ByQuery(boolean forwardUnknown, List<Argument> arguments) {
        public ByQuery {
            arguments = List.copyOf(arguments);
        }
    }

    /** A value of the parameter, and its profile. */
    public record Argument(String value, EncryptionProfile profile) {}

    /** What is to be done with a request. */
    public sealed interface Decision {
        record Encrypt(EncryptionProfile profile) implements Decision {}

        record Forward(FieldStatus why) implements Decision {}

        record Refuse(FieldStatus why) implements Decision {}
    }

    /** Whether requests of this method are looked at. */
    public static boolean concerns(Method method) {
        return method == Method.POST || method == Method.PUT;
    }

    /** What the content type and the query say together: the type first, since nothing else can be read. */
    public Decision decide(Fields fields, @Nullable String query) {
        int given = fields.count("Content-Type");
        if (given > 1) return new Decision.Refuse(FieldStatus.MALFORMED_CONTENT_TYPE);
        String type = given == 0 ? "" : MediaType.of(fields.first("Content-Type"), CHARSETS);
        if (type == null) return new Decision.Refuse(FieldStatus.MALFORMED_CONTENT_TYPE);
        ByType listed = listed(type);
        if (listed == null) {
            return forwardUnknownType
                    ? new Decision.Forward(FieldStatus.FORWARDED_BY_CONTENT_TYPE)
                    : new Decision.Refuse(FieldStatus.REJECTED_BY_CONTENT_TYPE);
        }
        Decision byQuery = queryArgument == null ? null : byQuery(queryArgument, query);
        if (byQuery != null) return byQuery;
        return listed.profile() == null
                ? new Decision.Forward(FieldStatus.FORWARDED_DUE_TO_NO_PROFILE)
                : new Decision.Encrypt(listed.profile());
    }

    private @Nullable ByType listed(String type) {
        for (ByType candidate : contentTypes) {
            if (candidate.contentType().toLowerCase(Locale.ROOT).equals(type)) return candidate;
        }
        return null;
    }

    private static @Nullable Decision byQuery(ByQuery config, @Nullable String query) {
        String value = null;
        for (String part : query == null ? new String[0] : query.split("&", -1)) {
            int equals = part.indexOf('=');
            if (!PARAMETER.equals(FormText.decoded(equals < 0 ? part : part.substring(0, equals)))) continue;
            String decoded = equals < 0 ? "" : FormText.decoded(part.substring(equals + 1));
            if (value != null || decoded == null || decoded.isEmpty() || decoded.length() > PARAMETER_CHARS_MAX) {
                return new Decision.Refuse(FieldStatus.MALFORMED_QUERY_ARGS);
            }
            value = decoded;
        }
        if (value == null) return null;
        for (Argument argument : config.arguments()) {
            if (argument.value().equals(value)) return new Decision.Encrypt(argument.profile());
        }
        return config.forwardUnknown()
                ? new Decision.Forward(FieldStatus.FORWARDED_BY_QUERY_ARGS)
                : new Decision.Refuse(FieldStatus.REJECTED_BY_QUERY_ARGS);
    }
}
