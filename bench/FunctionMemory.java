package dev.perigee.function;

import dev.perigee.core.plan.EdgeFunction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What functions hold in one engine: resident memory with 0, 1, 100 and 500 that have run once, then often, and once they were idle. */
public final class FunctionMemory {
    /** Runs that make a function one of the quick ones, whose workers have isolates of their own. */
    private static final int OFTEN = 40;

    private static final Duration IDLE = Duration.ofSeconds(5);
    private static final String EVENT = "{\"version\":\"1.0\",\"context\":{\"eventType\":\"viewer-request\",\"requestId\":\"r\"},"
            + "\"viewer\":{\"ip\":\"198.51.100.11\"},\"request\":{\"method\":\"GET\",\"uri\":\"/a\",\"querystring\":{},"
            + "\"headers\":{\"host\":{\"value\":\"d111111abcdef8.cloudfront.net\"}},\"cookies\":{}}}";

    private FunctionMemory() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        FunctionLimits standard = FunctionLimits.standard();
        FunctionLimits limits = new FunctionLimits(
                standard.runCpu(),
                Duration.ofSeconds(5),
                standard.averageCpu(),
                standard.reserve(),
                standard.throttled(),
                standard.workers(),
                standard.queueMax(),
                standard.isolatesMax(),
                IDLE);
        try (FunctionEngine engine = new FunctionEngine(limits, "memory")) {
            List<EdgeFunction> functions = new ArrayList<>();
            told(functions.size());
            for (int count : new int[] {1, 100, 500}) {
                while (functions.size() < count) functions.add(function(functions.size()));
                engine.install(functions, List.of());
                for (EdgeFunction each : functions) run(engine, each);
                told(count);
            }
            for (EdgeFunction each : functions) {
                for (int i = 0; i < OFTEN; i++) run(engine, each);
            }
            System.out.print("run often: ");
            told(functions.size());
            // A worker looks for idle isolates every ten seconds.
            Thread.sleep(Duration.ofSeconds(30));
            System.out.print("idle: ");
            told(functions.size());
        }
    }

    private static EdgeFunction function(int number) {
        String source = "function handler(event) { event.request.headers['x-n'] = {value: '" + number + "'}; return event.request; }";
        return new EdgeFunction("f" + number, EdgeFunction.JsRuntime.JS_2_0, source);
    }

    private static void run(FunctionEngine engine, EdgeFunction function) {
        if (engine.await(function, EVENT, 0, null) instanceof Outcome.Failed failed) throw new IllegalStateException(failed.message());
    }

    private static void told(int functions) throws IOException {
        System.gc();
        String resident = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS"))
                .findFirst()
                .orElseThrow();
        System.out.println(functions + " functions: " + Long.parseLong(resident.replaceAll("[^0-9]", "")) / 1024 + " MB");
    }
}
