package dev.perigee.edge.firewall;

import org.jspecify.annotations.Nullable;

/**
 * Text that whatever a regular expression matches must contain. Most requests lack it, and looking for it costs a fraction of
 * what the expression costs (bench/jmh.sh FirewallBenchmark). Where the expression is not plain enough to be sure, there is none.
 */
final class RequiredText {
    private final String expression;
    private final StringBuilder run = new StringBuilder();
    private String longest = "";
    private int at;
    private int depth;

    private RequiredText(String expression) {
        this.expression = expression;
    }

    /** The longest such text of an expression in RE2's syntax, or null. */
    static @Nullable String of(String expression) {
        RequiredText reader = new RequiredText(expression);
        while (reader.at < expression.length()) {
            if (!reader.next(expression.charAt(reader.at++))) return null;
        }
        reader.endRun();
        return reader.longest.isEmpty() || reader.depth != 0 ? null : reader.longest;
    }

    /** Takes one element; false when nothing is certain any more. */
    private boolean next(char c) {
        return switch (c) {
            case '(' -> group();
            case ')' -> {
                depth--;
                yield anything();
            }
            // What only one branch of a group has is not taken in the first place.
            case '|' -> depth > 0;
            case '[' -> characterClass();
            case '\\' -> escape();
            case '*', '?' -> optional();
            case '+' -> repeated();
            case '{' -> counted();
            case '.', '^', '$' -> anything();
            default -> literal(c);
        };
    }

    private boolean literal(char c) {
        if (depth == 0) run.append(c);
        // Beyond ASCII one character of the expression may be several of the text.
        return c <= 0x7e;
    }

    private boolean anything() {
        endRun();
        return true;
    }

    private void endRun() {
        if (run.length() > longest.length()) longest = run.toString();
        run.setLength(0);
    }

    /** Only groups that change no flag, which could let letters match in either case. */
    private boolean group() {
        depth++;
        endRun();
        if (!expression.startsWith("?", at)) return true;
        at++;
        if (expression.startsWith(":", at)) {
            at++;
            return true;
        }
        if (!expression.startsWith("P<", at) && !expression.startsWith("<", at)) return false;
        at = expression.indexOf('>', at) + 1;
        return at > 0;
    }

    private boolean characterClass() {
        endRun();
        if (expression.startsWith("^", at)) at++;
        if (expression.startsWith("]", at)) at++;
        while (at < expression.length()) {
            char c = expression.charAt(at++);
            if (c == ']') return true;
            if (c == '\\') at++;
            if (c == '[' && expression.startsWith(":", at)) at = Math.max(at, expression.indexOf(":]", at) + 2);
        }
        return false;
    }

    private boolean escape() {
        if (at == expression.length()) return false;
        char c = expression.charAt(at++);
        if ("dDsSwWbBAz".indexOf(c) >= 0) return anything();
        // Octets by number, classes by name, quotations.
        return !Character.isLetterOrDigit(c) && literal(c);
    }

    /** The last character may be missing. */
    private boolean optional() {
        if (!run.isEmpty()) run.setLength(run.length() - 1);
        return repeated();
    }

    /** The last character is there, but what follows need not follow its first occurrence. */
    private boolean repeated() {
        endRun();
        if (expression.startsWith("?", at)) at++;
        return true;
    }

    private boolean counted() {
        int end = expression.indexOf('}', at);
        if (end < 0 || !expression.substring(at, end).matches("[0-9]+(,[0-9]*)?")) return false;
        at = end + 1;
        return optional();
    }
}
