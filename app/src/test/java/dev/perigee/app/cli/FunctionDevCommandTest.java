package dev.perigee.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.plan.EdgeFunction.Event;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FunctionDevCommandTest {
    private final Heard out = new Heard();
    private final StringWriter err = new StringWriter();
    private final Path folder;
    private final Path file;

    FunctionDevCommandTest(@TempDir Path temporary) {
        folder = temporary;
        file = temporary.resolve("handler.js");
    }

    /** What was printed, for whoever waits for it. */
    private static final class Heard extends StringWriter {
        @Override
        public void write(String text, int from, int length) {
            synchronized (this) {
                super.write(text, from, length);
                notifyAll();
            }
        }

        synchronized void await(String text) throws InterruptedException {
            long end = System.nanoTime() + 20_000_000_000L;
            while (!toString().contains(text)) {
                long left = (end - System.nanoTime()) / 1_000_000;
                assertTrue(left > 0, () -> "no " + text + " in " + this);
                wait(left);
            }
        }
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("function", "dev"));
        Collections.addAll(all, arguments);
        return CommandTree.run(new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
    }

    @Test
    void onceShowsWhatBecomesOfAnEvent() throws IOException {
        Files.writeString(file, "function handler(e) { console.log('hi'); e.request.uri += 'x'; return e.request; }");
        assertEquals(0, run(file.toString(), "--once"), err::toString);
        assertTrue(out.toString().contains("~ uri  \"/\" -> \"/x\""), out::toString);
        assertTrue(out.toString().contains("log: hi"), out::toString);
        Path pairs = Files.writeString(folder.resolve("p.json"), "{\"data\":[{\"key\":\"k\",\"value\":\"v\"}]}");
        Files.writeString(
                file,
                "import cf from 'cloudfront';\nasync function handler(e) { return {statusCode: 302, headers: {location:"
                        + " {value: await cf.kvs().get('k')}}}; }");
        assertEquals(0, run(file.toString(), "--once", "--pairs=" + pairs), err::toString);
        assertTrue(out.toString().contains("+ headers.location.value  \"v\""), out::toString);
    }

    @Test
    void anErrorSaysWhere() throws IOException {
        Files.writeString(file, "function handler(e) {\n    return e.none.value;\n}");
        assertEquals(1, run(file.toString(), "--once", "--on=viewer-response"));
        assertTrue(out.toString().contains("TypeError"), out::toString);
        assertTrue(out.toString().contains("handler (handler.js:2:"), out::toString);
        Files.writeString(file, "function handler(e) {\n    return {;\n}");
        assertEquals(1, run(file.toString(), "--once"));
        assertTrue(out.toString().contains("SyntaxError"), out::toString);
        Files.writeString(file, "function handler(e) { return e.response.headers && event.response; }");
        assertEquals(1, run(file.toString(), "--once"));
        assertTrue(out.toString().contains("is it for --on viewer-response?"), out::toString);
        Files.writeString(
                file, "import cf from 'cloudfront';\nasync function handler(e) { return await cf.kvs().get('k'); }");
        assertEquals(1, run(file.toString(), "--once"));
        assertTrue(out.toString().contains("--pairs FILE says what is in one"), out::toString);
    }

    @Test
    void whatIsNotUnderstoodIsRefused() throws IOException {
        Files.writeString(file, "");
        assertEquals(2, run(file.toString(), "--once", "--on=origin-request"));
        assertEquals(2, run(file.toString(), "--once", "--runtime=3.0"));
        assertEquals(2, run(file.toString(), "--once", "--last=51"));
        assertEquals(2, run(folder.resolve("none.js").toString(), "--once"));
        assertEquals(3, run(file.toString(), "--once", "--distribution=E1", "--data=" + folder));
    }

    @Test
    void aSaveIsRunAndComparedUntilItIsInterrupted() throws Exception {
        Files.writeString(file, "function handler(e) { e.request.uri = '/a'; return e.request; }");
        AtomicInteger exit = new AtomicInteger(-1);
        Thread command = Thread.ofPlatform().start(() -> exit.set(run(file.toString())));
        out.await("Waiting");
        Path next = Files.writeString(
                folder.resolve("handler.js~"), "function handler(e) { e.request.uri = '/b'; return e.request; }");
        Files.move(next, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        out.await("\"/a\" -> \"/b\"");
        command.interrupt();
        command.join();
        assertEquals(0, exit.get());
    }

    @Test
    void theLastRequestsOfADistributionAreEvents() {
        String line =
                "2026-11-26\t06:00:01\tIAD50\t1\t203.0.113.9\tGET\td1.cloudfront.net\t/a%2520b\t%d\t-\tcurl/8%%20x\tq=1&q=2\t-"
                        + "\tHit\tid==\twww.example.com\thttp\t1\t0.1\t-\t-\t-\tHit\tHTTP/1.1\t-\t-\t1\t0.1\tHit\ttext/html\t1\t-\t-";
        line = line.replace("%2520", "%%2520");
        List<String> lines = List.of(
                line.formatted(200),
                line.formatted(404).replace("/a%2520b", "/c"),
                line.formatted(200).replace("d1.cloudfront.net", "d2.cloudfront.net"),
                "half a line",
                line.formatted(200));
        var asked = new LoggedEvents("E1", "d1.cloudfront.net", Event.VIEWER_REQUEST).last(lines, 5);
        assertEquals(
                List.of("GET /c?q=1&q=2", "GET /a%20b?q=1&q=2"),
                asked.stream().map(LoggedEvents.Logged::title).toList());
        String text = asked.getLast().text();
        assertTrue(text.contains("\"q\":{\"value\":\"1\",\"multiValue\":[{\"value\":\"1\"},{\"value\":\"2\"}]}"), text);
        assertTrue(text.contains("\"user-agent\":{\"value\":\"curl/8 x\"}"), text);
        assertTrue(text.contains("\"ip\":\"203.0.113.9\""), text);
        var answered = new LoggedEvents("E1", "d1.cloudfront.net", Event.VIEWER_RESPONSE).last(lines, 5);
        assertEquals(1, answered.size());
        assertTrue(answered.getFirst().text().contains("\"statusCode\":200"), text);
        assertEquals(
                1,
                new LoggedEvents("E1", "d1.cloudfront.net", Event.VIEWER_REQUEST)
                        .last(lines, 1)
                        .size());
    }
}
