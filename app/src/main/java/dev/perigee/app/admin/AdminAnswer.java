package dev.perigee.app.admin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A status and a document. */
record AdminAnswer(int status, String type, String body) {
    private static final String JSON = "application/json";

    /** Metrics in the text format of Prometheus. */
    static AdminAnswer text(String lines) {
        return new AdminAnswer(200, "text/plain; version=0.0.4; charset=utf-8", lines);
    }

    static AdminAnswer ok(ObjectNode document) {
        return new AdminAnswer(200, JSON, document + "\n");
    }

    static AdminAnswer error(int status, String reason) {
        return new AdminAnswer(status, JSON, object().put("error", reason) + "\n");
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
