package dev.perigee.edge.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/** Reads into the loop's shared buffer while nobody holds it, else into buffers whose size follows what comes. */
// The interface is what a channel asks for, deprecated or not.
@SuppressWarnings("deprecation")
final class LoopReads implements RecvByteBufAllocator {
    private static final RecvByteBufAllocator ADAPTIVE = new AdaptiveRecvByteBufAllocator();

    private final SharedBuffer shared;

    LoopReads(SharedBuffer shared) {
        this.shared = shared;
    }

    @Override
    public Handle newHandle() {
        return new Reads((ExtendedHandle) ADAPTIVE.newHandle());
    }

    private final class Reads extends DelegatingHandle implements ExtendedHandle {
        private final ExtendedHandle adaptive;

        private Reads(ExtendedHandle adaptive) {
            super(adaptive);
            this.adaptive = adaptive;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            return shared.isFree() ? shared.take(allocator, 1) : adaptive.allocate(allocator);
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier mayBeMore) {
            return adaptive.continueReading(mayBeMore);
        }
    }
}
