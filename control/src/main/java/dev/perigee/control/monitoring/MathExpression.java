package dev.perigee.control.monitoring;

import dev.perigee.control.api.Refused;
import dev.perigee.control.monitoring.MathValue.Array;
import dev.perigee.control.monitoring.MathValue.Scalar;
import dev.perigee.control.monitoring.MathValue.Series;
import dev.perigee.control.monitoring.MathValue.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads an expression of metric math from left to right, and reckons it as it goes. */
final class MathExpression {
    private static final int LENGTH_MAX = 2048;
    private static final int DEPTH_MAX = 50;
    private static final int SERIES_MAX = 500;
    private static final String VALIDATION = "ValidationError";
    /** By how closely they bind; of one length, the longer operators first. */
    private static final List<List<String>> OPERATORS = List.of(
            List.of("||"),
            List.of("&&"),
            List.of("<=", ">=", "==", "!=", "<", ">"),
            List.of("+", "-"),
            List.of("*", "/"));

    private final String id;
    private final String text;
    private final Names names;
    private final Span span;
    private int at;
    private int depth;

    /** What names stand for. */
    interface Names {
        MathValue named(String id) throws Refused;

        /** The metrics whose ids have this in them. */
        Array metrics(String part) throws Refused;
    }

    private MathExpression(String id, String text, Names names, Span span) {
        this.id = id;
        this.text = text;
        this.names = names;
        this.span = span;
    }

    /** @param span of what is made of numbers alone */
    static List<Series> value(String id, String text, Names names, Span span) throws Refused {
        MathExpression expression = new MathExpression(id, text, names, span);
        if (text.length() > LENGTH_MAX) throw expression.wrong("is longer than " + LENGTH_MAX + " characters");
        MathValue value = expression.binary(0);
        expression.skipSpaces();
        if (expression.at < text.length())
            throw expression.wrong("has '" + text.substring(expression.at) + "' at its end");
        return switch (value) {
            case Series series -> List.of(series);
            case Array(List<Series> all) -> all;
            case Scalar _, Text _ -> throw expression.wrong("is a number, and has to be a time series");
        };
    }

    private Refused wrong(String how) {
        return new Refused(VALIDATION, "Error in expression '" + id + "': '" + text + "' " + how + ".");
    }

    private MathValue binary(int level) throws Refused {
        if (level == OPERATORS.size()) return power();
        MathValue left = binary(level + 1);
        while (true) {
            String operator = operator(OPERATORS.get(level));
            if (operator == null) return left;
            left = each(left, binary(level + 1), by(operator), operator);
        }
    }

    private @Nullable String operator(List<String> among) {
        skipSpaces();
        for (String operator : among) {
            if (text.startsWith(operator, at)) {
                at += operator.length();
                return operator;
            }
        }
        return null;
    }

    private static DoubleBinaryOperator by(String operator) {
        return switch (operator) {
            case "||" -> (a, b) -> truth(a != 0 || b != 0);
            case "&&" -> (a, b) -> truth(a != 0 && b != 0);
            case "<=" -> (a, b) -> truth(a <= b);
            case ">=" -> (a, b) -> truth(a >= b);
            case "==" -> (a, b) -> truth(a == b);
            case "!=" -> (a, b) -> truth(a != b);
            case "<" -> (a, b) -> truth(a < b);
            case ">" -> (a, b) -> truth(a > b);
            case "+" -> Double::sum;
            case "-" -> (a, b) -> a - b;
            case "*" -> (a, b) -> a * b;
            case "/" -> (a, b) -> a / b;
            default -> Math::pow;
        };
    }

    private static double truth(boolean is) {
        return is ? 1 : 0;
    }

    private MathValue each(MathValue left, MathValue right, DoubleBinaryOperator by, String operator) throws Refused {
        MathValue value = MathValue.each(left, right, by);
        if (value == null) throw wrong("has '" + operator + "' between what cannot be reckoned with");
        return value;
    }

