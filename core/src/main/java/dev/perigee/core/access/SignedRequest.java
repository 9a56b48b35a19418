package dev.perigee.core.access;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.RequestHead;
import org.jspecify.annotations.Nullable;

/**
 * A request to a behavior that trusts key groups, parted into what it says of its signature and the rest. What it says comes
 * from the URL when that has one of the reserved parameters, else from the cookies; never from both.
 */
public final class SignedRequest {
    private static final String[] PARAMETERS = {"Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"};
    private static final String COOKIE_PREFIX = "CloudFront-";

    private static final int EXPIRES = 0;
    private static final int POLICY = 1;
    private static final int SIGNATURE = 2;
    private static final int KEY_PAIR_ID = 3;
    private static final int HASH_ALGORITHM = 4;

    private final RequestHead received;
    private final @Nullable String query;
    private final @Nullable String[] values = new @Nullable String[PARAMETERS.length];
    private boolean repeated;

    private SignedRequest(RequestHead received) {
        this.received = received;
        String whole = received.query();
        this.query = whole == null ? null : ownQuery(whole);
        if (isEmpty()) readCookies(received.fields());
    }

    /** Parts a request, as the viewer sent it. */
    public static SignedRequest of(RequestHead received) {
        return new SignedRequest(received);
    }

    private boolean isEmpty() {
        for (String value : values) {
            if (value != null) return false;
        }
        return true;
    }

    /** Takes the reserved parameters out of a query, and notes their values; what is left, or null when that is nothing. */
    private @Nullable String ownQuery(String whole) {
        StringBuilder own = null;
        int start = 0;
        boolean first = true;
        int keptTo = 0;
        while (start <= whole.length()) {
            int ampersand = whole.indexOf('&', start);
            int end = ampersand < 0 ? whole.length() : ampersand;
            int equals = whole.indexOf('=', start);
            int nameEnd = equals < 0 || equals > end ? end : equals;
            int parameter = parameter(whole, start, nameEnd);
            if (parameter >= 0) {
                note(parameter, nameEnd == end ? "" : whole.substring(nameEnd + 1, end));
                if (own == null) {
                    own = new StringBuilder(whole.length()).append(whole, 0, keptTo);
                }
            } else {
                if (own != null) {
                    if (!first) own.append('&');
                    own.append(whole, start, end);
                }
                first = false;
                keptTo = end;
            }
            start = end + 1;
        }
        if (own == null) return whole;
        return first ? null : own.toString();
    }

    private static int parameter(String text, int start, int end) {
        for (int i = 0; i < PARAMETERS.length; i++) {
            String name = PARAMETERS[i];
            if (name.length() == end - start && text.startsWith(name, start)) return i;
        }
        return -1;
    }

    private void note(int parameter, String value) {
        if (values[parameter] != null) repeated = true;
        values[parameter] = value;
    }

    private void readCookies(Fields fields) {
        for (int i = 0; i < fields.size(); i++) {
            if (!Fields.sameName(fields.name(i), "Cookie")) continue;
            String line = fields.value(i);
            for (int start = 0; start < line.length(); ) {
                int end = pairEnd(line, start);
                int cookie = cookie(line, start, end);
                if (cookie >= 0) {
                    int equals = line.indexOf('=', start);
                    note(cookie, line.substring(equals + 1, end).strip());
                }
                start = end + 1;
            }
        }
    }

    private static int pairEnd(String line, int start) {
        int semicolon = line.indexOf(';', start);
        return semicolon < 0 ? line.length() : semicolon;
    }

    /** Which of the reserved cookies stands here, or -1. */
    private static int cookie(String line, int start, int end) {
        int from = start;
        while (from < end && (line.charAt(from) == ' ' || line.charAt(from) == '\t')) from++;
        int equals = line.indexOf('=', from);
        if (equals < 0 || equals > end || !line.startsWith(COOKIE_PREFIX, from)) return -1;
        int nameEnd = equals;
        while (nameEnd > from && (line.charAt(nameEnd - 1) == ' ' || line.charAt(nameEnd - 1) == '\t')) nameEnd--;
        return parameter(line, from + COOKIE_PREFIX.length(), nameEnd);
    }

    /**
     * The request without any reserved parameter and cookie, as it is served, cached and asked of the origin.
     *
     * @param meant the same request, but perhaps for the default root object
     */
    // The very same fields come back when nothing was taken out of them.
    @SuppressWarnings("ReferenceEquality")
    public RequestHead without(RequestHead meant) {
        Fields fields = withoutCookies(meant.fields());
        String whole = meant.query();
        if (fields == meant.fields() && (whole == null ? query == null : whole.equals(query))) return meant;
        return new RequestHead(meant.method(), meant.path(), query, meant.host(), meant.version(), fields);
    }

    private static Fields withoutCookies(Fields fields) {
        Fields.Builder kept = null;
        for (int i = 0; i < fields.size(); i++) {
            String value = fields.value(i);
            boolean mayChange = Fields.sameName(fields.name(i), "Cookie") && value.contains(COOKIE_PREFIX);
            String own = mayChange ? ownCookies(value) : value;
            if (kept == null && !value.equals(own)) {
                kept = Fields.builder(fields.size());
                for (int before = 0; before < i; before++) kept.add(fields.name(before), fields.value(before));
            }
            if (kept != null && own != null) kept.add(fields.name(i), own);
        }
        return kept == null ? fields : kept.build();
    }

    private static @Nullable String ownCookies(String line) {
        StringBuilder own = new StringBuilder(line.length());
        for (int start = 0; start < line.length(); ) {
            int end = pairEnd(line, start);
            if (cookie(line, start, end) < 0) {
                if (!own.isEmpty()) own.append(';');
                own.append(line, start, end);
            }
            start = end + 1;
        }
        String left = own.toString().strip();
        return left.isEmpty() ? null : left;
    }

    /** The URL that a signature is to be for. */
    ViewerUrl url(boolean https) {
        String host = received.fields().first("Host");
        return new ViewerUrl(https ? "https" : "http", host == null ? received.host() : host, received.path(), query);
    }

    /** Whether some reserved name was there twice, so that nobody can say which was meant. */
    boolean isRepeated() {
        return repeated;
    }

    @Nullable
    String expires() {
        return values[EXPIRES];
    }

    @Nullable
    String policy() {
        return values[POLICY];
    }

    @Nullable
    String signature() {
        return values[SIGNATURE];
    }

    @Nullable
    String keyPairId() {
        return values[KEY_PAIR_ID];
    }

    @Nullable
    String hashAlgorithm() {
        return values[HASH_ALGORITHM];
    }
}
