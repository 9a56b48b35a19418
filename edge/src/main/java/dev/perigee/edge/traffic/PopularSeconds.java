package dev.perigee.edge.traffic;

import dev.perigee.core.traffic.Popular;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What was asked for most in each second of the last minute: so many paths of each, and no more. For one thread at a time. */
final class PopularSeconds {
    static final int SECONDS = 60;
    static final int PATHS_MAX = 64;

    private final TreeMap<Long, Map<Path, Popular>> seconds = new TreeMap<>();

    private record Path(String distribution, String path) {}

    void add(long second, List<Popular> paths) {
        if (paths.isEmpty()) return;
        Map<Path, Popular> span = seconds.computeIfAbsent(second, _ -> new HashMap<>());
        for (Popular each : paths) span.merge(new Path(each.distribution(), each.path()), each, Popular::plus);
        if (span.size() > PATHS_MAX) {
            span.values().retainAll(Set.copyOf(sorted(span.values(), PATHS_MAX)));
        }
        while (seconds.size() > SECONDS) seconds.pollFirstEntry();
    }

    List<Popular> top(long from, int most) {
        Map<Path, Popular> sums = new HashMap<>();
        seconds.tailMap(from)
                .values()
                .forEach(span -> span.forEach((path, each) -> sums.merge(path, each, Popular::plus)));
        return sorted(sums.values(), most);
    }

    private static List<Popular> sorted(Collection<Popular> paths, int most) {
        List<Popular> all = new ArrayList<>(paths);
        all.sort(Comparator.comparingLong(Popular::requests).reversed().thenComparing(Popular::path));
        return List.copyOf(all.subList(0, Math.min(most, all.size())));
    }
}
