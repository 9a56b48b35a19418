package dev.perigee.core.firewall;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How large a regular expression is once its repetitions are written out, as RE2 does: {@code ((a{100}){100}){100}} is a
 * million characters, which take a gigabyte to compile and a second for each request. Counted before anything is compiled, and
 * never too low: what is not understood counts as ordinary characters.
 */
public final class RegexSize {
    /** What an expression may come to; looking at 16 KB with such a one takes some tenths of a second. */
    public static final int MAX = 2_000;

    private final String text;
    private final Deque<Long> outer = new ArrayDeque<>();
    /** What comes before the last thing on this level, and that thing, which a repetition multiplies. */
    private long before;

    private long last;
    private int at;

    private RegexSize(String text) {
        this.text = text;
    }

    public static boolean isTooLarge(String expression) {
        return of(expression) > MAX;
    }

    static long of(String expression) {
        RegexSize size = new RegexSize(expression);
        while (size.at < expression.length()) size.next();
        while (!size.outer.isEmpty()) size.close();
        return size.sum();
    }

    private long sum() {
        return saturated(before + last);
    }

    private void next() {
        char c = text.charAt(at++);
        switch (c) {
            case '(' -> open();
            case ')' -> close();
            case '[' -> {
                skipClass();
                add(1);
            }
            case '\\' -> escape();
            case '*', '+', '?' -> last = saturated(last + 1);
            case '{' -> repeat();
            default -> add(1);
        }
    }

    private void add(long size) {
        before = sum();
        last = size;
    }

    private void open() {
        if (at < text.length() && text.charAt(at) == '?') {
            int end = at;
            while (end < text.length() && ":>)".indexOf(text.charAt(end)) < 0) end++;
            at = Math.min(end + 1, text.length());
            // Flags for what follows open no group.
            if (end < text.length() && text.charAt(end) == ')') return;
        }
        outer.push(sum());
        before = 0;
        last = 0;
    }

    private void close() {
        if (outer.isEmpty()) return;
        long inner = Math.max(1, sum());
        before = outer.pop();
        last = inner;
    }

    /** After the opening bracket: up to and with the closing one, which first of all is a character. */
    private void skipClass() {
        if (at < text.length() && text.charAt(at) == '^') at++;
        int first = at;
        while (at < text.length()) {
            int named = text.startsWith("[:", at) ? text.indexOf(":]", at + 2) : -1;
            char c = text.charAt(at);
            if (c == ']' && at > first) {
                at++;
                return;
            }
            if (named >= 0) at = named + 2;
            else at += c == '\\' ? 2 : 1;
        }
    }

    private void escape() {
        if (at >= text.length()) return;
        char c = text.charAt(at++);
        if (c == 'Q') {
            int end = text.indexOf("\\E", at);
            int stop = end < 0 ? text.length() : end;
            for (int i = at; i < stop; i++) add(1);
            at = end < 0 ? stop : stop + 2;
            return;
        }
        if ((c == 'x' || c == 'p' || c == 'P') && at < text.length() && text.charAt(at) == '{') {
            int end = text.indexOf('}', at);
            at = end < 0 ? text.length() : end + 1;
        }
        add(1);
    }

    /** After an opening brace: {@code n}}, {@code n,}} or {@code n,m}}; otherwise it is a character. */
    private void repeat() {
        int from = at;
        long least = number();
        boolean range = at < text.length() && text.charAt(at) == ',';
        if (range) at++;
        long most = range ? Math.max(least + 1, number()) : least;
        if (least < 0 || at >= text.length() || text.charAt(at) != '}') {
            at = from;
            add(1);
            return;
        }
        at++;
        last = saturated(last * Math.max(1, most));
    }

    /** Digits, if there are any; else -1. */
    private long number() {
        long value = -1;
        while (at < text.length() && Character.digit(text.charAt(at), 10) >= 0) {
            value = saturated(Math.max(0, value) * 10 + Character.digit(text.charAt(at++), 10));
        }
        return value;
    }

    private static long saturated(long value) {
        return Math.min(value, Integer.MAX_VALUE);
    }
}
