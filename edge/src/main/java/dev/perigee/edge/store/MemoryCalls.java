package dev.perigee.edge.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The calls of Linux for files that are only memory; the JDK has none of them. */
final class MemoryCalls {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryCalls.class);
    private static final int CLOSE_ON_EXEC = 1;
    private static final int KEEP_SIZE_PUNCH_HOLE = 3;
    private static final int NO_HUGE_PAGES = 15;

    private final MethodHandle create;
    private final MethodHandle allocate;
    private final MethodHandle advise;
    private final MethodHandle close;

    @SuppressWarnings("restricted")
    private MemoryCalls(Linker linker, SymbolLookup library) {
        create = linker.downcallHandle(
                library.findOrThrow("memfd_create"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        allocate = linker.downcallHandle(
                library.findOrThrow("fallocate64"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG));
        advise = linker.downcallHandle(
                library.findOrThrow("madvise"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
        close = linker.downcallHandle(
                library.findOrThrow("close"), FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    }

    /** Null where there are none. */
    static @Nullable MemoryCalls found() {
        return Holder.FOUND;
    }

    private static final class Holder {
        private static final @Nullable MemoryCalls FOUND = find();
    }

    private static @Nullable MemoryCalls find() {
        if (!System.getProperty("os.name", "").equals("Linux")) return null;
        try {
            Linker linker = Linker.nativeLinker();
            return new MemoryCalls(linker, linker.defaultLookup());
        } catch (RuntimeException e) {
            LOG.info("no memory files here: {}", e.toString());
            return null;
        }
    }

    /** A new, empty file without a name in any folder. */
    int create(String name) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = (int) create.invokeExact(arena.allocateFrom(name), CLOSE_ON_EXEC);
            if (descriptor < 0) throw new IOException("memfd_create failed");
            return descriptor;
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    FileChannel channel(int descriptor) throws IOException {
        return FileChannel.open(
                Path.of("/proc/self/fd/" + descriptor), StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** Cutting a part out of a huge page would change what others are still reading of it. */
    void keepPagesSmall(ByteBuffer mapped) throws IOException {
        try {
            MemorySegment memory = MemorySegment.ofBuffer(mapped);
            int failed = (int) advise.invokeExact(memory, memory.byteSize(), NO_HUGE_PAGES);
            if (failed != 0 && hugePagesExist()) throw new IOException("madvise failed");
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** A kernel without them refuses the advice. */
    private static boolean hugePagesExist() {
        return Files.exists(Path.of("/sys/kernel/mm/transparent_hugepage"));
    }

    /** Gives the pages of this range back; what a socket still holds of them stays as it was. */
    boolean cutOut(int descriptor, long position, long length) {
        try {
            return (int) allocate.invokeExact(descriptor, KEEP_SIZE_PUNCH_HOLE, position, length) == 0;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    void close(int descriptor) {
        try {
            int _ = (int) close.invokeExact(descriptor);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
