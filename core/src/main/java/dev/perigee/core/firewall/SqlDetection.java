package dev.perigee.core.firewall;

/**
 * Tells SQL that was meant to be a value from values. The text is read as it would be in three places: where a number
 * stands, between single quotes, and between double quotes; what stands out is the form of what remains, not its words, so
 * that "the union selected a date" passes and {@code 1 union select 2} does not.
 */
final class SqlDetection {
    private SqlDetection() {}

    /** @param sensitive whether also what is rare in prose but possible counts (SensitivityLevel HIGH) */
    static boolean finds(String text, boolean sensitive) {
        if (text.length() < 3 || !hasForm(text)) return false;
        if (attacks(SqlTokens.read(text, (char) 0).tokens(), false, sensitive)) return true;
        return breaksOut(text, '\'', sensitive) || breaksOut(text, '"', sensitive);
    }

    /** Whether there is anything but letters and digits: without a space, a quote or a sign nothing of SQL is left. */
    private static boolean hasForm(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            char lower = (char) (c | 0x20);
            boolean letter = (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_';
            boolean plain = letter || (c == '-' && !at(text, i + 1, '-'));
            if (!plain) return true;
        }
        return false;
    }

    private static boolean at(String text, int index, char c) {
        return index < text.length() && text.charAt(index) == c;
    }

    private static boolean breaksOut(String text, char quote, boolean sensitive) {
        if (text.indexOf(quote) < 0) return false;
        SqlTokens.Read read = SqlTokens.read(text, quote);
        if (!read.brokeOut()) return false;
        return attacks(read.tokens(), true, sensitive) || endsInComment(read.tokens(), text, sensitive);
    }

    private static boolean attacks(String tokens, boolean quoted, boolean sensitive) {
        if (tokens.indexOf(SqlTokens.DANGEROUS) >= 0) return true;
        for (int i = 0; i < tokens.length(); i++) {
            boolean found = switch (tokens.charAt(i)) {
                case SqlTokens.UNION -> isUnion(tokens, i);
                case SqlTokens.SELECT -> isSelect(tokens, i, quoted);
                case SqlTokens.LOGIC -> isCondition(tokens, i, quoted);
                case ';' -> isStacked(tokens, i, quoted);
                case SqlTokens.ORDER -> isOrder(tokens, i, quoted);
                case SqlTokens.CASE -> isCase(tokens, i, quoted);
                default -> false;
            };
            if (found) return true;
        }
        return sensitive && isUnusual(tokens, quoted);
    }

    private static char token(String tokens, int index) {
        return index < 0 || index >= tokens.length() ? 0 : tokens.charAt(index);
    }

    private static boolean among(String set, char token) {
        return token != 0 && set.indexOf(token) >= 0;
    }

    private static int skip(String tokens, int from, String set) {
        int i = from;
        while (among(set, token(tokens, i))) i++;
        return i;
    }

    private static boolean isUnion(String tokens, int at) {
        int select = skip(tokens, at + 1, "(");
        if (token(tokens, select) != SqlTokens.SELECT) return false;
        return among("1sn)v", token(tokens, at - 1)) || selects(tokens, select);
    }

    /** Whether what follows is what a database would select, rather than a noun. */
    private static boolean selects(String tokens, int select) {
        char next = token(tokens, select + 1);
        char then = token(tokens, select + 2);
        if (among("*fvn(so", next)) return among(",F()=;c.o", then) || then == 0 || next == 'f' || next == '(';
        if (next == '1') return among(",F(", then);
        return next == SqlTokens.WORD
                && (among(",.", then) || (then == 'F' && among("w(`T", token(tokens, select + 3))));
    }

    private static boolean isSelect(String tokens, int at, boolean quoted) {
        char before = token(tokens, at - 1);
        // An expression in place of a value.
        if (before == '(' && among("=o&,", token(tokens, at - 2)) && among("1snv*", token(tokens, at + 1))) return true;
        if (!selects(tokens, at)) return false;
        if (among("(=o&;,U", before)) return true;
        boolean from = tokens.indexOf(SqlTokens.FROM, at) > 0;
        return token(tokens, at + 1) == SqlTokens.STAR ? from : quoted && from;
    }

