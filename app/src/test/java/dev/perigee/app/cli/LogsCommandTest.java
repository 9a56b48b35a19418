package dev.perigee.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogsCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Path folder;

    LogsCommandTest(@TempDir Path temporary) {
        folder = temporary;
    }

    private int run(String... arguments) {
        return CommandTree.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    private void write(String pop, String name, String text) throws IOException {
        Path file = folder.resolve("edges").resolve(pop).resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void theAccessLogsOfAllEdgesAreOneInOrderOfTime() throws IOException {
        write("IAD", "access.log", "#Version: 1.0\n2026-11-26\t06:00:01\tIAD\n2026-11-26\t06:00:03\tIAD\n");
        write("SYD", "access.log", "#Version: 1.0\n2026-11-26\t06:00:02\tSYD\n2026-11-26\t06:00:04\tSYD half");
        assertEquals(0, run("logs", "--data=" + folder));
        List<String> seconds =
                out.toString().lines().map(line -> line.substring(17)).toList();
        assertEquals(List.of("01\tIAD", "02\tSYD", "03\tIAD"), seconds);
    }

    @Test
    void ofALongLogTheEndIsShownFromTheBeginningOfALine() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 10_000; i++)
            text.append("2026-11-26\t06:00:00\tIAD ").append(i).append('\n');
        write("IAD", "access.log", text.toString());
        assertEquals(0, run("logs", "--data=" + folder));
        List<String> lines = out.toString().lines().toList();
        assertTrue(lines.size() > 500 && lines.size() < 2_000, lines.size() + " lines");
        assertTrue(lines.getFirst().startsWith("2026-11-26\t"), lines.getFirst());
        assertTrue(lines.getLast().endsWith(" 9999"), lines.getLast());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--json", "--flush -f", "--flush --function=a", "--function=../a"})
    void whatDoesNotGoTogetherIsRefused(String options) {
        String[] arguments = ("logs --data=" + folder + " " + options).split(" ", -1);
        assertEquals(2, run(arguments));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--function=greet", "--realtime=live"})
    void whatNobodyHasLoggedIsSaid(String options) throws IOException {
        assertEquals(0, run("logs", "--data=" + folder, options));
        assertEquals("", out.toString());
        String name = options.substring(options.indexOf('=') + 1);
        assertTrue(err.toString().contains(" called " + name + " so far"), err.toString());
        err.getBuffer().setLength(0);
        write("IAD", "functions/greet.log", "");
        write("IAD", "realtime/live.log", "");
        assertEquals(0, run("logs", "--data=" + folder, options));
        assertEquals("", err.toString());
    }

    @Test
    void nothingIsDeliveredWhereNothingRuns() {
        assertEquals(3, run("logs", "--flush", "--data=" + folder));
    }
}
