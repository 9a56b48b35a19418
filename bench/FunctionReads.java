package dev.perigee.function;

import com.caoccao.javet.exceptions.JavetException;
import dev.perigee.core.plan.EdgeFunction;
import dev.perigee.core.plan.KeyValueStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a read from a key value store takes, as its function sees it: runs read a hundred keys of 10,000 one after the other, and the
 * time from one look-up to the next is all of one read: the value's way into V8, the promise, what awaits it, and the way out again.
 */
public final class FunctionReads {
    private static final int KEYS = 10_000;
    private static final int EACH = 100;
    private static final int RUNS = 2_000;
    private static final String SOURCE = "import cf from 'cloudfront'; const kvs = cf.kvs();"
            + "async function handler(event) {"
            + "  const from = Number(event.request.uri.slice(1));"
            + "  for (let i = 0; i < " + EACH + "; i++) await kvs.get('k' + (from + i * 7919) % " + KEYS + ");"
            + "  return event.request;"
            + "}";

    private FunctionReads() {}

    /** Stores that note when they are asked. */
    private static final class Timed extends Values {
        private final Values values;
        private final long[] nanos = new long[EACH];
        private int reads;

        private Timed(Values values) {
            super(java.util.Map.of());
            this.values = values;
        }

        @Override
        String value(String store, String key) {
            nanos[reads++] = System.nanoTime();
            String value = values.value(store, key);
            if (value == null) throw new IllegalStateException("no key " + key);
            return value;
        }
    }

    public static void main(String[] arguments) throws JavetException {
        List<KeyValueStore.Pair> pairs = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) pairs.add(new KeyValueStore.Pair("k" + i, "/somewhere/else/" + i));
        Timed values = new Timed(Values.NONE.replacedBy(List.of(new KeyValueStore("s", 1, 1, pairs))));
        EdgeFunction function = new EdgeFunction("reads", EdgeFunction.JsRuntime.JS_2_0, SOURCE, List.of("s"));
        Standing standing = new Standing(function, FunctionLimits.standard());
        try (Isolate isolate = new Isolate(function, standing.checked().factory(), EdgeLocation.NONE)) {
            for (int round = 0; round < 5; round++) round(isolate, standing, values, round == 0);
        }
    }

    private static void round(Isolate isolate, Standing standing, Timed values, boolean warming) throws JavetException {
        long[] took = new long[RUNS * (EACH - 1)];
        int count = 0;
        for (int run = 0; run < RUNS; run++) {
            values.reads = 0;
            String event = "{\"version\":\"1.0\",\"context\":{\"eventType\":\"viewer-request\",\"requestId\":\"r\"},"
                    + "\"viewer\":{\"ip\":\"198.51.100.11\"},\"request\":{\"method\":\"GET\",\"uri\":\"/" + run
                    + "\",\"querystring\":{},\"headers\":{\"host\":{\"value\":\"h\"}},\"cookies\":{}}}";
            String made = isolate.run(new Call(standing, event, run, null, values, false, _ -> {}));
            if (values.reads != EACH || made.contains("\"error\"")) throw new IllegalStateException(values.reads + " reads: " + made);
            for (int i = 1; i < EACH; i++) took[count++] = values.nanos[i] - values.nanos[i - 1];
        }
        Arrays.sort(took);
        if (warming) return;
        System.out.printf(
                "%,d reads: p50 %.1f, p90 %.1f, p99 %.1f, p99.9 %.1f, the longest %.1f us%n",
                count, at(took, 0.5), at(took, 0.9), at(took, 0.99), at(took, 0.999), at(took, 1));
    }

    private static double at(long[] sorted, double part) {
        return sorted[(int) Math.min(sorted.length - 1, (long) (sorted.length * part))] / 1e3;
    }
}
