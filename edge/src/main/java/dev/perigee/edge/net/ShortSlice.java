package dev.perigee.edge.net;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long a thread may run before others on its core get their turn. A thread that asks for little at a time is let in
 * sooner when it wakes up, ahead of one in the middle of a longer slice (Linux 6.12 and newer, {@code sched(7)}); over time it gets
 * as much of the core as before. Event loops want that, and functions that requests wait for: beside the JIT's compilers they
 * else wait for milliseconds.
 */
public final class ShortSlice {
    /** In nanoseconds; the kernel takes 100 µs to 100 ms, its own is 1.4 to 3 ms. */
    static final long NANOS = 200_000;

    private static final Logger LOG = LoggerFactory.getLogger(ShortSlice.class);

    private ShortSlice() {}

    /** The same work, which begins by asking for a short slice for its thread; where that fails nothing else changes. */
    public static Runnable before(Runnable work) {
        return () -> {
            take();
            work.run();
        };
    }

    private static void take() {
        long number = numberOfCall();
        if (number == 0) return;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = attributes(arena, NiceLevel.add(0));
            if ((long) Calls.SYSCALL.invokeExact(number, 0L, attributes, 0L) != 0)
                LOG.debug("the system gives event loops no short time slice");
        } catch (RuntimeException | Error e) {
            LOG.debug("event loops keep the system's time slice: {}", e.toString());
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Linked when the first loop starts. */
    @SuppressWarnings("restricted")
    private static final class Calls {
        private static final Linker LINKER = Linker.nativeLinker();
        private static final MethodHandle SYSCALL = LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow("syscall"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG),
                Linker.Option.firstVariadicArg(1));
    }

    /** {@code struct sched_attr} as of Linux 3.14; policy 0 is the usual one, whose slice is its runtime. */
    private static MemorySegment attributes(Arena arena, int nice) {
        MemorySegment attributes = arena.allocate(48, Long.BYTES);
        attributes.set(ValueLayout.JAVA_INT, 0, 48);
        attributes.set(ValueLayout.JAVA_INT, 16, nice);
        attributes.set(ValueLayout.JAVA_LONG, 24, NANOS);
        return attributes;
    }

    /** {@code sched_setattr}, which C libraries before glibc 2.41 have no function for; 0 where it is not known. */
    private static long numberOfCall() {
        if (!System.getProperty("os.name", "").equals("Linux")) return 0;
        return switch (System.getProperty("os.arch", "")) {
            case "amd64" -> 314;
            case "aarch64" -> 274;
            default -> 0;
        };
    }
}
