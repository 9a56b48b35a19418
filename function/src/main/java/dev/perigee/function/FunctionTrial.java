package dev.perigee.function;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.EdgeFunction;
import dev.perigee.core.plan.KeyValueStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Runs a function once for whoever develops it, with an event that they have written. */
public final class FunctionTrial {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> OF_REQUEST = List.of("querystring", "headers", "cookies");
    private static final List<String> OF_RESPONSE = List.of("headers", "cookies");
    private static final String NOT_RUN =
            "The CloudFront function associated with the CloudFront distribution is invalid or could not run. ";

    private FunctionTrial() {}

    /**
     * What came of it.
     *
     * @param utilization CPU time in hundredths of what a run may take on average, 100 at most
     * @param error empty when there is none
     * @param output the request or response as JSON; empty when there is none
     * @param stack where the error happened, a line each; empty when that is not known
     */
    public record Report(int utilization, List<String> logs, String error, String output, String stack) {}

    /** An event that is none. */
    public static final class BadEvent extends Exception {
        private static final long serialVersionUID = 1;

        BadEvent(String message) {
            super(message, null, false, false);
        }
    }

    /** Runs it twice: what the first run pays for is paid once in the life of a function. */
    public static Report run(
            FunctionEngine engine,
            FunctionLimits limits,
            EdgeFunction function,
            Collection<KeyValueStore> stores,
            byte[] given,
            long millis)
            throws BadEvent {
        JsonNode event = event(given);
        EventRequest request = request(event.path("request"));
        String type = event.path("context").path("eventType").asText("viewer-request");
        boolean response = type.equals(EdgeFunction.Event.VIEWER_RESPONSE.word());
        if (!response && !type.equals(EdgeFunction.Event.VIEWER_REQUEST.word())) {
            throw new BadEvent("context.eventType is neither viewer-request nor viewer-response.");
        }
        if (response && !event.path("response").isObject()) throw new BadEvent("The event has no response.");
        String text = normalised(event).toString();
        Outcome outcome;
        try {
            Values values = Values.NONE.replacedBy(stores);
            engine.await(function, text, millis, null, values);
            outcome = engine.await(function, text, millis, null, values);
        } finally {
            engine.forget(function);
        }
        int utilization = (int)
                Math.min(100, outcome.cpuNanos() * 100 / limits.averageCpu().toNanos());
        return switch (outcome) {
            case Outcome.Failed failed ->
                new Report(utilization, failed.logs(), NOT_RUN + failed.message(), "", failed.stack());
            case Outcome.Returned returned -> returned(returned, utilization, request, response);
        };
    }

    private static Report returned(Outcome.Returned returned, int utilization, EventRequest request, boolean response) {
        JsonNode result = returned.result().tree();
        try {
            boolean answered = true;
            if (response) EventResponse.none().changed(returned.result());
            // Whether there is such an origin is not tried out, as at CloudFront.
            else answered = Verdict.of(returned, request, null, null) instanceof Verdict.Answered;
            String output = JSON.createObjectNode()
                    .set(answered ? "response" : "request", result)
                    .toString();
            return new Report(utilization, returned.logs(), "", output, "");
        } catch (Invalid e) {
            return new Report(utilization, returned.logs(), e.text(), "", "");
        }
    }

    private static JsonNode event(byte[] given) throws BadEvent {
        try {
            JsonNode event = JSON.readTree(given);
            if (event == null || !event.isObject()) throw new BadEvent("The event is not a JSON object.");
            return event;
        } catch (JsonProcessingException e) {
            throw new BadEvent("The event is not JSON: " + e.getOriginalMessage());
        } catch (java.io.IOException e) {
            throw new BadEvent("The event cannot be read.");
        }
    }

    /** As events at the edge are: every part is there, and what nobody knows is not. */
    private static JsonNode normalised(JsonNode event) {
        ObjectNode made = event.deepCopy();
        for (String part : List.of("request", "response")) {
            if (!(made.path(part) instanceof ObjectNode head)) continue;
            for (String several : part.equals("request") ? OF_REQUEST : OF_RESPONSE) {
                ObjectNode kept = JSON.createObjectNode();
                for (Map.Entry<String, JsonNode> each : head.path(several).properties()) {
                    kept.set(each.getKey(), value(each.getValue()));
                }
                head.set(several, kept);
            }
        }
        return made;
    }

    private static JsonNode value(JsonNode given) {
        if (!(given instanceof ObjectNode value)) return given;
        return value.deepCopy().retain("value", "multiValue", "attributes");
    }

    /** The request that the event describes, as it would have come. */
    private static EventRequest request(JsonNode request) throws BadEvent {
        if (!request.isObject()
                || !request.path("method").isTextual()
                || !request.path("uri").isTextual()) {
            throw new BadEvent("The event has no request with a method and a uri.");
        }
        List<String> query = new ArrayList<>();
        for (String[] each : pairs("querystring", request))
            query.add(each[1].isEmpty() ? each[0] : each[0] + "=" + each[1]);
        Fields.Builder fields = Fields.builder(8);
        Fields.Builder made = Fields.builder(4);
        for (String[] each : pairs("headers", request)) {
            if (!each[0].equals(each[0].toLowerCase(Locale.ROOT))) {
                throw new BadEvent("The event has the header name " + each[0] + ", which is not in lower case.");
            }
            (each[0].startsWith("cloudfront-") ? made : fields).add(each[0], each[1]);
        }
        for (String[] each : pairs("cookies", request)) fields.add("cookie", each[0] + "=" + each[1]);
        RequestHead head = new RequestHead(
                request.path("method").asText(),
                request.path("uri").asText(),
                query.isEmpty() ? null : String.join("&", query),
                "",
                HttpVersion.HTTP_1_1,
                fields.build());
        return new EventRequest(head, made.build());
    }

    /** Name and value of everything in a part of the event. */
    private static List<String[]> pairs(String part, JsonNode request) throws BadEvent {
        List<String[]> pairs = new ArrayList<>();
        JsonNode all = request.path(part);
        if (all.isMissingNode()) return pairs;
        if (!all.isObject()) throw new BadEvent("request." + part + " is not an object.");
        for (Map.Entry<String, JsonNode> each : all.properties()) {
            JsonNode multi = each.getValue().path("multiValue");
            Iterable<JsonNode> values = multi.isArray() && !multi.isEmpty() ? multi : List.of(each.getValue());
            for (JsonNode value : values) {
                if (!value.path("value").isTextual()) {
                    throw new BadEvent("request." + part + "." + each.getKey() + " has no value.");
                }
                pairs.add(new String[] {each.getKey(), value.path("value").asText()});
            }
        }
        return pairs;
    }
}
