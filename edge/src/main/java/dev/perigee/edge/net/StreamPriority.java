package dev.perigee.edge.net;

/**
 * RFC 9218: what a viewer says about the order it wants answers in, as urgency from 0 (first) to 7, and whether parts of
 * it are of use. Who says nothing gets equal shares, since it may be many viewers behind one proxy.
 */
record StreamPriority(int urgency, boolean incremental) {
    static final int LEVELS = 8;
    private static final int URGENCY_DEFAULT = 3;
    static final StreamPriority UNSAID = new StreamPriority(URGENCY_DEFAULT, true);

    /** Of a dictionary such as {@code u=1, i}; what is not understood counts as not said (RFC 9218 section 4). */
    static StreamPriority parse(String value) {
        int urgency = URGENCY_DEFAULT;
        boolean incremental = false;
        int start = 0;
        while (start < value.length()) {
            int comma = value.indexOf(',', start);
            int end = comma < 0 ? value.length() : comma;
            while (start < end && value.charAt(start) <= ' ') start++;
            int length = end - start;
            while (length > 0 && value.charAt(start + length - 1) <= ' ') length--;
            if (length == 3 && value.startsWith("u=", start)) {
                int digit = value.charAt(start + 2) - '0';
                if (digit >= 0 && digit < LEVELS) urgency = digit;
            } else if ((length == 1 && value.charAt(start) == 'i')
                    || (length == 4 && value.startsWith("i=?1", start))) {
                incremental = true;
            } else if (length == 4 && value.startsWith("i=?0", start)) {
                incremental = false;
            }
            start = end + 1;
        }
        return new StreamPriority(urgency, incremental);
    }
}
