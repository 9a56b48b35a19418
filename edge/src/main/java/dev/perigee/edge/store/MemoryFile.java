package dev.perigee.edge.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledUnsafeDirectByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Memory for the pieces of large content which is at the same time a file without a name, so that the kernel can send it
 * in clear without copying it: a quarter less than writing from memory at 128 KiB, a third less at 2 MiB (decision 011).
 *
 * <p>What was handed to a socket is read by the kernel until the viewer has it, longer than anybody here holds the piece.
 * So memory that comes back is cut out of the file, and pages on their way stay what they were, instead of being written
 * to again.
 */
public final class MemoryFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryFile.class);

    /** Pieces begin at multiples of this. Only pages that were written to take memory. */
    static final int SLOT = WholeFill.PIECE;
    /** Smaller ones would waste too much of the range of addresses. */
    static final int SIZE_MIN = SLOT / 2;

    private static final int SLOTS = 512;
    private static final int WINDOW = SLOTS * SLOT;

    private final MemoryCalls calls;
    private final int descriptor;
    private final FileChannel file;
    private final int windowsMax;
    private final List<Window> windows = new ArrayList<>();
    /** No further window could be had. */
    private boolean full;

    private boolean closed;

    private MemoryFile(MemoryCalls calls, int descriptor, FileChannel file, long octetsMax) {
        this.calls = calls;
        this.descriptor = descriptor;
        this.file = file;
        // Half-used slots take addresses, not memory.
        this.windowsMax = (int) Math.min(1 << 15, 2 * octetsMax / WINDOW + 1);
    }

    /** A file for up to about so many octets; null where the system has no such files. */
    static @Nullable MemoryFile open(long octetsMax) {
        MemoryCalls calls = MemoryCalls.found();
        if (calls == null) return null;
        int descriptor = -1;
        try {
            descriptor = calls.create("perigee");
            return new MemoryFile(calls, descriptor, calls.channel(descriptor), octetsMax);
        } catch (IOException e) {
            LOG.warn("stored content is copied when it is sent: {}", e.toString());
            if (descriptor >= 0) calls.close(descriptor);
            return null;
        }
    }

    /** An empty piece with room for so many octets; null when there is no room, or it is not a size for this file. */
    @Nullable
    ByteBuf piece(int size) {
        if (size < SIZE_MIN || size > SLOT) return null;
        Window window;
        int slot;
        synchronized (this) {
            window = windowWithRoom();
            if (window == null) return null;
            slot = window.take();
        }
        return new Piece(window, slot, size);
    }

    private @Nullable Window windowWithRoom() {
        if (closed || full) return null;
        for (Window window : windows) {
            if (window.left > 0) return window;
        }
        if (windows.size() == windowsMax) return null;
        try {
            long start = (long) windows.size() * WINDOW;
            ByteBuffer mapped = file.map(MapMode.READ_WRITE, start, WINDOW);
            calls.keepPagesSmall(mapped);
            Window window = new Window(start, mapped);
            windows.add(window);
            return window;
        } catch (IOException e) {
            LOG.warn("stored content is copied when it is sent: {}", e.toString());
            full = true;
            return null;
        }
    }

    private void giveBack(Window window, int slot, int written) {
        long position = window.start + (long) slot * SLOT;
        synchronized (this) {
            // The number of a closed file may be another's by now.
            if (closed) return;
            if (written > 0 && !calls.cutOut(descriptor, position, SLOT)) {
                // Its pages may still be on their way to somebody: the slot is never used again.
                LOG.warn("a piece of memory could not be given back");
                return;
            }
            window.give(slot);
        }
    }

    /** Where in its file this content lies, if it is a piece or a slice of one; null otherwise. */
    public static @Nullable Extent extent(ByteBuf content) {
        ByteBuf root = content;
        while (root.unwrap() != null) root = root.unwrap();
        if (!(root instanceof Piece piece)) return null;
        long offset = content.memoryAddress() + content.readerIndex() - piece.memoryAddress();
        return new Extent(piece.file(), piece.position() + offset, content.readableBytes());
    }

    /** Some octets of a file. */
    public record Extent(FileChannel file, long position, int length) {
        public long end() {
            return position + length;
        }
    }

    /** Nothing more is kept here; pieces that are still held stay readable, but are not files any more. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) return;
            closed = true;
            calls.close(descriptor);
        }
        try {
            file.close();
        } catch (IOException e) {
            LOG.warn("a memory file did not close: {}", e.toString());
        }
    }

    /** A mapped part of the file. */
    private static final class Window {
        private final long start;
        private final ByteBuffer mapped;
        private final BitSet used = new BitSet(SLOTS);
        private int left = SLOTS;
        /** Neighbours in the file can be sent at once: the next piece goes behind the last one. */
        private int next;

        private Window(long start, ByteBuffer mapped) {
            this.start = start;
            this.mapped = mapped;
        }

        private int take() {
            int slot = used.nextClearBit(next);
            if (slot >= SLOTS) slot = used.nextClearBit(0);
            used.set(slot);
            next = slot + 1;
            left--;
            return slot;
        }

        private void give(int slot) {
            used.clear(slot);
            left++;
        }
    }

    private final class Piece extends UnpooledUnsafeDirectByteBuf {
        private final Window window;
        private final int slot;

        private Piece(Window window, int slot, int size) {
            super(UnpooledByteBufAllocator.DEFAULT, window.mapped.slice(slot * SLOT, size), size);
            this.window = window;
            this.slot = slot;
            writerIndex(0);
        }

        private FileChannel file() {
            return file;
        }

        private long position() {
            return window.start + (long) slot * SLOT;
        }

        @Override
        protected void deallocate() {
            int written = writerIndex();
            super.deallocate();
            giveBack(window, slot, written);
        }
    }
}
