package dev.perigee.function;

import com.caoccao.javet.exceptions.JavetException;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.EdgeFunction;
import dev.perigee.core.plan.KeyValueStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The steps of a run, without the way to its thread and back: the event is written, the function runs in its isolate (one that looks
 * at the URI and sets a header, one that returns its request, one that waits for nothing, and one that reads a key, another each time,
 * from a store of 10,000), and what it returns is read and compared with the request.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
public class FunctionBenchmark {
    private static final int KEYS = 10_000;
    private static final String READS = "import cf from 'cloudfront'; const kvs = cf.kvs();"
            + "async function handler(event) { const v = await kvs.get(event.request.uri.slice(1)); return event.request; }";
    private static final String WAITS = "async function wait(key) { return key; }"
            + "async function handler(event) { const v = await wait(event.request.uri.slice(1)); return event.request; }";
    private static final String RETURNS = "function handler(event) { return event.request; }";

    private static final String SETS = "function handler(event) { var request = event.request;"
            + "if (request.uri.endsWith('/')) request.uri += 'index.html';"
            + "request.headers['x-seen'] = {value: 'yes'}; return request; }";
    private static final String HOST = "d111111abcdef8.cloudfront.net";
    private static final RequestHead HEAD =
            new RequestHead("GET", "/k1", null, HOST, HttpVersion.HTTP_1_1, Fields.of("Host", HOST));

    private final EventRequest given = new EventRequest(HEAD, Fields.EMPTY);
    private String made = "";
    private @Nullable Isolate sets;
    private @Nullable Isolate reads;
    private @Nullable Isolate waits;
    private @Nullable Isolate returns;
    private Values values = Values.NONE;
    private int next;

    @Setup
    public void open() throws JavetException {
        List<KeyValueStore.Pair> pairs = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) pairs.add(new KeyValueStore.Pair("k" + i, "/somewhere/else/" + i));
        values = Values.NONE.replacedBy(List.of(new KeyValueStore("s", 1, 1, pairs)));
        reads = isolate(READS);
        waits = isolate(WAITS);
        returns = isolate(RETURNS);
        sets = isolate(SETS);
        made = run(sets);
    }

    private static EdgeFunction function(String source) {
        return new EdgeFunction("benchmark", EdgeFunction.JsRuntime.JS_2_0, source, List.of("s"));
    }

    private static Isolate isolate(String source) throws JavetException {
        try (Syntax syntax = new Syntax()) {
            return new Isolate(function(source), syntax.check(function(source)).factory(), EdgeLocation.NONE);
        }
    }

    private String run(@Nullable Isolate isolate) throws JavetException {
        if (isolate == null) throw new IllegalStateException("not open");
        next = (next + 7919) % KEYS;
        String event = "{\"version\":\"1.0\",\"context\":{\"eventType\":\"viewer-request\",\"requestId\":\"r\"},"
                + "\"viewer\":{\"ip\":\"198.51.100.11\"},\"request\":{\"method\":\"GET\",\"uri\":\"/k" + next
                + "\",\"querystring\":{},\"headers\":{\"host\":{\"value\":\"d111111abcdef8.cloudfront.net\"}},\"cookies\":{}}}";
        Standing standing = new Standing(function(""), FunctionLimits.standard());
        return isolate.run(new Call(standing, event, 1_700_000_000_000L, null, values, false, _ -> {}));
    }

    @Benchmark
    public String writesTheEvent() {
        EventRequest request = new EventRequest(HEAD, Fields.EMPTY);
        return new EventContext(HOST, "E2SDKJH23ABCDE", EdgeFunction.Event.VIEWER_REQUEST, "r", "198.51.100.11").text(request, null);
    }

    @Benchmark
    public Verdict readsWhatIsReturned() throws Invalid {
        return Verdict.of((Outcome.Returned) OutcomeText.read(made, 0), given, null, null);
    }

    @Benchmark
    public String setsAHeader() throws JavetException {
        return run(sets);
    }

    @Benchmark
    public String returnsItsRequest() throws JavetException {
        return run(returns);
    }

    @Benchmark
    public String waitsForNothing() throws JavetException {
        return run(waits);
    }

    @Benchmark
    public String readsAKey() throws JavetException {
        return run(reads);
    }

    @TearDown
    public void close() throws JavetException {
        for (Isolate each : new Isolate[] {sets, reads, waits, returns}) if (each != null) each.close();
    }
}
