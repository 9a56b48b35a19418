package dev.perigee.app.cost;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How much of the cost each of many names has. Keeps a bounded number of them: when there are too many, the cheapest go. */
public final class Shares {
    private static final int NAMES_MAX = 200_000;

    private final Map<String, Sum> sums = new HashMap<>();

    /**
     * A name's part.
     *
     * @param microUsd at the prices of the first tier, in millionths of a dollar
     */
    public record Share(String name, long requests, long octets, double microUsd) {}

    private static final class Sum {
        private long requests;
        private long octets;
        private double microUsd;
    }

    void add(String name, long octets, double microUsd) {
        Sum sum = sums.get(name);
        if (sum == null) {
            if (sums.size() >= NAMES_MAX) forgetHalf();
            sum = new Sum();
            sums.put(name, sum);
        }
        sum.requests++;
        sum.octets += octets;
        sum.microUsd += microUsd;
    }

    private void forgetHalf() {
        List<String> cheap = dearest(Integer.MAX_VALUE).reversed().stream()
                .limit(NAMES_MAX / 2)
                .map(Share::name)
                .toList();
        cheap.forEach(sums::remove);
    }

    /** The dearest names first; what costs the same by name. */
    List<Share> dearest(int most) {
        return sums.entrySet().stream()
                .map(e -> new Share(e.getKey(), e.getValue().requests, e.getValue().octets, e.getValue().microUsd))
                .sorted(Comparator.comparingDouble(Share::microUsd).reversed().thenComparing(Share::name))
                .limit(most)
                .toList();
    }
}
