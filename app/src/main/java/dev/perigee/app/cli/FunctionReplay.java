package dev.perigee.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perigee.core.plan.EdgeFunction;
import dev.perigee.core.plan.EdgeFunction.Event;
import dev.perigee.core.plan.KeyValueStore;
import dev.perigee.function.FunctionEngine;
import dev.perigee.function.FunctionLimits;
import dev.perigee.function.FunctionTrial;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs versions of a function on events, one version after the other, and shows what they make of them. */
final class FunctionReplay implements AutoCloseable {
    /** The id of the store that has the pairs. */
    static final String STORE = "dev";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintWriter out;
    private final Event type;
    private final List<KeyValueStore> stores;
    private final FunctionLimits limits = limits();
    private final FunctionEngine engine = new FunctionEngine(limits, "dev");
    /** What the version before made of each event, by its text. */
    private Map<String, JsonNode> before = Map.of();

    FunctionReplay(Console console, Event type, List<KeyValueStore> stores) {
        this.out = console.out();
        this.type = type;
        this.stores = stores;
    }

    /** Nobody is throttled here, and a busy machine is no fault of the function. */
    private static FunctionLimits limits() {
        FunctionLimits standard = FunctionLimits.standard();
        return new FunctionLimits(
                standard.runCpu(),
                Duration.ofSeconds(2),
                standard.averageCpu(),
                Duration.ofHours(1),
                standard.throttled(),
                1,
                standard.queueMax(),
                standard.isolatesMax(),
                standard.idle());
    }

    static List<KeyValueStore> pairs(@Nullable Path file) throws IOException {
        if (file == null) return List.of();
        List<KeyValueStore.Pair> pairs = new ArrayList<>();
        JsonNode all = JSON.readTree(Files.readAllBytes(file)).path("data");
        for (JsonNode each : all) {
            JsonNode key = each.path("key");
            JsonNode value = each.path("value");
            if (!key.isTextual() || !value.isTextual()) throw new IOException(file + " has a pair that is none");
            pairs.add(new KeyValueStore.Pair(key.textValue(), value.textValue()));
        }
        if (!all.isArray()) throw new IOException(file + " has no list named data");
        long now = System.currentTimeMillis();
        return List.of(new KeyValueStore(STORE, now, now, pairs));
    }

    /** Whether none of the events ended in an error. */
    boolean show(EdgeFunction function, List<LoggedEvents.Logged> events) {
        boolean fine = true;
        Map<String, JsonNode> made = new HashMap<>();
        int number = 0;
        for (LoggedEvents.Logged event : events) {
            number++;
            out.println(number + "  " + JsonChanges.printable(event.title()));
            try {
                fine &= show(function, event, made);
            } catch (FunctionTrial.BadEvent | IOException e) {
                out.println("     ERROR in the event: " + JsonChanges.printable(String.valueOf(e.getMessage())));
                fine = false;
            }
        }
        before = made;
        out.flush();
        return fine;
    }

    /** What a function that fails here may have needed; empty when nothing is known. */
    private String hint(EdgeFunction function) {
        if (type == Event.VIEWER_REQUEST && function.source().contains("event.response")) {
            return "It reads event.response: is it for --on viewer-response?";
        }
        if (function.stores().isEmpty() && function.source().contains("cf.kvs(")) {
            return "It uses a key value store: --pairs FILE says what is in one.";
        }
        return "";
    }

    private boolean show(EdgeFunction function, LoggedEvents.Logged event, Map<String, JsonNode> made)
            throws FunctionTrial.BadEvent, IOException {
        byte[] text = event.text().getBytes(StandardCharsets.UTF_8);
        FunctionTrial.Report report =
                FunctionTrial.run(engine, limits, function, stores, text, System.currentTimeMillis());
        for (String line : report.logs()) out.println("     log: " + JsonChanges.printable(line));
        if (!report.error().isEmpty()) {
            out.println("     ERROR: " + JsonChanges.printable(report.error()));
            report.stack().lines().forEach(line -> out.println("     " + JsonChanges.printable(line)));
            String hint = hint(function);
            if (!hint.isEmpty()) out.println("     " + hint);
            return false;
        }
        JsonNode result = JSON.readTree(report.output());
        JsonNode given = JSON.readTree(text);
        boolean answered = type == Event.VIEWER_REQUEST && result.has("response");
        out.println("     "
                + (answered ? "answered by the function:" : type == Event.VIEWER_REQUEST ? "request:" : "response:"));
        String part = result.has("response") ? "response" : "request";
        lines(JsonChanges.between(given.path(part), result.path(part)), "as it was");
        made.put(event.text(), result);
        JsonNode last = before.get(event.text());
        if (last != null) {
            out.println("     since the last version:");
            lines(JsonChanges.between(last, result), "no change");
        }
        return true;
    }

    private void lines(List<String> changes, String none) {
        if (changes.isEmpty()) out.println("       " + none);
        for (String each : changes) out.println("       " + each);
    }

    @Override
    public void close() {
        engine.close();
    }
}
