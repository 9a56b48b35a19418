package dev.perigee.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.app.call.LoopbackCall;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One request of a command to a listener of the running system. */
final class AdminCall {
    private AdminCall() {}

    /** A status and what came with it. */
    record Answer(int status, String body, @Nullable String etag) {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static Answer exchange(String method, String url, Map<String, String> headers) throws IOException {
        return exchange(method, url, headers, new byte[0]);
    }

    static Answer exchange(String method, String url, Map<String, String> headers, byte[] content) throws IOException {
        LoopbackCall.Answer answer = LoopbackCall.exchange(method, url, headers, content, LoopbackCall.ANSWER_MILLIS);
        return new Answer(answer.status(), answer.body(), answer.etag());
    }

    /** A JSON document, or the reason in the listener's words. */
    static JsonNode json(String method, String url, Map<String, String> headers) throws IOException {
        return LoopbackCall.json(method, url, headers, LoopbackCall.ANSWER_MILLIS);
    }

    /** As {@link #json(String, String, Map)}, for what may take its time. */
    static JsonNode json(String method, String url, Map<String, String> headers, int answerMillis) throws IOException {
        return LoopbackCall.json(method, url, headers, answerMillis);
    }
}
