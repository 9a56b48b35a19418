package dev.perigee.edge.net;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** How much a thread leaves to others, {@code nice(2)}: on Linux each thread has a level of its own. Linked when first asked. */
public final class NiceLevel {
    private static final MethodHandle NICE = link();

    private NiceLevel() {}

    /** Adds to the calling thread's level, and says what it is then. */
    public static int add(int increment) {
        try {
            return (int) NICE.invokeExact(increment);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle link() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("nice"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    }
}
