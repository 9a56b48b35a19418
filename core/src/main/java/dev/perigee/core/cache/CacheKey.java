package dev.perigee.core.cache;

import dev.perigee.core.http.Cookies;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.QueryString;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Selection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What two requests must have in common to share a stored response. The parts are kept and compared apart, never joined
 * to one text, so that no choice of delimiters lets one request take another's place.
 *
 * <p>Ordered, so that a hash table can keep keys in a tree when somebody sends paths made to collide.
 */
public final class CacheKey implements Comparable<CacheKey> {
    private static final Comparator<@Nullable String> TEXT = Comparator.nullsFirst(Comparator.naturalOrder());

    /** A preflight answer depends on these (Fetch standard); they are in the key of OPTIONS whatever the policy says. */
    private static final List<String> PREFLIGHT =
            List.of("origin", "access-control-request-method", "access-control-request-headers");

    private static final @Nullable String[] NO_VALUES = {};

    private final String distributionId;
    private final boolean options;
    private final String path;
    private final @Nullable String query;
    private final @Nullable String acceptEncoding;
    private final List<String> headerNames;
    private final @Nullable String[] headerValues;
    private final @Nullable String cookies;
    private final int hash;

    private CacheKey(
            String distributionId,
            boolean options,
            String path,
            @Nullable String query,
            @Nullable String acceptEncoding,
            List<String> headerNames,
            @Nullable String[] headerValues,
            @Nullable String cookies) {
        this.distributionId = distributionId;
        this.options = options;
        this.path = path;
        this.query = query;
        this.acceptEncoding = acceptEncoding;
        this.headerNames = headerNames;
        this.headerValues = headerValues;
        this.cookies = cookies;
        this.hash = computeHash();
    }

    /** As {@link #of(String, CachePolicy, Method, RequestHead, Function)} when no generated header has a value. */
    public static CacheKey of(String distributionId, CachePolicy policy, Method method, RequestHead request) {
        return of(distributionId, policy, method, request, _ -> null);
    }

    /**
     * The key of a request.
     *
     * @param generated value of a {@code CloudFront-*} header by its lower-case name, or null when there is none; what
     *     the viewer sent under such a name never counts
     */
    public static CacheKey of(
            String distributionId,
            CachePolicy policy,
            Method method,
            RequestHead request,
            Function<String, @Nullable String> generated) {
        boolean options = method == Method.OPTIONS;
        if (!options && policy.pathOnly()) {
            return new CacheKey(distributionId, false, request.path(), null, null, List.of(), NO_VALUES, null);
        }
        List<String> names = options ? withPreflight(policy.headers()) : policy.headers();
        return new CacheKey(
                distributionId,
                options,
                request.path(),
                QueryString.select(request.query(), policy.queryStrings()),
                AcceptEncoding.keyed(policy, request.version(), request.fields()),
                names,
                values(names, request, generated),
                policy.cookies().mode() == Selection.Mode.NONE
                        ? null
                        : Cookies.select(request.fields().all("Cookie"), policy.cookies()));
    }

    private static List<String> withPreflight(List<String> names) {
        if (names.containsAll(PREFLIGHT)) return names;
        List<String> all = new ArrayList<>(names);
        for (String name : PREFLIGHT) {
            if (!names.contains(name)) all.add(name);
        }
        return List.copyOf(all);
    }

    /** Null stands for an absent header, which is not the same as an empty one. */
    private static @Nullable String[] values(
            List<String> names, RequestHead request, Function<String, @Nullable String> generated) {
        if (names.isEmpty()) return NO_VALUES;
        @Nullable String[] values = new @Nullable String[names.size()];
        for (int i = 0; i < values.length; i++) {
            String name = names.get(i);
            if (name.startsWith("cloudfront-")) {
                values[i] = generated.apply(name);
            } else {
                values[i] =
                        name.equals("host") ? request.host() : request.fields().joined(name);
            }
        }
        return values;
    }

    /** This key with further request fields: the secondary key of RFC 9111 section 4.1. */
    public CacheKey withVariant(List<String> names, @Nullable String[] values) {
        List<String> allNames = new ArrayList<>(headerNames);
        allNames.addAll(names);
        @Nullable String[] allValues = Arrays.copyOf(headerValues, headerValues.length + values.length);
        System.arraycopy(values, 0, allValues, headerValues.length, values.length);
        return new CacheKey(
                distributionId, options, path, query, acceptEncoding, List.copyOf(allNames), allValues, cookies);
    }

    public String distributionId() {
        return distributionId;
    }

    /** The raw path. */
    public String path() {
        return path;
    }

    /** The query string as far as the cache policy selects it, or null. */
    public @Nullable String query() {
        return query;
    }

