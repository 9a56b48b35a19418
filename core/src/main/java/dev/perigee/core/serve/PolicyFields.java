package dev.perigee.core.serve;

import dev.perigee.core.http.Field;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.Grammar;
import dev.perigee.core.http.HttpDate;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.Cors;
import dev.perigee.core.plan.ResponseHeadersPolicy;
import dev.perigee.core.plan.Wildcards;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A response headers policy at work (developer guide, "Understand response headers policies"). */
public final class PolicyFields {
    private static final String CORS_PREFIX = "Access-Control-";
    private static final String REFUSED = "";
    private static final String ALLOW_HEADERS = "Access-Control-Allow-Headers";

    private PolicyFields() {}

    /**
     * The response's fields as the policy wants them: what it removes goes first, so that what it adds stays.
     *
     * @param allowOrigin what {@link #allowOrigin} says of this request
     * @param nowSeconds for a Date in place of a removed one
     */
    public static Fields apply(
            ResponseHeadersPolicy policy,
            Fields response,
            RequestHead request,
            @Nullable String allowOrigin,
            long nowSeconds) {
        Fields.Builder changed = response.toBuilder();
        for (String name : policy.remove()) changed.remove(name);
        for (ResponseHeadersPolicy.Rule rule : policy.rules()) {
            if (rule.override()) changed.set(rule.name(), rule.value());
            else if (!changed.has(rule.name())) changed.add(rule.name(), rule.value());
        }
        // Server and Date are never missing: CloudFront puts its own in place of the origin's.
        if (policy.remove().contains("server") && !changed.has("Server")) changed.add("Server", "CloudFront");
        if (removesDate(policy) && !changed.has("Date")) changed.add("Date", HttpDate.format(nowSeconds));
        Cors cors = policy.cors();
        if (cors == null || allowOrigin == null) return changed.build();
        Fields soFar = changed.build();
        if (allowOrigin.equals(REFUSED)) return cors.override() ? withoutCors(soFar) : soFar;
        // Without OriginOverride one CORS header from the origin, whichever it is, keeps away all of the policy's.
        if (!cors.override() && hasCors(soFar)) return soFar;
        return withCors(cors, soFar, request, allowOrigin);
    }

    private static Fields withCors(Cors cors, Fields response, RequestHead request, String allowOrigin) {
        Fields.Builder changed = response.toBuilder();
        changed.set("Access-Control-Allow-Origin", allowOrigin);
        if (!allowOrigin.equals("*")) addToVary(response.joined("Vary"), changed);
        for (Field field : cors.always()) changed.set(field.name(), field.value());
        if (!isPreflight(request)) return changed.build();
        for (Field field : cors.preflight()) {
            String value = field.name().equals(ALLOW_HEADERS) ? allowHeaders(field.value(), request) : field.value();
            if (value != null) changed.set(field.name(), value);
        }
        return changed.build();
    }

    /** Value of Access-Control-Allow-Origin for this request: null when it names no origin, empty when that is refused. */
    public static @Nullable String allowOrigin(ResponseHeadersPolicy policy, RequestHead request) {
        if (policy.cors() == null) return null;
        String origin = request.fields().first("Origin");
        if (origin == null) return null;
        String allowed = policy.cors().allowOrigin(origin);
        return allowed == null ? REFUSED : allowed;
    }

    /** Whether a browser asks if it may send the real request (Fetch, "CORS-preflight request"). */
    public static boolean isPreflight(RequestHead request) {
        return request.method().equals("OPTIONS") && request.fields().has("Access-Control-Request-Method");
    }

    /** Whether the fields differ from one moment to the next. */
    public static boolean removesDate(ResponseHeadersPolicy policy) {
        return policy.remove().contains("date");
    }

    private static void addToVary(@Nullable String vary, Fields.Builder changed) {
        if (vary == null || vary.isBlank()) {
            changed.set("Vary", "Origin");
            return;
        }
        for (String member : vary.split(",", -1)) {
            String name = member.strip();
            if (name.equals("*") || Fields.sameName(name, "Origin")) return;
        }
        changed.set("Vary", vary + ", Origin");
    }

    private static boolean hasCors(Fields fields) {
        for (int i = 0; i < fields.size(); i++) {
            if (isCors(fields.name(i))) return true;
        }
        return false;
    }

    private static Fields withoutCors(Fields fields) {
        Fields.Builder kept = Fields.builder(fields.size());
        for (int i = 0; i < fields.size(); i++) {
            if (!isCors(fields.name(i))) kept.add(fields.name(i), fields.value(i));
        }
        return kept.build();
    }

    private static boolean isCors(String name) {
        return name.regionMatches(true, 0, CORS_PREFIX, 0, CORS_PREFIX.length());
    }

    /**
     * Browsers know no wildcard but the lone asterisk. Of a pattern such as {@code x-amz-*} they are told those of the
     * names they ask for that match it.
     */
    private static @Nullable String allowHeaders(String configured, RequestHead request) {
        if (!configured.contains("*")) return configured;
        Set<String> names = new LinkedHashSet<>();
        String asked = request.fields().joined("Access-Control-Request-Headers");
        for (String member : configured.split(",", -1)) {
            String pattern = member.strip();
            if (pattern.equals("*")) return configured;
            if (pattern.contains("*")) addMatching(pattern.toLowerCase(Locale.ROOT), asked, names);
            else names.add(pattern);
        }
        return names.isEmpty() ? null : String.join(", ", names);
    }

    private static void addMatching(String pattern, @Nullable String asked, Set<String> names) {
        if (asked == null) return;
        for (String member : asked.split(",", -1)) {
            String name = member.strip().toLowerCase(Locale.ROOT);
            if (Grammar.isToken(name) && !name.equals("authorization") && Wildcards.matches(pattern, name)) {
                names.add(name);
            }
        }
    }
}
