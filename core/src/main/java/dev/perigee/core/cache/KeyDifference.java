package dev.perigee.core.cache;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One part in which two cache keys of the same path differ.
 *
 * @param name of the parameter, cookie or header; null for the order of what is otherwise the same
 */
public record KeyDifference(Part part, @Nullable String name) {
    /** The parts of a key that a cache policy selects, in the order in which they are looked at. */
    public enum Part {
        QUERY_STRING("query-string", "query parameter"),
        COOKIE("cookie", "cookie"),
        HEADER("header", "header"),
        ACCEPT_ENCODING("accept-encoding", "Accept-Encoding");

        private final String cause;
        private final String word;

        Part(String cause, String word) {
            this.cause = cause;
            this.word = word;
        }

        /** As the cause of a miss. */
        public String cause() {
            return cause;
        }
    }

    /** How the keys differ, part by part; empty when they are the same, null when they are not of the same path. */
    public static @Nullable List<KeyDifference> between(CacheKey a, CacheKey b) {
        boolean comparable = a.options() == b.options()
                && a.path().equals(b.path())
                && a.distributionId().equals(b.distributionId());
        if (!comparable) return null;
        List<KeyDifference> found = new ArrayList<>();
        inPairs(Part.QUERY_STRING, a.query(), b.query(), "&", found);
        inPairs(Part.COOKIE, a.cookies(), b.cookies(), "; ", found);
        inHeaders(a, b, found);
        if (!same(a.acceptEncoding(), b.acceptEncoding())) found.add(new KeyDifference(Part.ACCEPT_ENCODING, null));
        return List.copyOf(found);
    }

    private static void inPairs(
            Part part, @Nullable String a, @Nullable String b, String delimiter, List<KeyDifference> found) {
        if (same(a, b)) return;
        Map<String, List<String>> ofA = pairs(a, delimiter);
        Map<String, List<String>> ofB = pairs(b, delimiter);
        int before = found.size();
        TreeSet<String> names = new TreeSet<>(ofA.keySet());
        names.addAll(ofB.keySet());
        for (String name : names) {
            if (!ofA.getOrDefault(name, List.of()).equals(ofB.getOrDefault(name, List.of())))
                found.add(new KeyDifference(part, name));
        }
        if (found.size() == before) found.add(new KeyDifference(part, null));
    }

    private static Map<String, List<String>> pairs(@Nullable String text, String delimiter) {
        Map<String, List<String>> pairs = new LinkedHashMap<>();
        if (text == null) return pairs;
        int start = 0;
        while (start <= text.length()) {
            int at = text.indexOf(delimiter, start);
            int end = at < 0 ? text.length() : at;
            String pair = text.substring(start, end);
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            pairs.computeIfAbsent(name, _ -> new ArrayList<>()).add(pair);
            start = end + delimiter.length();
        }
        return pairs;
    }

    private static void inHeaders(CacheKey a, CacheKey b, List<KeyDifference> found) {
        TreeSet<String> names = new TreeSet<>(a.headerNames());
        names.addAll(b.headerNames());
        for (String name : names) {
            if (same(header(a, name), header(b, name))) continue;
            Part part = name.equals("accept-encoding") ? Part.ACCEPT_ENCODING : Part.HEADER;
            found.add(new KeyDifference(part, part == Part.HEADER ? name : null));
        }
    }

    private static @Nullable String header(CacheKey key, String name) {
        int at = key.headerNames().indexOf(name);
        return at < 0 ? null : key.headerValue(at);
    }

    private static boolean same(@Nullable String a, @Nullable String b) {
        return a == null ? b == null : a.equals(b);
    }

    /** For people, as in "query parameter utm_source". */
    @Override
    public String toString() {
        if (name != null) return part.word + ' ' + name;
        return switch (part) {
            case ACCEPT_ENCODING -> part.word;
            case QUERY_STRING -> "order of the query parameters";
            case COOKIE, HEADER -> "order of the " + part.word + "s";
        };
    }
}
