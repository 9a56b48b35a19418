package dev.perigee.edge.net;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.Grammar;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.serve.Rejection;
import dev.perigee.edge.EdgeLimits;
import dev.perigee.edge.http2.FieldForm;
import dev.perigee.edge.net.hpack.HpackField;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts a request head together from a field section (RFC 9113 section 8), as strictly as {@link HeadParser} reads
 * HTTP/1.1: nothing gets through that could mean something else in the request to an origin. One per event loop, used for
 * one section at a time; the results are valid until the next.
 */
final class FieldSection implements Consumer<HpackField> {
    private static final int LENGTH_UNKNOWN = -1;

    private final EdgeLimits limits;
    private HttpVersion version = HttpVersion.HTTP_2;

    private @Nullable String method;
    private @Nullable String scheme;
    private @Nullable String path;
    private @Nullable String authority;
    private @Nullable String host;
    private @Nullable String length;
    private @Nullable String expect;
    private @Nullable String priority;
    private @Nullable String cookie;
    private @Nullable StringBuilder cookies;
    private Fields.Builder fields = Fields.builder(4);
    private int lines;
    private int octets;
    private boolean regular;
    private boolean malformed;

    private @Nullable RequestHead head;
    private @Nullable Rejection refusal;
    private long contentLength;

    FieldSection(EdgeLimits limits) {
        this.limits = limits;
    }

    void begin(HttpVersion spoken) {
        version = spoken;
        method = scheme = path = authority = host = length = expect = priority = cookie = null;
        cookies = null;
        fields = Fields.builder(16);
        lines = octets = 0;
        regular = malformed = false;
        head = null;
        refusal = null;
        contentLength = LENGTH_UNKNOWN;
    }

    @Override
    public void accept(HpackField field) {
        octets += field.name().length() + field.value().length() + 4;
        // Beyond the limit fields are only counted, so that a small section cannot make a large request.
        if (malformed || octets < 0 || octets > limits.headBytesMax()) {
            octets = Math.max(octets, limits.headBytesMax() + 1);
            return;
        }
        switch (FieldKind.of(field)) {
            case METHOD -> method = pseudo(method, field);
            case SCHEME -> scheme = pseudo(scheme, field);
            case PATH -> path = pseudo(path, field);
            case AUTHORITY -> authority = pseudo(authority, field);
            case MALFORMED -> malformed = true;
            case COOKIE -> crumb(field.value());
            case HOST -> host(field.value());
            case TE -> regular = true; // of this connection only
            case PLAIN -> plain(field);
            case CONTENT_LENGTH -> {
                if (length != null) malformed = true;
                length = field.value();
                plain(field);
            }
            case EXPECT -> {
                if (expect != null) refusal = Rejection.EXPECTATION;
                expect = field.value();
                plain(field);
            }
            case PRIORITY -> {
                priority = field.value();
                plain(field);
            }
        }
    }

    private String pseudo(@Nullable String before, HpackField field) {
        if (before != null || regular) malformed = true;
        return field.value();
    }

    private void plain(HpackField field) {
        line(field.name(), field.value());
    }

    private void line(String name, String value) {
        if (!regular && authority != null) fields.add("Host", authority);
        regular = true;
        if (++lines <= limits.fieldsMax()) fields.add(name, value);
    }

    /** RFC 9113 section 8.2.3: a cookie may come in crumbs, which belong together again before they go on. */
    private void crumb(String value) {
        if (!regular && authority != null) fields.add("Host", authority);
        regular = true;
        if (cookie == null) {
            cookie = value;
            return;
        }
        if (cookies == null) cookies = new StringBuilder(cookie);
        cookies.append("; ").append(value);
    }

    /** RFC 9113 section 8.3.1: where both are there they say the same. */
    private void host(String value) {
        if (host != null || (authority != null && !authority.equalsIgnoreCase(value))) malformed = true;
        host = value;
        if (authority == null) line("Host", value);
        else regular = true;
    }

    /** To be called after the last field. */
    void conclude() {
        if (malformed) return;
        if (octets > limits.headBytesMax() || lines > limits.fieldsMax()) {
            refusal = Rejection.HEAD_TOO_LARGE;
            return;
        }
        if (!regular && authority != null) fields.add("Host", authority);
        String named = authority == null ? host : authority;
        String name = named == null ? null : Hosts.name(named);
        if (method == null || name == null || !isTarget()) {
            malformed = true;
            return;
        }
        if (length != null) contentLength = HeadParser.contentLength(length);
        if (length != null && contentLength < 0) malformed = true;
        if (contentLength > limits.contentBytesMax()) refusal = Rejection.CONTENT_TOO_LARGE;
        if (expect != null && !expect.equalsIgnoreCase("100-continue")) refusal = Rejection.EXPECTATION;
        if (cookie != null) fields.add("Cookie", cookies == null ? cookie : cookies.toString());
        if (!malformed && refusal == null) head = head(method, name);
    }

