package dev.perigee.edge.store;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.StoredResponse;
import dev.perigee.core.http.Fields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
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

    /** Estimated heap for a fill, its key and its entry in the index. */
    private static final int OVERHEAD = 1024;

    private static final AtomicIntegerFieldUpdater<WholeFill> REFERENCES =
            AtomicIntegerFieldUpdater.newUpdater(WholeFill.class, "references");

    /** Where the content stands. */
    public enum State {
        GROWING,
        COMPLETE,
        FAILED
    }

    private final @Nullable CacheKey key;
    private final @Nullable Growth growth;
    /** Whether it takes room for its growth; a block's is bounded by who fills it. */
    private final boolean bounded;

    private final long sizeMax;
    /** Octets of content in the end as far as the head tells, or -1. */
    private final long expected;

    private final int window;
    private volatile StoredResponse response;
    private volatile boolean kept;
    private volatile State state = State.GROWING;
    private volatile long length;
    /** What the head looks like for one behavior; see {@link #rendering}. */
    private volatile @Nullable Object rendering;

    private volatile long purgeSequence;

    private @Nullable Supply supply;
    private ByteBuf[] pieces = new ByteBuf[1];
    private int pieceCount;
    /** Octets taken from {@link #growth}. */
    private long grown;
    /** Pieces before this one were read and freed; only ever above 0 when not kept. */
    private int firstPiece;

    private long firstPieceStart;
    private final List<Place> readers = new ArrayList<>(1);
    /** Whether a reader ever came; until then nothing may be forgotten. */
    private boolean opened;

    private volatile int references = 1;

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
        this.growth = growth;
        this.bounded = bounded;
        this.response = response;
        this.kept = kept;
        this.sizeMax = sizeMax;
        this.expected = expected;
        this.window = window;
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
    public void refresh(StoredResponse refreshed) {
        response = refreshed;
        rendering = null;
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
        for (int i = firstPiece; i < pieceCount; i++) pieces[i].release();
        pieceCount = 0;
        firstPiece = 0;
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
        this.supply = connected;
    }

    /** Adds content and takes its reference; false asks the supplier to wait. */
    public boolean append(ByteBuf taken) {
        Supply overflown = null;
        boolean abandoned;
        List<Place> waiting;
        boolean more;
        synchronized (this) {
            if (references == 0 || state != State.GROWING) {
                taken.release();
                return true;
            }
            if (kept && !mayKeep(taken.readableBytes())) {
                giveGrowthBack();
                kept = false;
                overflown = supply;
            }
            int size = taken.readableBytes();
            if (kept) copy(taken);
            else add(taken);
            length += size;
            if (!kept && opened) forget();
            more = kept || length - (opened ? slowest() : firstPieceStart) < window;
            waiting = waiting();
            abandoned = opened && readers.isEmpty();
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

    /** The content will never be whole. */
    public void fail() {
        end(State.FAILED);
    }

    @Override
    public void abandon() {
        Supply told = kept || state != State.GROWING ? null : supply;
        if (told != null) told.abandoned();
    }

    private void end(State last) {
        List<Place> waiting;
        synchronized (this) {
            if (state != State.GROWING) return;
            giveGrowthBack();
            if (last == State.COMPLETE && kept) trim();
            state = last;
            // The whole exchange with the origin hangs on it.
            supply = null;
            waiting = waiting();
        }
        waiting.forEach(Place::wake);
    }

    private boolean mayKeep(int more) {
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

    /** Copies into pieces of our own: origin buffers are shared and mostly air. */
    private void copy(ByteBuf taken) {
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
                tail.writeBytes(taken, size);
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

    private void add(ByteBuf taken) {
        if (taken.isReadable()) push(taken);
        else taken.release();
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

    private long slowest() {
        long slowest = Long.MAX_VALUE;
        for (Place reader : readers) slowest = Math.min(slowest, reader.position);
        return slowest == Long.MAX_VALUE ? length : slowest;
    }

    /** Frees the pieces that every reader has behind it. */
    private void forget() {
        long needed = slowest();
        while (firstPiece < pieceCount && firstPieceStart + pieces[firstPiece].readableBytes() <= needed) {
            ByteBuf piece = pieces[firstPiece];
            firstPieceStart += piece.readableBytes();
            piece.release();
            pieces[firstPiece++] = Unpooled.EMPTY_BUFFER;
        }
        if (firstPiece > 32) {
            System.arraycopy(pieces, firstPiece, pieces, 0, pieceCount - firstPiece);
            Arrays.fill(pieces, pieceCount - firstPiece, pieceCount, Unpooled.EMPTY_BUFFER);
            pieceCount -= firstPiece;
            firstPiece = 0;
        }
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
            if (from >= firstPieceStart) {
                readers.add(reader);
                opened = true;
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
                boolean wasFull = !kept && length - slowest() >= window;
                found = slice();
                if (!kept) forget();
                if (wasFull && length - slowest() < window) goOn = supply;
            }
            if (goOn != null) goOn.resume();
            return found;
        }

        private ByteBuf slice() {
            long start = firstPieceStart;
            int index = firstPiece;
            if (kept) {
                // All pieces of kept content but the last are full, unless the origin's first pieces were smaller.
                index = 0;
                start = 0;
            }
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
                if (readers.remove(this) && !kept && state == State.GROWING) {
                    last = readers.isEmpty();
                    forget();
                    told = supply;
                }
            }
            if (told != null && last) told.abandoned();
            else if (told != null) told.resume();
            release();
        }
    }
}
