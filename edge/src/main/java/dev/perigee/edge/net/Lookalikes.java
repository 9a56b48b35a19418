package dev.perigee.edge.net;

/**
 * Field names that are not those of framing but that some servers take for them: CGI-style servers turn hyphens into
 * underscores and back, so {@code Content_Length} may frame the message at the next hop.
 */
final class Lookalikes {
    private static final String LENGTH = "contentlength";
    private static final String CODING = "transferencoding";

    private Lookalikes() {}

    /** Whether the name is Content-Length or Transfer-Encoding but for hyphens and underscores. */
    static boolean ofFraming(String name) {
        if (name.length() < LENGTH.length()) return false;
        return switch (name.charAt(0)) {
            case 'c', 'C' -> isLike(name, LENGTH) && !name.equalsIgnoreCase("content-length");
            case 't', 'T' -> isLike(name, CODING) && !name.equalsIgnoreCase("transfer-encoding");
            case '-', '_' -> isLike(name, LENGTH) || isLike(name, CODING);
            default -> false;
        };
    }

    private static boolean isLike(String name, String squeezed) {
        int matched = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '-' || c == '_') continue;
            if (matched == squeezed.length() || (c | 0x20) != squeezed.charAt(matched)) return false;
            matched++;
        }
        return matched == squeezed.length();
    }
}
