package dev.perigee.edge.explain;

import dev.perigee.core.cache.KeyDifference;
import dev.perigee.core.http.Fields;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * An explanation as fields of the response that it is about: structured fields (RFC 9651), for people and programs. Keys of
 * stored responses are left out, other than the request's own: they may have other viewers' cookies in them.
 */
final class ExplanationFields {
    /** Of one field: clients have limits of 8 KiB and more for all of a head. */
    private static final int VALUE_MAX = 3_000;

    private static final int STRING_MAX = 300;

    private ExplanationFields() {}

    static Fields of(Explanation explained) {
        Fields.Builder fields = Fields.builder(4);
        fields.add("Perigee-Explain", summary(explained));
        StringJoiner steps = new StringJoiner(", ");
        for (Step step : explained.steps()) {
            String told = told(step);
            if (steps.length() + told.length() + 2 > VALUE_MAX) break;
            steps.add(told);
        }
        fields.add("Perigee-Explain-Steps", steps.toString());
        if (explained.key() != null) fields.add("Perigee-Explain-Key", string(explained.key(), VALUE_MAX));
        String nearest = nearest(explained.cause());
        if (nearest != null) fields.add("Perigee-Explain-Nearest", nearest);
        return fields.build();
    }

    private static String summary(Explanation explained) {
        StringBuilder text = new StringBuilder(explained.result());
        if (explained.cause() != null)
            text.append(";cause=").append(explained.cause().name());
        if (explained.status() != 0) text.append(";status=").append(explained.status());
        parameter(text, "distribution", explained.distribution());
        parameter(text, "behavior", explained.behavior());
        parameter(text, "country", explained.country());
        return text.toString();
    }

    private static String told(Step step) {
        StringBuilder text = new StringBuilder(step.step().replace(' ', '-'));
        parameter(text, "outcome", step.outcome());
        if (!step.why().isEmpty()) parameter(text, "why", step.why());
        for (Map.Entry<String, Object> detail : step.details().entrySet()) {
            switch (detail.getValue()) {
                // The key has a field of its own.
                case String value when !detail.getKey().equals("key") -> parameter(text, named(detail.getKey()), value);
                case Number value ->
                    text.append(';').append(named(detail.getKey())).append('=').append(value);
                default -> {}
            }
        }
        return text.toString();
    }

    /** How what is stored for the path differs, the least different first. */
    private static @Nullable String nearest(@Nullable Cause cause) {
        if (cause == null || cause.nearest().isEmpty()) return null;
        StringJoiner all = new StringJoiner(", ");
        for (Near near : cause.nearest()) {
            StringJoiner differs = new StringJoiner(", ");
            for (KeyDifference each : near.differs()) differs.add(each.toString());
            all.add(string(differs.toString(), STRING_MAX));
        }
        return all.toString();
    }

    /** As keys of structured fields are: {@code ttl-seconds}. */
    private static String named(String detail) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < detail.length(); i++) {
            char c = detail.charAt(i);
            if (c >= 'A' && c <= 'Z') name.append('-');
            name.append(c);
        }
        return name.toString().toLowerCase(Locale.ROOT);
    }

    private static void parameter(StringBuilder text, String name, @Nullable String value) {
        if (value != null) text.append(';').append(name).append('=').append(string(value, STRING_MAX));
    }

    /** A quoted string of visible ASCII, with everything else in percent signs, cut where it is too long. */
    private static String string(String value, int max) {
        StringBuilder text = new StringBuilder(value.length() + 2).append('"');
        for (int i = 0; i < value.length(); i++) {
            if (text.length() > max) {
                text.append("...");
                break;
            }
            char c = value.charAt(i);
            if (c == '"' || c == '\\') text.append('\\').append(c);
            else if (c >= ' ' && c < 127) text.append(c);
            else text.append('%').append(String.format(Locale.ROOT, c < 256 ? "%02X" : "u%04X", (int) c));
        }
        return text.append('"').toString();
    }
}