    /** Whether this is the key of an OPTIONS response; GET and HEAD share one. */
    public boolean options() {
        return options;
    }

    /** The Accept-Encoding class that takes part, or null. */
    public @Nullable String acceptEncoding() {
        return acceptEncoding;
    }

    /** Lower-case names of the headers that take part. */
    public List<String> headerNames() {
        return headerNames;
    }

    /** Value of the header at this place of {@link #headerNames()}; null when it is absent. */
    public @Nullable String headerValue(int index) {
        return headerValues[index];
    }

    /** The cookies that take part, or null. */
    public @Nullable String cookies() {
        return cookies;
    }

    /** A key from the parts of another: what was written to a disk, read back. */
    public static CacheKey restored(
            String distributionId,
            boolean options,
            String path,
            @Nullable String query,
            @Nullable String acceptEncoding,
            List<String> headerNames,
            List<@Nullable String> headerValues,
            @Nullable String cookies) {
        if (headerNames.size() != headerValues.size()) throw new IllegalArgumentException("a header without a value");
        @Nullable String[] values = headerValues.toArray(NO_VALUES);
        return new CacheKey(
                distributionId, options, path, query, acceptEncoding, List.copyOf(headerNames), values, cookies);
    }

    /**
     * Whether an invalidation path covers this key: {@code /a.jpg} means every variant by header and cookie but not
     * those by query string, {@code /a.jpg?x=1} the one with that query string, {@code /a*} whatever begins so.
     */
    public boolean coveredBy(String invalidationPath) {
        int last = invalidationPath.length() - 1;
        if (last >= 0 && invalidationPath.charAt(last) == '*') return targetStartsWith(invalidationPath, last);
        return invalidationPath.length() == targetLength() && targetStartsWith(invalidationPath, last + 1);
    }

    private int targetLength() {
        return query == null ? path.length() : path.length() + 1 + query.length();
    }

    private boolean targetStartsWith(String text, int length) {
        if (length <= path.length()) return path.regionMatches(0, text, 0, length);
        if (query == null) return false;
        int rest = length - path.length() - 1;
        return text.startsWith(path)
                && text.charAt(path.length()) == '?'
                && rest <= query.length()
                && query.regionMatches(0, text, path.length() + 1, rest);
    }

    private int computeHash() {
        int result = distributionId.hashCode();
        result = 31 * result + path.hashCode();
        result = 31 * result + (query == null ? 0 : query.hashCode());
        result = 31 * result + (acceptEncoding == null ? 0 : acceptEncoding.hashCode());
        result = 31 * result + (headerValues.length == 0 ? 0 : Arrays.hashCode(headerValues));
        result = 31 * result + (cookies == null ? 0 : cookies.hashCode());
        return options ? ~result : result;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CacheKey that
                && hash == that.hash
                && options == that.options
                && path.equals(that.path)
                && distributionId.equals(that.distributionId)
                && same(query, that.query)
                && same(acceptEncoding, that.acceptEncoding)
                && same(cookies, that.cookies)
                && headerNames.equals(that.headerNames)
                && Arrays.equals(headerValues, that.headerValues);
    }

    private static boolean same(@Nullable String a, @Nullable String b) {
        return a == null ? b == null : a.equals(b);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public int compareTo(CacheKey that) {
        int order = path.compareTo(that.path);
        if (order == 0) order = distributionId.compareTo(that.distributionId);
        if (order == 0) order = Boolean.compare(options, that.options);
        if (order == 0) order = TEXT.compare(query, that.query);
        if (order == 0) order = TEXT.compare(acceptEncoding, that.acceptEncoding);
        if (order == 0) order = TEXT.compare(cookies, that.cookies);
        if (order == 0)
            order = Arrays.compare(headerNames.toArray(NO_VALUES), that.headerNames.toArray(NO_VALUES), TEXT);
        return order == 0 ? Arrays.compare(headerValues, that.headerValues, TEXT) : order;
    }

    /** For people: the parts that take part, in the words of the cache policy. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(distributionId).append(' ');
        if (options) text.append("OPTIONS ");
        text.append(path);
        if (query != null) text.append('?').append(query);
        if (acceptEncoding != null) text.append(" accept-encoding=").append(acceptEncoding);
        for (int i = 0; i < headerValues.length; i++) {
            text.append(' ').append(headerNames.get(i));
            if (headerValues[i] == null) {
                text.append(" absent");
            } else {
                text.append("=\"").append(headerValues[i]).append('"');
            }
        }
        if (cookies != null) text.append(" cookies=\"").append(cookies).append('"');
        return text.toString();
    }
}
