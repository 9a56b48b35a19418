package dev.perigee.function;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.caoccao.javet.exceptions.JavetException;
import dev.perigee.core.plan.EdgeFunction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IsolateTest {
    private static final int SEVERAL = 12;
    /** Of V8's heaps. */
    private static final long PAGE = 256 << 10;

    @Test
    void whatClosedIsolatesHeldGoesBackToTheSystem() throws JavetException, IOException {
        EdgeFunction function = Functions.body("return 1;");
        String factory =
                new Standing(function, FunctionLimits.standard()).checked().factory();
        new Isolate(function, factory, EdgeLocation.NONE).close();
        long before = pages();
        List<Isolate> open = new ArrayList<>();
        for (int i = 0; i < SEVERAL; i++) open.add(new Isolate(function, factory, EdgeLocation.NONE));
        long most = pages();
        for (Isolate each : open) each.close();
        long after = pages();
        assertTrue(most >= before + 2 * SEVERAL, before + " pages, and " + most + " with isolates");
        assertTrue(
                after < before + SEVERAL,
                before + " pages, " + most + " with isolates, and " + after + " once they are closed");
    }

    /** Pages that the process holds, by what the system knows of them. */
    private static long pages() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .filter(line -> line.contains(" rw-p ") && size(line) == PAGE)
                .count();
    }

    private static long size(String line) {
        int between = line.indexOf('-');
        long from = Long.parseUnsignedLong(line, 0, between, 16);
        return Long.parseUnsignedLong(line, between + 1, line.indexOf(' '), 16) - from;
    }
}
