package dev.perigee.app.admin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A status and a JSON document. */
record AdminAnswer(int status, String json) {

    static AdminAnswer ok(ObjectNode document) {
        return new AdminAnswer(200, document + "\n");
    }

    static AdminAnswer error(int status, String reason) {
        return new AdminAnswer(status, object().put("error", reason) + "\n");
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
