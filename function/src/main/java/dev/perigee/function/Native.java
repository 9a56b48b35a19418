package dev.perigee.function;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Three functions of the C library for which Java has no words. Where one is missing, nothing is done instead. */
final class Native {
    private static final Logger LOG = LoggerFactory.getLogger(Native.class);
    private static final int PRIO_PROCESS = 0;
    private static final int M_MMAP_THRESHOLD = -3;

    private static final @Nullable MethodHandle PRIORITY =
            handle("setpriority", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final @Nullable MethodHandle TRIM =
            handle("malloc_trim", FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
    private static final @Nullable MethodHandle OPTION =
            handle("mallopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

    private Native() {}

    @SuppressWarnings("restricted") // the launcher allows it
    private static @Nullable MethodHandle handle(String name, FunctionDescriptor type) {
        boolean linux = System.getProperty("os.name", "").equals("Linux");
        if (!linux) return null;
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup()
                .find(name)
                .map(address -> linker.downcallHandle(address, type))
                .orElse(null);
    }

    /** The calling thread yields to others; on Linux alone, where a priority belongs to a thread. */
    static void yieldToOthers(int nice) {
        call(PRIORITY, PRIO_PROCESS, 0, nice);
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
