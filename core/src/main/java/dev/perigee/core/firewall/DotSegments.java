package dev.perigee.core.firewall;

/** Paths without repeated slashes and dot segments, also such as do not begin with a slash. */
final class DotSegments {
    private DotSegments() {}

    static String resolve(String path) {
        if (!path.contains("//") && !path.contains("./") && !path.endsWith(".")) return path;
        StringBuilder out = new StringBuilder(path.length());
        boolean rooted = path.startsWith("/");
        if (rooted) out.append('/');
        int start = 0;
        while (start <= path.length()) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            append(out, path, start, end, slash >= 0, rooted);
            start = end + 1;
        }
        return out.toString();
    }

    private static void append(StringBuilder out, String path, int start, int end, boolean slashed, boolean rooted) {
        int length = end - start;
        if (length == 0 || (length == 1 && path.charAt(start) == '.')) return;
        if (length == 2 && path.startsWith("..", start) && up(out, rooted)) return;
        out.append(path, start, end);
        if (slashed) out.append('/');
    }

    /** Goes one segment up; false where there is none to leave, and the dots must stay. */
    private static boolean up(StringBuilder out, boolean rooted) {
        int floor = rooted ? 1 : 0;
        if (out.length() <= floor) return rooted;
        int slash = out.lastIndexOf("/", out.length() - 2);
        int keep = Math.max(slash + 1, floor);
        if (out.substring(keep).equals("../")) return false;
        out.setLength(keep);
        return true;
    }
}
