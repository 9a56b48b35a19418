package dev.perigee.function;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Functions of the C library for which Java has no words. Where one is missing, nothing is done instead. */
final class Native {
    private static final Logger LOG = LoggerFactory.getLogger(Native.class);
    private static final int PRIO_PROCESS = 0;
    /** Twice or more of what the kernel gives on its own. */
    private static final long SLICE_NANOS = 6_000_000;

    private static final int M_MMAP_THRESHOLD = -3;

    private static final @Nullable MethodHandle PRIORITY =
            handle("setpriority", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final @Nullable MethodHandle SYSCALL = handle(
            "syscall",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG),
            Linker.Option.firstVariadicArg(1));
    private static final @Nullable MethodHandle TRIM =
            handle("malloc_trim", FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
    private static final @Nullable MethodHandle OPTION =
            handle("mallopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

    private Native() {}

    @SuppressWarnings("restricted") // the launcher allows it
    private static @Nullable MethodHandle handle(String name, FunctionDescriptor type, Linker.Option... options) {
        boolean linux = System.getProperty("os.name", "").equals("Linux");
        if (!linux) return null;
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup()
                .find(name)
                .map(address -> linker.downcallHandle(address, type, options))
                .orElse(null);
    }

    /** The calling thread yields to others; on Linux alone, where a priority belongs to a thread. */
    static void yieldToOthers(int nice) {
        call(PRIORITY, PRIO_PROCESS, 0, nice);
        runLonger(nice);
    }

    /**
     * Whoever asks for a longer slice than others have is interrupted by each of them that wakes up, instead of running to the end
     * of its slice, and has its share of the core in sum (Linux 6.12 and newer, {@code sched(7)}).
     */
    private static void runLonger(int nice) {
        int number = numberOfSetAttributes();
        if (number == 0) return;
        try (Arena arena = Arena.ofConfined()) {
            // struct sched_attr as of Linux 3.14; policy 0 is the usual one, whose slice is its runtime.
            MemorySegment attributes = arena.allocate(48, Long.BYTES);
            attributes.set(JAVA_INT, 0, 48);
            attributes.set(JAVA_INT, 16, nice);
            attributes.set(JAVA_LONG, 24, SLICE_NANOS);
            call(SYSCALL, (long) number, 0L, attributes, 0L);
        }
    }

    /** {@code sched_setattr}, which C libraries before glibc 2.41 have no function for; 0 where it is not known. */
    private static int numberOfSetAttributes() {
        return switch (System.getProperty("os.arch", "")) {
            case "amd64" -> 314;
            case "aarch64" -> 274;
            default -> 0;
        };
    }

    /** Blocks from this size on go back to the system as soon as they are freed. */
    static void returnBlocksFrom(int octets) {
        call(OPTION, M_MMAP_THRESHOLD, octets);
    }

    /** What the C library has kept of freed memory goes back to the system. */
    static void trim() {
        call(TRIM, 0L);
    }

    private static void call(@Nullable MethodHandle handle, Object... arguments) {
        if (handle == null) return;
        try {
            handle.invokeWithArguments(arguments);
        } catch (Throwable e) {
            LOG.debug("the C library could not be called", e);
        }
    }
}
