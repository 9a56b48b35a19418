package dev.perigee.edge.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;

/**
 * A buffer that the connections of one loop use in turn, for what is read and answered, or written and sent, before the
 * next one's turn comes: two allocations fewer per hit. Who keeps it longer keeps it, and the others get new ones
 * meanwhile.
 */
final class SharedBuffer implements AutoCloseable {
    // Its end is the loop's; a leak detector would only see that it is still there.
    private static final ByteBufAllocator ALLOCATOR = new UnpooledByteBufAllocator(true, true);

    private final ByteBuf buffer;

    SharedBuffer(int size) {
        buffer = ALLOCATOR.directBuffer(size, size);
    }

    /** The buffer, empty and retained for the caller, if nobody has it and it is large enough; else a new one. */
    ByteBuf take(ByteBufAllocator otherwise, int size) {
        if (size > buffer.capacity() || buffer.refCnt() != 1) return otherwise.directBuffer(size);
        return buffer.clear().retain();
    }

    boolean isFree() {
        return buffer.refCnt() == 1;
    }

    /** What can be kept: a copy if it is this buffer, whose reference it takes. */
    @SuppressWarnings("ReferenceEquality")
    ByteBuf toKeep(ByteBuf taken, ByteBufAllocator allocator) {
        if (taken != buffer) return taken;
        ByteBuf copy = allocator.directBuffer(taken.readableBytes()).writeBytes(taken);
        taken.release();
        return copy;
    }

    @Override
    public void close() {
        buffer.release();
    }
}
