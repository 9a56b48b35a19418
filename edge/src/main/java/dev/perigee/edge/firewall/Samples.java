package dev.perigee.edge.firewall;

import dev.perigee.core.firewall.Outcome;
import dev.perigee.core.firewall.RuleAction;
import dev.perigee.core.firewall.Sample;
import dev.perigee.core.http.Field;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.RequestHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Some of the requests that rules matched, of each rule the latest. For many threads. */
public final class Samples {
    /** Of each metric. */
    static final int KEPT = 100;
    /** Once so many are kept, others come in their place at most this often. */
    private static final long EVERY_MILLIS = 20;

    private static final int URI_MAX = 1024;
    private static final int HEADERS_MAX = 4096;
    private static final int MINUTES = 181;
    private static final long MINUTE_MILLIS = 60_000;

    private final Map<Place, Ring> rings = new ConcurrentHashMap<>();

    private record Place(String acl, String metric) {}

    /** What was kept, and of how many. */
    public record Kept(List<Sample> samples, long population) {}

    /** Notes a request under each metric that it matched. */
    public void note(
            String acl,
            Outcome outcome,
            RequestHead request,
            String address,
            @Nullable String country,
            long nowMillis) {
        for (Outcome.Match match : outcome.matches()) {
            Ring ring = rings.computeIfAbsent(new Place(acl, match.metric()), _ -> new Ring());
            if (ring.wants(nowMillis)) ring.add(sample(match, outcome, request, address, country, nowMillis));
        }
    }

    /** Forgets the web ACLs that are not among these. */
    void keep(Set<String> acls) {
        rings.keySet().removeIf(place -> !acls.contains(place.acl()));
    }

    /** The samples from a span of time. */
    public Kept of(String acl, String metric, long fromMillis, long toMillis) {
        Ring ring = rings.get(new Place(acl, metric));
        return ring == null ? new Kept(List.of(), 0) : ring.of(fromMillis, toMillis);
    }

    private static Sample sample(
            Outcome.Match match,
            Outcome outcome,
            RequestHead request,
            String address,
            @Nullable String country,
            long nowMillis) {
        return new Sample(
                nowMillis,
                address,
                country,
                request.method(),
                cut(request.target()),
                request.version().number(),
                headers(request.fields()),
                match.action(),
                match.within(),
                inserted(match.action()),
                match.action() instanceof RuleAction.Block block ? (block.status() == 0 ? 403 : block.status()) : 0,
                List.copyOf(outcome.labels()));
    }

    private static List<Field> inserted(RuleAction action) {
        return switch (action) {
            case RuleAction.Allow(var fields) -> fields;
            case RuleAction.Count(var fields) -> fields;
            case RuleAction.Block _ -> List.of();
        };
    }

    private static String cut(String text) {
        return text.length() <= URI_MAX ? text : text.substring(0, URI_MAX);
    }

    /** What a sample holds on to is bounded, whatever viewers send. */
    private static List<Field> headers(Fields fields) {
        List<Field> kept = new ArrayList<>(fields.size());
        int octets = 0;
        for (int i = 0; i < fields.size(); i++) {
            octets += fields.name(i).length() + fields.value(i).length();
            if (octets > HEADERS_MAX) break;
            kept.add(new Field(fields.name(i), fields.value(i)));
        }
        return kept;
    }

    private static final class Ring {
        private final @Nullable Sample[] samples = new Sample[KEPT];
        private int next;
        private long lastMillis;
        private final long[] counts = new long[MINUTES];
        private final long[] minutes = new long[MINUTES];

        /** Counts a request, and says whether it is to be kept. */
        synchronized boolean wants(long nowMillis) {
            long minute = nowMillis / MINUTE_MILLIS;
            int cell = (int) Math.floorMod(minute, (long) MINUTES);
            if (minutes[cell] != minute) {
                minutes[cell] = minute;
                counts[cell] = 0;
            }
            counts[cell]++;
            return samples[next] == null || Math.abs(nowMillis - lastMillis) >= EVERY_MILLIS;
        }

        synchronized void add(Sample sample) {
            samples[next] = sample;
            next = (next + 1) % KEPT;
            lastMillis = sample.millis();
        }

        synchronized Kept of(long fromMillis, long toMillis) {
            List<Sample> found = new ArrayList<>();
            for (int i = 0; i < KEPT; i++) {
                Sample sample = samples[(next + i) % KEPT];
                if (sample != null && sample.millis() >= fromMillis && sample.millis() <= toMillis) found.add(sample);
            }
            long population = 0;
            for (int i = 0; i < MINUTES; i++) {
                boolean within = minutes[i] >= fromMillis / MINUTE_MILLIS && minutes[i] <= toMillis / MINUTE_MILLIS;
                if (within) population += counts[i];
            }
            return new Kept(found, population);
        }
    }
}