    private MathValue power() throws Refused {
        MathValue base = signed();
        return operator(List.of("^")) == null ? base : each(base, power(), by("^"), "^");
    }

    private MathValue signed() throws Refused {
        if (operator(List.of("-")) == null) return primary();
        if (++depth > DEPTH_MAX) throw wrong("is nested too deeply");
        MathValue value = each(new Scalar(0), signed(), (_, b) -> -b, "-");
        depth--;
        return value;
    }

    private MathValue primary() throws Refused {
        skipSpaces();
        if (at >= text.length()) throw wrong("ends too early");
        if (++depth > DEPTH_MAX) throw wrong("is nested too deeply");
        char first = text.charAt(at);
        MathValue value;
        if (first == '(') {
            at++;
            value = binary(0);
            expect(')');
        } else if (first == '[') {
            at++;
            value = array(arguments(']'));
        } else if (first == '"' || first == '\'') {
            value = new Text(quoted(first));
        } else if (Character.isLetter(first)) {
            value = word();
        } else {
            value = number();
        }
        depth--;
        return value;
    }

    private void expect(char wanted) throws Refused {
        skipSpaces();
        if (at >= text.length() || text.charAt(at) != wanted) throw wrong("lacks '" + wanted + "'");
        at++;
    }

    private String quoted(char quote) throws Refused {
        int end = text.indexOf(quote, at + 1);
        if (end < 0) throw wrong("lacks '" + quote + "'");
        String inside = text.substring(at + 1, end);
        at = end + 1;
        return inside;
    }

    private MathValue number() throws Refused {
        int from = at;
        while (at < text.length() && (Character.isDigit(text.charAt(at)) || text.charAt(at) == '.')) at++;
        try {
            return new Scalar(Double.parseDouble(text.substring(from, at)));
        } catch (NumberFormatException e) {
            throw wrong(
                    "has '" + text.substring(from, Math.min(text.length(), from + 1)) + "' where a value is expected");
        }
    }

    /** The name of a query, or of a function with what is in its parentheses. */
    private MathValue word() throws Refused {
        int from = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) at++;
        String word = text.substring(from, at);
        skipSpaces();
        boolean called = at < text.length() && text.charAt(at) == '(';
        if (!called) {
            // Not in quotes in CloudWatch's own examples: FILL(m1, REPEAT).
            return word.equals("REPEAT") || word.equals("LINEAR") ? new Text(word) : names.named(word);
        }
        at++;
        List<MathValue> arguments = arguments(')');
        if (word.equalsIgnoreCase("METRICS")) {
            if (arguments.isEmpty()) return names.metrics("");
            if (arguments.size() == 1 && arguments.getFirst() instanceof Text(String part)) return names.metrics(part);
            throw wrong("has METRICS with what is no text");
        }
        MathFunction function = MathFunction.named(word);
        if (function == null) throw wrong("has the function " + word + ", which is not built");
        MathValue value = function.of(arguments, span);
        if (value == null) throw wrong("has " + word + " of what it does not take");
        return value;
    }

    private List<MathValue> arguments(char end) throws Refused {
        List<MathValue> arguments = new ArrayList<>();
        skipSpaces();
        if (at < text.length() && text.charAt(at) == end) {
            at++;
            return arguments;
        }
        while (true) {
            arguments.add(binary(0));
            skipSpaces();
            if (at < text.length() && text.charAt(at) == ',') {
                at++;
            } else {
                expect(end);
                return arguments;
            }
        }
    }

    private Array array(List<MathValue> members) throws Refused {
        List<Series> all = new ArrayList<>();
        for (MathValue member : members) {
            switch (member) {
                case Series series -> all.add(series);
                case Array(List<Series> more) -> all.addAll(more);
                case Scalar _, Text _ -> throw wrong("has brackets around what is no time series");
            }
        }
        if (all.size() > SERIES_MAX) throw wrong("has more than " + SERIES_MAX + " time series in brackets");
        return new Array(all);
    }

    private void skipSpaces() {
        while (at < text.length() && text.charAt(at) <= ' ') at++;
    }
}
