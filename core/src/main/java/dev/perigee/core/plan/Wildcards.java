package dev.perigee.core.plan;

/** CloudFront's wildcards: {@code *} stands for zero or more characters (a slash too), {@code ?} for exactly one. */
public final class Wildcards {
    private Wildcards() {}

    /** Whether the whole text matches; linear in practice, at worst pattern length times text length, never more. */
    public static boolean matches(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int resume = 0;
        while (t < text.length()) {
            char want = p < pattern.length() ? pattern.charAt(p) : 0;
            if (want == '*' && p < pattern.length()) {
                star = p++;
                resume = t;
            } else if (p < pattern.length() && (want == '?' || want == text.charAt(t))) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') p++;
        return p == pattern.length();
    }
}
