package dev.perigee.edge.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ShortSliceTest {
    /** What the kernel says of the thread that asks. */
    private static final Path SCHED = Path.of("/proc/thread-self/sched");

    @Test
    void anEventLoopGetsItsTurnSooner() throws Exception {
        OptionalLong before = slice();
        OptionalLong expected = before.isPresent() && kernelTakesSlices() ? OptionalLong.of(ShortSlice.NANOS) : before;
        var loops = Transport.loops("slice", 1);
        try {
            assertEquals(
                    expected,
                    loops.submit((Callable<OptionalLong>) ShortSliceTest::slice).get(10, TimeUnit.SECONDS));
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).get(10, TimeUnit.SECONDS);
        }
        assertEquals(before, slice(), "the slice of who started it");
    }

    @Test
    void theLoopRunsAndKeepsItsNiceValue() throws Exception {
        var loops = Transport.loops("slice", 1);
        try {
            String here = nice();
            assertEquals(here, loops.submit(ShortSliceTest::nice).get(10, TimeUnit.SECONDS));
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).get(10, TimeUnit.SECONDS);
        }
    }

    /** Linux 6.12 and newer. */
    private static boolean kernelTakesSlices() throws IOException {
        String[] release =
                Files.readString(Path.of("/proc/sys/kernel/osrelease")).split("[.-]", 3);
        int major = Integer.parseInt(release[0]);
        return major > 6 || (major == 6 && Integer.parseInt(release[1]) >= 12);
    }

    private static OptionalLong slice() throws IOException {
        if (!Files.isReadable(SCHED)) return OptionalLong.empty();
        return Files.readAllLines(SCHED).stream()
                .filter(line -> line.startsWith("se.slice"))
                .mapToLong(line ->
                        Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst();
    }

    /** The 19th field of stat, counted behind the thread's name. */
    private static String nice() throws IOException {
        String stat = Files.readString(Path.of("/proc/thread-self/stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ", 18)[16];
    }
}
