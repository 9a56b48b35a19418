package dev.perigee.control.resource;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.perigee.control.api.Refused;
import dev.perigee.core.plan.Wildcards;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A filter pattern of CloudWatch Logs (user guide, "Filter pattern syntax"): words that an event has, {@code ?words} of which it
 * has one, {@code -words} that it has not; or conditions on the members of JSON events. Others are refused.
 */
final class EventPattern {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int LENGTH_MAX = 1024;
    private static final int DEPTH_MAX = 20;

    private final String text;
    private int at;
    private int depth;

    private EventPattern(String text) {
        this.text = text;
    }

    /** What messages it is of. */
    static Predicate<String> of(String pattern) throws Refused {
        EventPattern reading = new EventPattern(pattern.strip());
        if (pattern.length() > LENGTH_MAX) throw reading.wrong("is longer than " + LENGTH_MAX + " characters");
        if (reading.text.startsWith("{")) return reading.json();
        if (reading.text.startsWith("[") || reading.text.startsWith("%"))
            throw reading.wrong("is of a kind that is not built; words and JSON patterns are");
        return reading.words();
    }

    private Refused wrong(String how) {
        return new Refused("InvalidParameterException", "The filterPattern '" + text + "' " + how + ".");
    }

    private Predicate<String> words() throws Refused {
        List<String> all = new ArrayList<>();
        List<String> some = new ArrayList<>();
        List<String> none = new ArrayList<>();
        for (skipSpaces(); at < text.length(); skipSpaces()) {
            char kind = text.charAt(at);
            if (kind == '?' || kind == '-') at++;
            String word = at < text.length() && text.charAt(at) == '"' ? quoted() : word(" ");
            if (word.isEmpty()) throw wrong("has nothing behind '" + kind + "'");
            (kind == '?' ? some : kind == '-' ? none : all).add(word);
        }
        return message -> all.stream().allMatch(message::contains)
                && none.stream().noneMatch(message::contains)
                && (some.isEmpty() || some.stream().anyMatch(message::contains));
    }

    private String quoted() throws Refused {
        StringBuilder word = new StringBuilder();
        for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) at++;
            word.append(text.charAt(at));
        }
        if (at >= text.length()) throw wrong("lacks a quotation mark");
        at++;
        return word.toString();
    }

    private String word(String ends) {
        int from = at;
        while (at < text.length() && ends.indexOf(text.charAt(at)) < 0) at++;
        return text.substring(from, at);
    }

    private void skipSpaces() {
        while (at < text.length() && text.charAt(at) <= ' ') at++;
    }

    private Predicate<String> json() throws Refused {
        at++;
        Predicate<JsonNode> condition = either();
        expect("}");
        if (at < text.length()) throw wrong("goes on behind its brace");
        return message -> {
            try {
                JsonNode node = message.startsWith("{") ? JSON.readTree(message) : null;
                return node != null && condition.test(node);
            } catch (JsonProcessingException none) {
                return false;
            }
        };
    }

    private boolean accept(String token) {
        skipSpaces();
        if (!text.startsWith(token, at)) return false;
        at += token.length();
        return true;
    }

    private void expect(String token) throws Refused {
        if (!accept(token)) throw wrong("lacks '" + token + "'");
    }

    private Predicate<JsonNode> either() throws Refused {
        Predicate<JsonNode> condition = both();
        while (accept("||")) condition = condition.or(both());
        return condition;
    }

    private Predicate<JsonNode> both() throws Refused {
        Predicate<JsonNode> condition = single();
        while (accept("&&")) condition = condition.and(single());
        return condition;
    }

    private Predicate<JsonNode> single() throws Refused {
        if (accept("(")) {
            if (++depth > DEPTH_MAX) throw wrong("is nested too deeply");
            Predicate<JsonNode> inside = either();
            expect(")");
            depth--;
            return inside;
        }
        expect("$");
        String member = member();
        for (String operator : List.of("!=", "<=", ">=", "=", "<", ">")) {
            if (accept(operator)) return compared(member, operator);
        }
        if (accept("NOT EXISTS")) return node -> !node.has(member);
        if (accept("EXISTS")) return node -> node.has(member);
        throw wrong("lacks an operator behind " + member);
    }

    /** Behind a dot, or in brackets and quotes where the name has signs. */
    private String member() throws Refused {
        String name;
        if (accept("[")) {
            skipSpaces();
            char quote = at < text.length() ? text.charAt(at) : ' ';
            if (quote != '"' && quote != '\'') throw wrong("has brackets without a name in quotes");
            at++;
            name = word(String.valueOf(quote));
            at++;
            expect("]");
        } else {
            expect(".");
            name = word(" =!<>)}&|");
        }
        if (name.isEmpty()) throw wrong("has no name behind '$'");
        return name;
    }

    private Predicate<JsonNode> compared(String member, String operator) throws Refused {
        skipSpaces();
        boolean quoted = at < text.length() && text.charAt(at) == '"';
        String value = quoted ? quoted() : word(" )}&|");
        if (value.isEmpty()) throw wrong("lacks a value behind " + operator);
        if (operator.equals("=") || operator.equals("!=")) {
            boolean same = operator.equals("=");
            // All members of logged requests are text, so a number is what looks like one.
            return node -> node.has(member) && equal(node.path(member).asText(), value) == same;
        }
        double limit = number(value);
        if (Double.isNaN(limit)) throw wrong("has " + operator + " before what is no number");
        return node -> {
            double is = number(node.path(member).asText());
            return switch (operator) {
                case "<" -> is < limit;
                case ">" -> is > limit;
                case "<=" -> is <= limit;
                default -> is >= limit;
            };
        };
    }

    private static boolean equal(String is, String wanted) {
        if (Wildcards.matches(wanted, is)) return true;
        double number = number(wanted);
        return !Double.isNaN(number) && number == number(is);
    }

    private static double number(String text) {
        try {
            return text.matches("-?[0-9]+(\\.[0-9]+)?") ? Double.parseDouble(text) : Double.NaN;
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