    /** A condition that was added: {@code 1 or 1=1}, {@code ' and 'a'='a}. */
    private static boolean isCondition(String tokens, int at, boolean quoted) {
        int value = at - 1;
        while (token(tokens, value) == ')') value--;
        char before = token(tokens, value);
        if (!among(quoted ? "1snv" : "1nv)", before)) return false;
        int operand = skip(tokens, at + 1, "(&o");
        char left = token(tokens, operand);
        if (left == 'f' || left == SqlTokens.SELECT) return tokens.indexOf('(', operand) > 0;
        int sign = operand + 1;
        if (token(tokens, sign) == '.' && token(tokens, sign + 1) == 'w') sign += 2;
        sign = skip(tokens, sign, ")");
        char compared = token(tokens, sign);
        char right = token(tokens, skip(tokens, sign + 1, "(&o="));
        if (compared == SqlTokens.COMPARISON) {
            boolean values = among("1snvf", left) || quoted;
            return values && among(quoted ? "1snvfw" : "1snvf", right) && (quoted || left != 's' || right != 'w');
        }
        // A value alone is a condition, too, if nothing but a comment follows.
        return quoted && value == 0 && among("1n", left) && (compared == 0 || compared == SqlTokens.COMMENT);
    }

    /** Another statement after the first. */
    private static boolean isStacked(String tokens, int at, boolean quoted) {
        char first = token(tokens, at + 1);
        char second = token(tokens, at + 2);
        if (first == SqlTokens.SELECT) return selects(tokens, at + 1);
        if (first != SqlTokens.STATEMENT) return false;
        if (among("TIFvD(", second)) return true;
        boolean set = second == 'w' && token(tokens, at + 3) == SqlTokens.STATEMENT;
        return set || (quoted && (second == 0 || second == SqlTokens.COMMENT || second == 'w' || second == 's'));
    }

    private static boolean isOrder(String tokens, int at, boolean quoted) {
        int value = at - 1;
        while (token(tokens, value) == ')') value--;
        char before = token(tokens, value);
        char then = token(tokens, at + 2);
        if (token(tokens, at + 1) == '1' && (before == '1' || (quoted && before == 's'))) {
            return then == 0 || among("c,;", then);
        }
        return quoted && before == 's' && tokens.endsWith("c");
    }

    private static boolean isCase(String tokens, int at, boolean quoted) {
        boolean placed = quoted || among("1sn(&=o,", token(tokens, at - 1));
        return placed && token(tokens, at + 1) == SqlTokens.WHEN && tokens.indexOf(SqlTokens.THEN, at) > 0;
    }

    /** Forms that prose has, too, if rarely: {@code '='}, {@code '+'}, {@code 1 or true}. */
    private static boolean isUnusual(String tokens, boolean quoted) {
        if (tokens.equals("1&n")) return true;
        return quoted && among("=o", token(tokens, 1)) && among("s1nf(", token(tokens, 2));
    }

    /** The value was ended, and the rest of the statement cut off. */
    private static boolean endsInComment(String tokens, String text, boolean sensitive) {
        int at = skip(tokens, 1, ");");
        if (token(tokens, at) != SqlTokens.COMMENT) return false;
        int dashes = text.indexOf("--");
        int hash = text.indexOf('#');
        if (dashes >= 0) return sensitive || isBlank(text, dashes + 2, 1);
        return hash < 0 || isBlank(text, hash + 1, text.length());
    }

    private static boolean isBlank(String text, int from, int count) {
        for (int i = from; i < text.length() && i < (long) from + count; i++) {
            if (!Transformation.isSpace(text.charAt(i))) return false;
        }
        return true;
    }
}