    /** CONNECT has neither scheme nor path (RFC 9113 section 8.5); it goes on, to be answered as an unsupported method. */
    private boolean isTarget() {
        if ("CONNECT".equals(method)) return scheme == null && path == null;
        if (scheme == null || path == null || path.isEmpty()) return false;
        // An asterisk names nothing an edge could serve; another scheme would be another server's business.
        if (path.equals("*") || !scheme.equalsIgnoreCase("https")) refusal = Rejection.MALFORMED;
        else if (path.length() > limits.requestLineBytesMax()) refusal = Rejection.URL_TOO_LONG;
        return path.charAt(0) == '/' || path.equals("*");
    }

    private RequestHead head(String of, String name) {
        String target = path == null ? "/" : path;
        int mark = target.indexOf('?');
        return new RequestHead(
                of,
                mark < 0 ? target : target.substring(0, mark),
                mark < 0 ? null : target.substring(mark + 1),
                name,
                version,
                fields.build());
    }

    /** Whether the section breaks the rules of the protocol, so that its stream is to be reset. */
    boolean malformed() {
        return malformed;
    }

    /** Why the request is answered at once, or null. */
    @Nullable
    Rejection refusal() {
        return refusal;
    }

    /** The request; null when it is malformed or refused. */
    @Nullable
    RequestHead head() {
        return head;
    }

    /** Octets of the fields as HTTP/1.1 would write them. */
    int octets() {
        return octets;
    }

    /** Content-Length, or -1. */
    long contentLength() {
        return contentLength;
    }

    boolean expectsContinue() {
        return expect != null;
    }

    /** Value of Priority (RFC 9218), or null. */
    @Nullable
    String priority() {
        return priority;
    }

    /** What a field is to this edge; found out once for each that stays in a table. */
    enum FieldKind {
        METHOD,
        SCHEME,
        PATH,
        AUTHORITY,
        PLAIN,
        COOKIE,
        HOST,
        CONTENT_LENGTH,
        EXPECT,
        TE,
        PRIORITY,
        MALFORMED;

        static FieldKind of(HpackField field) {
            if (field.mark() instanceof FieldKind known) return known;
            FieldKind kind = FieldForm.isValue(field.value()) ? find(field.name(), field.value()) : MALFORMED;
            field.mark(kind);
            return kind;
        }

        private static FieldKind find(String name, String value) {
            return switch (name) {
                case ":method" -> Grammar.isToken(value) ? METHOD : MALFORMED;
                case ":scheme" -> isScheme(value) ? SCHEME : MALFORMED;
                case ":path" -> isVisible(value) ? PATH : MALFORMED;
                case ":authority" -> AUTHORITY;
                case "cookie" -> COOKIE;
                case "host" -> HOST;
                case "content-length" -> CONTENT_LENGTH;
                case "expect" -> EXPECT;
                case "priority" -> PRIORITY;
                case "te" -> value.equalsIgnoreCase("trailers") ? TE : MALFORMED;
                default -> isPlain(name) ? PLAIN : MALFORMED;
            };
        }

        private static boolean isPlain(String name) {
            return FieldForm.isName(name) && !FieldForm.isOfConnection(name) && !Lookalikes.ofFraming(name);
        }

        private static boolean isScheme(String value) {
            for (int i = 0; i < value.length(); i++) {
                char c = (char) (value.charAt(i) | 0x20);
                if (c < 'a' || c > 'z') return false;
            }
            return !value.isEmpty();
        }

        /** A target is visible ASCII without a fragment. */
        private static boolean isVisible(String value) {
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                if (c <= ' ' || c >= 127 || c == '#') return false;
            }
            return true;
        }
    }

    /** Fields after the content (RFC 9113 section 8.1): read and dropped, like those of HTTP/1.1. */
    static final class TrailerSection implements Consumer<HpackField> {
        private static final int OCTETS_MAX = 4_096;

        private int octets;
        private boolean malformed;

        @Override
        public void accept(HpackField field) {
            octets += field.name().length() + field.value().length() + 4;
            if (malformed || octets < 0 || octets > OCTETS_MAX) malformed = true;
            else
                malformed = switch (FieldKind.of(field)) {
                    case PLAIN, PRIORITY -> !Trailers.isHarmless(field.name() + ':' + field.value());
                    case METHOD, SCHEME, PATH, AUTHORITY, COOKIE, HOST, CONTENT_LENGTH, EXPECT, TE, MALFORMED -> true;
                };
        }

        boolean malformed() {
            return malformed;
        }
    }
}
