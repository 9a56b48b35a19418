package dev.perigee.control.resource;

import dev.perigee.control.api.LambdaApi.Answer;
import dev.perigee.control.resource.LambdaUrl.Cors;
import dev.perigee.core.http.Fields;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What browsers on other sites are told about a function URL (Fetch standard, CORS protocol). */
final class UrlCors {
    private static final List<String> NAMES = List.of(
            "Access-Control-Allow-Origin",
            "Access-Control-Allow-Credentials",
            "Access-Control-Allow-Methods",
            "Access-Control-Allow-Headers",
            "Access-Control-Expose-Headers",
            "Access-Control-Max-Age");

    private UrlCors() {}

    /** The function is not asked. */
    static Answer preflight(Cors cors, Fields headers) {
        Fields.Builder told = Fields.builder(8);
        if (allow(cors, headers, told)) {
            add(told, "Access-Control-Allow-Methods", cors.allowMethods());
            add(told, "Access-Control-Allow-Headers", cors.allowHeaders());
            if (cors.maxAge() > 0) told.add("Access-Control-Max-Age", Integer.toString(cors.maxAge()));
        }
        return new Answer(200, told.build(), new byte[0]);
    }

    /** In the place of what the function says about it: Lambda's configuration goes before. */
    static Answer added(Cors cors, Fields headers, Answer answer) {
        Fields.Builder told = answer.headers().toBuilder();
        NAMES.forEach(told::remove);
        if (allow(cors, headers, told)) add(told, "Access-Control-Expose-Headers", cors.exposeHeaders());
        return new Answer(answer.status(), told.build(), answer.body());
    }

    private static boolean allow(Cors cors, Fields headers, Fields.Builder told) {
        String origin = headers.first("Origin");
        String allowed = origin == null ? null : allowed(cors, origin);
        if (allowed == null) return false;
        told.add("Access-Control-Allow-Origin", allowed);
        if (!allowed.equals("*")) told.set("Vary", "Origin");
        if (cors.allowCredentials()) told.add("Access-Control-Allow-Credentials", "true");
        return true;
    }

    /** A browser does not take a star together with credentials. */
    private static @Nullable String allowed(Cors cors, String origin) {
        boolean all = cors.allowOrigins().contains("*");
        if (all && !cors.allowCredentials()) return "*";
        return all || cors.allowOrigins().contains(origin) ? origin : null;
    }

    private static void add(Fields.Builder told, String name, List<String> values) {
        if (!values.isEmpty()) told.add(name, String.join(",", values));
    }
}
