package dev.perigee.app.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;

/** A status and what comes with it; never compared as a whole. */
@SuppressWarnings("ArrayRecordComponent")
record Answer(int status, String type, byte[] body) {
    static Answer json(JsonNode document) {
        return new Answer(200, "application/json", document.toString().getBytes(StandardCharsets.UTF_8));
    }

    static Answer error(int status, String reason) {
        String document =
                JsonNodeFactory.instance.objectNode().put("error", reason).toString();
        return new Answer(status, "application/json", document.getBytes(StandardCharsets.UTF_8));
    }
}
