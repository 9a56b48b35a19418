package dev.perigee.lab.s3;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The request with the parameters of its query and no others. A servlet container reads a body of type {@code
 * application/x-www-form-urlencoded} as parameters; to S3 it is the content of an object, and parameters from it would
 * be missing in the signature.
 */
final class QueryParameters extends HttpServletRequestWrapper {
    private final Map<String, List<String>> parameters = new LinkedHashMap<>();

    QueryParameters(HttpServletRequest request) {
        super(request);
        String query = request.getQueryString();
        if (query == null) return;
        for (String part : query.split("&", -1)) {
            if (part.isEmpty()) continue;
            int equals = part.indexOf('=');
            String name = decoded(equals < 0 ? part : part.substring(0, equals));
            parameters
                    .computeIfAbsent(name, _ -> new ArrayList<>())
                    .add(equals < 0 ? "" : decoded(part.substring(equals + 1)));
        }
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return text;
        }
    }

    @Override
    public @Nullable String getParameter(String name) {
        List<String> values = parameters.get(name);
        return values == null ? null : values.getFirst();
    }

    @Override
    public Enumeration<String> getParameterNames() {
        return Collections.enumeration(parameters.keySet());
    }

    @Override
    public String @Nullable [] getParameterValues(String name) {
        List<String> values = parameters.get(name);
        return values == null ? null : values.toArray(String[]::new);
    }

    @Override
    public Map<String, String[]> getParameterMap() {
        Map<String, String[]> map = new LinkedHashMap<>();
        parameters.forEach((name, values) -> map.put(name, values.toArray(String[]::new)));
        return map;
    }
}
