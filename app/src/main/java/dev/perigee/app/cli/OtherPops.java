package dev.perigee.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.app.folder.RunFile;
import dev.perigee.app.folder.RunFile.PopAddresses;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one edge has told of a miss, completed by what other edges have stored: no edge knows that of another. */
final class OtherPops {
    /** Causes that say no more than that the edge never had it. */
    private static final Set<String> NEVER_HERE =
            Set.of("first-time", "query-string", "cookie", "header", "accept-encoding");

    private static final int NEAREST_MAX = 5;

    private final RunFile run;

    OtherPops(RunFile run) {
        this.run = run;
    }

    /** Asks one edge, and the others where that may tell more. */
    JsonNode explain(PopAddresses edge, String query) throws IOException {
        JsonNode told = ask(edge, query);
        JsonNode miss = told.path("miss");
        if (!NEVER_HERE.contains(miss.path("cause").asText())) return told;
        List<JsonNode> near = new ArrayList<>();
        miss.path("nearest").forEach(near::add);
        for (PopAddresses other : run.pops()) {
            if (!other.pop().equals(edge.pop())) near.addAll(atAnother(other, query));
        }
        near.sort(Comparator.comparingInt(each -> each.path("differs").size()));
        complete((ObjectNode) told, near);
        return told;
    }

    private JsonNode ask(PopAddresses edge, String query) throws IOException {
        return AdminCall.json("GET", edge.admin() + query, Map.of("X-Perigee-Token", run.adminToken()));
    }

    /** What this edge would have served, or nearly. */
    private List<JsonNode> atAnother(PopAddresses other, String query) {
        JsonNode told;
        try {
            told = ask(other, query);
        } catch (IOException _) {
            // An edge that does not answer has nothing to say of this one's miss.
            return List.of();
        }
        List<JsonNode> near = new ArrayList<>();
        if (told.path("result").asText().equals("Hit")) {
            ObjectNode same = AdminCall.object();
            same.put("pop", other.pop()).put("key", told.path("key").asText()).putArray("differs");
            near.add(same);
        }
        told.path("miss").path("nearest").forEach(near::add);
        return near;
    }

    private static void complete(ObjectNode told, List<JsonNode> near) {
        ObjectNode miss = (ObjectNode) told.path("miss");
        ArrayNode nearest = miss.putArray("nearest");
        near.stream().limit(NEAREST_MAX).forEach(nearest::add);
        if (nearest.isEmpty() || !nearest.get(0).path("differs").isEmpty()) return;
        String pop = nearest.get(0).path("pop").asText();
        miss.put("cause", "other-pop");
        ((ArrayNode) told.path("steps"))
                .addObject()
                .put("step", "other edges")
                .put("outcome", "stored")
                .put("why", pop + " has a fresh response with this key; edges do not ask each other.");
    }
}
