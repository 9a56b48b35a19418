package dev.perigee.control.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perigee.control.api.Refused;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A structure of a request, in whichever protocol it came: what is a number in one is text in another. */
record Input(JsonNode node, String where) {
    static final String MISSING = "MissingRequiredParameterException";
    static final String INVALID = "InvalidParameterValueException";

    private String name(String member) {
        return where.isEmpty() ? member : where + "." + member;
    }

    boolean has(String member) {
        return node.hasNonNull(member);
    }

    Input structure(String member) throws Refused {
        if (!has(member)) throw missing(member);
        JsonNode found = node.get(member);
        if (!found.isObject()) throw invalid(member, "is not a structure");
        return new Input(found, name(member));
    }

    List<Input> structures(String member) throws Refused {
        List<Input> all = new ArrayList<>();
        for (JsonNode each : list(member)) {
            if (!each.isObject()) throw invalid(member, "is not a list of structures");
            all.add(new Input(each, name(member) + "." + (all.size() + 1)));
        }
        return all;
    }

    List<String> texts(String member) throws Refused {
        List<String> all = new ArrayList<>();
        for (JsonNode each : list(member)) {
            if (!each.isTextual()) throw invalid(member, "is not a list of strings");
            all.add(each.textValue());
        }
        return all;
    }

    private Iterable<JsonNode> list(String member) throws Refused {
        if (!has(member)) return List.of();
        JsonNode found = node.get(member);
        // An empty list is empty text in the Query protocol.
        if (found.isTextual() && found.textValue().isEmpty()) return List.of();
        if (!found.isArray()) throw invalid(member, "is not a list");
        return found;
    }

    String text(String member) throws Refused {
        if (!has(member)) throw missing(member);
        JsonNode found = node.get(member);
        if (!found.isTextual() || found.textValue().isEmpty()) throw invalid(member, "is not a string");
        return found.textValue();
    }

    @Nullable
    String textIfAny(String member) throws Refused {
        return has(member) ? text(member) : null;
    }

    boolean flag(String member, boolean otherwise) throws Refused {
        if (!has(member)) return otherwise;
        JsonNode found = node.get(member);
        if (found.isBoolean()) return found.booleanValue();
        return switch (found.asText()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw invalid(member, "is not true or false");
        };
    }

    int number(String member) throws Refused {
        if (!has(member)) throw missing(member);
        JsonNode found = node.get(member);
        try {
            if (found.isIntegralNumber() && found.canConvertToInt()) return found.intValue();
            if (found.isTextual()) return Integer.parseInt(found.textValue());
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw invalid(member, "is not an integer");
    }

    /** In seconds since 1970; fractions are dropped. */
    long time(String member) throws Refused {
        if (!has(member)) throw missing(member);
        JsonNode found = node.get(member);
        long second = Long.MIN_VALUE;
        if (found.isNumber()) {
            second = (long) Math.floor(found.doubleValue());
        } else {
            try {
                second = OffsetDateTime.parse(found.asText()).toEpochSecond();
            } catch (DateTimeException e) {
                // Told below.
            }
        }
        if (second < 0 || second > Instant.parse("9999-01-01T00:00:00Z").getEpochSecond())
            throw invalid(member, "is not a time");
        return second;
    }

    Refused invalid(String member, String how) {
        return new Refused(INVALID, "The value of the parameter " + name(member) + " " + how + ".");
    }

    private Refused missing(String member) {
        return new Refused(MISSING, "The parameter " + name(member) + " is required.");
    }
}
