package dev.perigee.app.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.app.call.LoopbackCall;
import dev.perigee.app.folder.RunFile.PopAddresses;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Asks the edges of a system what happens now. */
public final class LiveEdges {
    private static final int ANSWER_MILLIS = 2_000;

    private final List<PopAddresses> pops;

    public LiveEdges(List<PopAddresses> pops) {
        this.pops = List.copyOf(pops);
    }

    /** What they say, put together; an edge that does not answer is in it with the reason. */
    public ObjectNode picture() {
        List<EdgeReading> readings = new ArrayList<>();
        for (PopAddresses pop : pops) readings.add(reading(pop));
        return LivePicture.of(readings, System.currentTimeMillis() / 1000);
    }

    private static EdgeReading reading(PopAddresses pop) {
        try {
            JsonNode traffic = get(pop.admin() + "/traffic");
            return new EdgeReading(pop.pop(), traffic, get(pop.admin() + "/status"), "");
        } catch (IOException e) {
            return EdgeReading.failed(pop.pop(), "no answer: " + e.getMessage());
        }
    }

    private static JsonNode get(String url) throws IOException {
        return LoopbackCall.json("GET", url, Map.of(), ANSWER_MILLIS);
    }
}
