package dev.perigee.app.console;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import dev.perigee.app.call.LoopbackCall;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Hands requests that the browser has signed to the API as they are. The secret never leaves the page, and the API decides and
 * writes its audit log as for any other client.
 */
final class Relay {
    private static final int CONTENT_MAX = 1 << 20;
    private static final Pattern TARGET = Pattern.compile("/2020-05-31/[A-Za-z0-9/._-]{1,512}");
    private static final String LIST = "/2020-05-31/distribution";
    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "DELETE");
    private static final List<String> PASSED =
            List.of("Authorization", "X-Amz-Date", "X-Amz-Content-Sha256", "Content-Type", "If-Match");

    private final String api;

    Relay(String api) {
        this.api = api;
    }

    /** Whether the request is signed with a key of the API, as one for the list of distributions. */
    boolean knows(HttpExchange exchange) throws IOException {
        return relay(exchange, LIST).status() == 200;
    }

    Answer relay(HttpExchange exchange, String path) throws IOException {
        Headers headers = exchange.getRequestHeaders();
        String authorization = headers.getFirst("Authorization");
        if (authorization == null || !authorization.startsWith("AWS4-HMAC-SHA256 "))
            return Answer.error(403, "what changes something must be signed with a key of the API");
        String query = exchange.getRequestURI().getRawQuery();
        if (!TARGET.matcher(path).matches() || path.contains("..") || !METHODS.contains(exchange.getRequestMethod()))
            return Answer.error(404, "the console does not relay this");
        byte[] content = exchange.getRequestBody().readNBytes(CONTENT_MAX + 1);
        if (content.length > CONTENT_MAX) return Answer.error(413, "more than " + CONTENT_MAX + " octets");
        Map<String, String> passed = new HashMap<>();
        for (String name : PASSED) {
            @Nullable String value = headers.getFirst(name);
            if (value != null) passed.put(name, value);
        }
        LoopbackCall.Answer answer = LoopbackCall.exchange(
                exchange.getRequestMethod(),
                api + path + (query == null ? "" : "?" + query),
                passed,
                content,
                LoopbackCall.ANSWER_MILLIS);
        return new Answer(answer.status(), "text/xml", answer.body().getBytes(StandardCharsets.UTF_8));
    }
}
