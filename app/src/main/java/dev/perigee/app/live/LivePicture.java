package dev.perigee.app.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One document of what happens now on all edges: what {@code perigee top --json} prints and the console shows. */
public final class LivePicture {
    private static final int SECONDS = 60;
    /** What a rate is the average of. */
    private static final int RATE_SECONDS = 5;

    private static final int DISTRIBUTIONS = 50;
    private static final int POPULAR = 20;
    private static final double MICRO = 1e6;

    private final List<EdgeReading> readings;
    private final long now;

    private LivePicture(List<EdgeReading> readings, long now) {
        this.readings = readings;
        this.now = now;
    }

    /**
     * Puts together what edges said.
     *
     * @param now in seconds since 1970, by the clock of the wall; this second is not over yet and is left out of rates
     */
    public static ObjectNode of(List<EdgeReading> readings, long now) {
        return new LivePicture(readings, now).document();
    }

    private ObjectNode document() {
        ObjectNode shown = object().put("second", now).put("seconds", SECONDS);
        Sums total = new Sums();
        for (EdgeReading reading : readings) total.add(live(reading));
        ObjectNode all = total.into(shown.putObject("total"), true);
        ArrayNode pops = shown.putArray("pops");
        for (EdgeReading reading : readings) pop(pops.addObject().put("pop", reading.pop()), reading);
        rates(all, readings);
        distributions(shown.putArray("distributions"));
        popular(shown.putArray("urls"), "topUrls");
        popular(shown.putArray("misses"), "topMisses");
        series(shown.putArray("series"));
        cost(shown.putObject("cost"));
        return shown;
    }

    private static JsonNode live(EdgeReading reading) {
        return reading.traffic().path("live");
    }

    private void pop(ObjectNode shown, EdgeReading reading) {
        new Sums().add(live(reading)).into(shown, true);
        rates(shown, List.of(reading));
        Sums last = new Sums();
        for (JsonNode second : reading.traffic().path("seconds")) {
            if (second.path("second").asLong() == now - 1) last.add(second);
        }
        last.into(shown.putObject("last"), false);
        if (!reading.failure().isEmpty()) shown.put("failure", reading.failure());
        JsonNode status = reading.status();
        for (String name : List.of("planVersion", "connections", "storedObjects", "storedBytes", "originRequests")) {
            if (status.has(name)) shown.set(name, status.get(name));
        }
    }

    /** The last seconds that are over, in requests and octets a second. */
    private void rates(ObjectNode shown, List<EdgeReading> of) {
        long requests = 0;
        long sent = 0;
        for (EdgeReading reading : of) {
            for (JsonNode second : reading.traffic().path("seconds")) {
                long at = second.path("second").asLong();
                if (at < now - RATE_SECONDS || at >= now) continue;
                requests += second.path("requests").asLong();
                sent += second.path("sent").asLong();
            }
        }
        shown.put("perSecond", Sums.round(requests / (double) RATE_SECONDS, 10));
        shown.put("sentPerSecond", sent / RATE_SECONDS);
    }

    private void distributions(ArrayNode shown) {
        Map<String, Sums> byId = new TreeMap<>();
        for (EdgeReading reading : readings) {
            for (JsonNode each : live(reading).path("distributions")) {
                byId.computeIfAbsent(each.path("id").asText(), _ -> new Sums()).add(each);
            }
        }
        byId.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<String, Sums> each) ->
                                each.getValue().requests())
                        .reversed())
                .limit(DISTRIBUTIONS)
                .forEach(each -> each.getValue().into(shown.addObject().put("id", each.getKey()), true));
    }

    private void popular(ArrayNode shown, String kind) {
        Map<String, ObjectNode> sums = new HashMap<>();
        for (EdgeReading reading : readings) {
            for (JsonNode each : live(reading).path(kind)) {
                String distribution = each.path("distribution").asText();
                String path = each.path("path").asText();
                ObjectNode sum = sums.computeIfAbsent(
                        distribution + ' ' + path,
                        _ -> object().put("distribution", distribution).put("path", path));
                for (String name : List.of("requests", "sent")) {
                    sum.put(name, sum.path(name).asLong() + each.path(name).asLong());
                }
            }
        }
        List<ObjectNode> all = new ArrayList<>(sums.values());
        all.sort(Comparator.comparingLong(
                        (ObjectNode each) -> each.path("requests").asLong())
                .reversed()
                .thenComparing(each -> each.path("path").asText()));
        all.stream().limit(POPULAR).forEach(shown::add);
    }

    /** The last minute, second by second, the last one that is over at its end. */
    private void series(ArrayNode shown) {
        Map<Long, Sums> bySecond = new TreeMap<>();
        for (long second = now - SECONDS; second < now; second++) bySecond.put(second, new Sums());
        for (EdgeReading reading : readings) {
            for (JsonNode second : reading.traffic().path("seconds")) {
                Sums sums = bySecond.get(second.path("second").asLong());
                if (sums != null) sums.add(second);
            }
        }
        bySecond.forEach((second, sums) -> sums.into(shown.addObject().put("second", second), false));
    }

    /** Before the free tier, at the prices of the first tier. */
    private void cost(ObjectNode shown) {
        double minute = 0;
        double all = 0;
        for (EdgeReading reading : readings) {
            for (JsonNode each : live(reading).path("distributions")) {
                minute += Sums.microUsd(reading.pop(), each.path("billed"));
            }
            for (JsonNode each : reading.traffic().path("distributions")) {
                all += Sums.microUsd(reading.pop(), each.path("billed"));
            }
        }
        shown.put("usd", Sums.round(all / MICRO, 1_000_000))
                .put("usdPerHour", Sums.round(minute * 60 / MICRO, 1_000_000));
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
