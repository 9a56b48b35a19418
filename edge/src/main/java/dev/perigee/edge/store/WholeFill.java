package dev.perigee.edge.store;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.StoredResponse;
import dev.perigee.core.http.Fields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A response, or a block of one, whose content is all in memory, as far as it has arrived. Any number of readers follow it,
 * each at its own pace, while one origin connection appends. A <em>kept</em> fill holds all of its content and can be read again from the start; one that is not
 * kept forgets what its only reader has read, so that content of any size passes through a bounded window.
 *
 * <p>Reference-counted: the creator has one reference, the store another while it is listed, each reader one more. The
 * content is freed with the last. Once {@link State#COMPLETE} it never changes, and reading takes no lock.
 */
public final class WholeFill implements Fill {
    /** Size of a piece of kept content, and of one write to a viewer. Larger writes cost more per octet on loopback. */
    static final int PIECE = 1 << 16;

    /** Less than this is put together with what follows, where content passes through, in pieces of the other size. */
    private static final int SMALL = 1 << 10;

    private static final int GATHERED = 1 << 12;

    /** Estimated heap for a fill, its key and its entry in the index. */
    private static final int OVERHEAD = 1024;

    private static final AtomicIntegerFieldUpdater<WholeFill> REFERENCES =
            AtomicIntegerFieldUpdater.newUpdater(WholeFill.class, "references");

    private static final AtomicReferenceFieldUpdater<WholeFill, StoredResponse> RESPONSE =
            AtomicReferenceFieldUpdater.newUpdater(WholeFill.class, StoredResponse.class, "response");

    /** Where the content stands. */
    public enum State {
        GROWING,
        COMPLETE,
        FAILED
    }

    private final @Nullable CacheKey key;
    /** Octets of content in the end as far as the head tells, or -1. */
    private final long expected;

    private volatile StoredResponse response;
    private volatile boolean kept;
    private volatile State state = State.GROWING;
    private volatile long length;
    /** What the head looks like for one behavior; see {@link #rendering}. */
    private volatile @Nullable Object rendering;

    private volatile long purgeSequence;

    private ByteBuf[] pieces = new ByteBuf[1];
    private int pieceCount;
    /** Guarded by this. Null once it is complete and kept: that is the state in which there may be millions. */
    private @Nullable Arrival arrival;

    /** CRC-32C of all content, once it is complete. */
    private int checksum;

    private volatile int references = 1;

    /** What matters while content arrives, and as long as there are readers of content that is not kept. */
    private static final class Arrival {
        private final @Nullable Growth growth;
        /** Whether it takes room for its growth; a block's is bounded by who fills it. */
        private final boolean bounded;

        private final long sizeMax;
        private final int window;
        private @Nullable Supply supply;
        /** Octets taken from {@link #growth}. */
        private long grown;
        /** Pieces before this one were read and freed; only ever above 0 when not kept. */
        private int firstPiece;

        private long firstPieceStart;
        /** Most fills are complete before anybody reads. */
        private List<Place> readers = List.of();
        /** Whether the last piece is one that small ones are put together in. */
        private boolean gathers;

        /** Whether a reader ever came; until then nothing may be forgotten. */
        private boolean opened;

        /** What has arrived, whole or not. */
        private final CRC32C sum = new CRC32C();

        private Arrival(@Nullable Growth growth, boolean bounded, long sizeMax, int window) {
            this.growth = growth;
            this.bounded = bounded;
            this.sizeMax = sizeMax;
            this.window = window;
        }

        private void enter(Place reader) {
            if (readers.isEmpty()) readers = new ArrayList<>(1);
            readers.add(reader);
            opened = true;
        }

        private boolean leave(Place reader) {
            return !readers.isEmpty() && readers.remove(reader);
        }

        private boolean takes(int more, long length) {
            if (length + more > sizeMax) return false;
            if (growth == null || !bounded) return true;
            if (!growth.take(more)) return false;
            grown += more;
            return true;
        }

        private void giveGrowthBack() {
            if (growth != null) growth.give(grown);
            grown = 0;
        }

        private List<Place> waiting() {
            List<Place> waiting = List.of();
            for (Place reader : readers) {
                if (!reader.waits) continue;
                reader.waits = false;
                if (waiting.isEmpty()) waiting = new ArrayList<>(readers.size());
                waiting.add(reader);
            }
            return waiting;
        }

        /** Up to where every reader has read, in content of this length so far. */
        private long slowest(long length) {
            long slowest = Long.MAX_VALUE;
            for (Place reader : readers) slowest = Math.min(slowest, reader.position);
            return slowest == Long.MAX_VALUE ? length : slowest;
        }

        private boolean isFull(long length) {
            return length - slowest(length) >= window;
        }
    }

    private WholeFill(
            @Nullable CacheKey key,
            StoredResponse response,
            @Nullable Growth growth,
            boolean bounded,
            boolean kept,
            long sizeMax,
            long expected,
            int window) {
        this.key = key;
        this.response = response;
        this.kept = kept;
        this.expected = expected;
        this.arrival = new Arrival(growth, bounded, sizeMax, window);
    }

    /**
     * A fill that keeps its content up to {@code sizeMax} octets, and as long as there is room for growth; beyond, it
     * turns into one that does not.
     */
    public static WholeFill kept(CacheKey key, StoredResponse response, Growth growth, long sizeMax, int window) {
        return new WholeFill(key, response, growth, true, true, sizeMax, response.contentLength(), window);
    }

    /** A fill for one reader, never to be listed. */
    public static WholeFill passing(StoredResponse response, int window) {
        return new WholeFill(null, response, null, false, false, 0, response.contentLength(), window);
    }

    /** A block of a larger object, of exactly so many octets. */
    public static WholeFill block(StoredResponse response, int length, Growth growth) {
        return new WholeFill(null, response, growth, false, true, length, length, 0);
    }

    @Override
    public @Nullable CacheKey key() {
        return key;
    }

    @Override
    public StoredResponse response() {
        return response;
    }

    @Override
    public StoredResponse refresh(UnaryOperator<StoredResponse> change) {
        StoredResponse refreshed = RESPONSE.updateAndGet(this, change);
        rendering = null;
        return refreshed;
    }

    public State state() {
        return state;
    }

    /** Octets of content so far. */
    public long length() {
        return length;
    }

    @Override
    public long wholeLength() {
        return state == State.COMPLETE ? length : response.contentLength();
    }

    @Override
    public long purgeSequence() {
        return purgeSequence;
    }

    @Override
    public void purgeSequence(long sequence) {
        purgeSequence = sequence;
    }

    @Override
    public boolean isKept() {
        return kept;
    }

    @Override
    public @Nullable Object rendering() {
        return rendering;
    }

    @Override
    public void rendering(Object rendered) {
        rendering = rendered;
    }

    @Override
    public int weight() {
        long octets = Math.max(length, expected) + OVERHEAD;
        // A block has its object's fields, which count there.
        if (key != null) octets += octets(response.fields());
        return (int) Math.min(Integer.MAX_VALUE, octets);
    }

    static int octets(Fields fields) {
        int octets = 0;
        for (int i = 0; i < fields.size(); i++)
            octets += fields.name(i).length() + fields.value(i).length() + 64;
        return octets;
    }

    @Override
    public boolean tryRetain() {
        while (true) {
            int now = references;
            if (now == 0) return false;
            if (REFERENCES.compareAndSet(this, now, now + 1)) return true;
        }
    }

    @Override
    public void release() {
        int left = REFERENCES.decrementAndGet(this);
        if (left < 0) throw new IllegalStateException("released too often");
        if (left == 0) free();
    }

    @Override
    public boolean list() {
        return tryRetain();
    }

    @Override
    public void delist(boolean forGood) {
        release();
    }

    private synchronized void free() {
        Arrival arriving = arrival;
        for (int i = arriving == null ? 0 : arriving.firstPiece; i < pieceCount; i++) pieces[i].release();
        pieceCount = 0;
        if (arriving != null) arriving.firstPiece = 0;
        Arrays.fill(pieces, Unpooled.EMPTY_BUFFER);
    }

    /** Where the content comes from, as far as a fill has something to tell it. Called from any thread. */
    public interface Supply {
        /** Go on after {@link WholeFill#append} returned false. */
        void resume();

        /** The fill outgrew its limit and is not kept any more: it must not be listed. */
        void overflown();

        /** The last reader of a fill that is not kept went away. */
        void abandoned();
    }

    /** Connects the supply, before the first content. */
    public synchronized void supply(Supply connected) {
        if (arrival != null) arrival.supply = connected;
    }

    /** Adds content and takes its reference; false asks the supplier to wait. */
    public boolean append(ByteBuf taken) {
        Supply overflown = null;
        boolean abandoned;
        List<Place> waiting;
        boolean more;
        synchronized (this) {
            Arrival arriving = arrival;
            if (references == 0 || state != State.GROWING || arriving == null) {
                taken.release();
                return true;
            }
            if (kept && !arriving.takes(taken.readableBytes(), length)) {
                arriving.giveGrowthBack();
                kept = false;
                overflown = arriving.supply;
            }
            int size = taken.readableBytes();
            for (ByteBuffer part : taken.nioBuffers()) arriving.sum.update(part);
            if (kept) copy(taken, arriving.growth);
            else if (size > 0) add(taken, arriving);
            else taken.release();
            length += size;
            if (!kept && arriving.opened) forget(arriving);
            long read = arriving.opened ? arriving.slowest(length) : arriving.firstPieceStart;
            more = kept || length - read < arriving.window;
            waiting = arriving.waiting();
            abandoned = arriving.opened && arriving.readers.isEmpty();
        }
        if (overflown != null) {
            overflown.overflown();
            if (abandoned) overflown.abandoned();
        }
        waiting.forEach(Place::wake);
        return more;
    }

    /** The content is whole. */
    public void complete() {
        end(State.COMPLETE);
    }

    /** CRC-32C of the whole content, as it is kept; -1 while it is not complete. */
    public long checksum() {
        return state == State.COMPLETE ? Integer.toUnsignedLong(checksum) : -1;
    }

    /** The content will never be whole. */
    public void fail() {
        end(State.FAILED);
    }

    @Override
    public void abandon() {
        Supply told;
        synchronized (this) {
            told = kept || state != State.GROWING || arrival == null ? null : arrival.supply;
        }
        if (told != null) told.abandoned();
    }

    private void end(State last) {
        List<Place> waiting;
        synchronized (this) {
            Arrival arriving = arrival;
            if (state != State.GROWING || arriving == null) return;
            arriving.giveGrowthBack();
            // The whole exchange with the origin hangs on it.
            arriving.supply = null;
            checksum = (int) arriving.sum.getValue();
            waiting = arriving.waiting();
            if (last == State.COMPLETE && kept) {
                trim();
                arrival = null;
            }
            state = last;
        }
        waiting.forEach(Place::wake);
    }

    /** Copies into pieces of our own: origin buffers are shared and mostly air. */
    private void copy(ByteBuf taken, @Nullable Growth growth) {
        try {
            long position = length;
            while (taken.isReadable()) {
                ByteBuf tail = pieceCount > 0 ? pieces[pieceCount - 1] : null;
                if (tail == null || !tail.isWritable()) {
                    // Of fixed size: growing a piece would move its memory away from under the readers.
                    int size = pieceSize(position, taken.readableBytes());
                    tail = growth == null ? ByteBufAllocator.DEFAULT.directBuffer(size, size) : growth.piece(size);
                    push(tail);
                }
                int size = Math.min(taken.readableBytes(), tail.writableBytes());
                // Not writeBytes: that leaves a view of 64 octets with the piece for as long as it is kept.
                int at = tail.writerIndex();
                taken.readBytes(tail.nioBuffer(at, size));
                tail.writerIndex(at + size);
                position += size;
            }
        } finally {
            taken.release();
        }
    }

    private int pieceSize(long position, int arriving) {
        long left = expected - position;
        if (left > 0) return (int) Math.min(PIECE, left);
        return pieceCount == 0 ? Math.min(PIECE, Math.max(4096, arriving)) : PIECE;
    }

    /** Keeps what was read as it is; small pieces are put together, since each would cost more than its content. */
    private void add(ByteBuf taken, Arrival arriving) {
        int size = taken.readableBytes();
        boolean gathers = size < SMALL;
        if (!gathers) {
            push(taken);
        } else {
            ByteBuf tail = arriving.gathers && pieceCount > 0 ? pieces[pieceCount - 1] : Unpooled.EMPTY_BUFFER;
            if (tail.writableBytes() < size) {
                tail = ByteBufAllocator.DEFAULT.directBuffer(GATHERED, GATHERED);
                push(tail);
            }
            tail.writeBytes(taken);
            taken.release();
        }
        arriving.gathers = gathers;
    }

    private void push(ByteBuf piece) {
        if (pieceCount == pieces.length) pieces = Arrays.copyOf(pieces, pieces.length * 2);
        pieces[pieceCount++] = piece;
    }

    /** The last piece of a response of unknown length may be larger than its content. */
    private void trim() {
        if (pieceCount == 0) return;
        ByteBuf tail = pieces[pieceCount - 1];
        if (tail.capacity() - tail.readableBytes() < 1024) return;
        ByteBuf exact = ByteBufAllocator.DEFAULT.directBuffer(tail.readableBytes(), tail.readableBytes());
        exact.writeBytes(tail, tail.readerIndex(), tail.readableBytes());
        tail.release();
        pieces[pieceCount - 1] = exact;
    }

    /** Frees the pieces that every reader has behind it. */
    private void forget(Arrival from) {
        long needed = from.slowest(length);
        int first = from.firstPiece;
        while (first < pieceCount && from.firstPieceStart + pieces[first].readableBytes() <= needed) {
            ByteBuf piece = pieces[first];
            from.firstPieceStart += piece.readableBytes();
            piece.release();
            pieces[first++] = Unpooled.EMPTY_BUFFER;
        }
        if (first > 32) {
            System.arraycopy(pieces, first, pieces, 0, pieceCount - first);
            Arrays.fill(pieces, pieceCount - first, pieceCount, Unpooled.EMPTY_BUFFER);
            pieceCount -= first;
            first = 0;
        }
        from.firstPiece = first;
    }

    /** All content of a complete, kept fill, retained for the caller; null when it is not, or not any more. */
    public @Nullable ByteBuf whole() {
        if (state != State.COMPLETE || !kept || !tryRetain()) return null;
        try {
            if (pieceCount == 1) return pieces[0].retainedSlice();
            CompositeByteBuf all = ByteBufAllocator.DEFAULT.compositeDirectBuffer(Math.max(pieceCount, 1));
            for (int i = 0; i < pieceCount; i++) all.addComponent(true, pieces[i].retainedSlice());
            return all;
        } finally {
            release();
        }
    }

    @Override
    public @Nullable ByteBuf single() {
        return state == State.COMPLETE && kept && pieceCount == 1 && length <= PIECE ? pieces[0].retainedSlice() : null;
    }

    @Override
    public @Nullable Reader read(long from, long to, Follower follower) {
        if (!tryRetain()) return null;
        Place reader = new Place(from, to, follower);
        if (state == State.COMPLETE && kept) return reader;
        synchronized (this) {
            Arrival arriving = arrival;
            if (arriving == null) return reader;
            if (from >= arriving.firstPieceStart) {
                arriving.enter(reader);
                return reader;
            }
        }
        release();
        return null;
    }

    private final class Place implements Reader {
        private final Follower follower;
        private final long to;
        private long position;
        private boolean waits;
        private boolean closed;

        private Place(long from, long to, Follower follower) {
            this.position = from;
            this.to = to;
            this.follower = follower;
        }

        private void wake() {
            follower.wake();
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public boolean atEnd() {
            return position >= to || (state == State.COMPLETE && position >= length);
        }

        @Override
        public boolean failed() {
            return state == State.FAILED && position >= length && position < to;
        }

        @Override
        public @Nullable ByteBuf next() {
            if (state == State.COMPLETE && kept) return position >= Math.min(to, length) ? null : slice();
            return nextOfGrowing();
        }

        private @Nullable ByteBuf nextOfGrowing() {
            Supply goOn = null;
            ByteBuf found;
            synchronized (WholeFill.this) {
                if (position >= to) return null;
                if (position >= length) {
                    waits = state == State.GROWING;
                    return null;
                }
                Arrival passing = kept ? null : arrival;
                boolean wasFull = passing != null && passing.isFull(length);
                found = slice();
                if (passing != null) {
                    forget(passing);
                    if (wasFull && !passing.isFull(length)) goOn = passing.supply;
                }
            }
            if (goOn != null) goOn.resume();
            return found;
        }

        private ByteBuf slice() {
            Arrival arriving = kept ? null : arrival;
            long start = arriving == null ? 0 : arriving.firstPieceStart;
            int index = arriving == null ? 0 : arriving.firstPiece;
            while (start + pieces[index].readableBytes() <= position) start += pieces[index++].readableBytes();
            ByteBuf piece = pieces[index];
            int offset = (int) (position - start);
            int size = (int) Math.min(piece.readableBytes() - offset, Math.min(to, length) - position);
            position += size;
            return piece.retainedSlice(piece.readerIndex() + offset, size);
        }

        @Override
        public void close() {
            if (closed) return;
            closed = true;
            Supply told = null;
            boolean last = false;
            synchronized (WholeFill.this) {
                Arrival arriving = arrival;
                if (arriving != null && arriving.leave(this) && !kept && state == State.GROWING) {
                    last = arriving.readers.isEmpty();
                    forget(arriving);
                    told = arriving.supply;
                }
            }
            if (told != null && last) told.abandoned();
            else if (told != null) told.resume();
            release();
        }
    }
}
