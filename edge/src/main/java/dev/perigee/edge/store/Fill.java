package dev.perigee.edge.store;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.StoredResponse;
import io.netty.buffer.ByteBuf;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A response whose content may still be arriving, or may be fetched while it is read. Hit, miss and pass are all read from
 * one.
 *
 * <p>Reference-counted: the creator has one reference, the store another while it is listed, each reader one more. The
 * content is freed with the last.
 */
public sealed interface Fill permits WholeFill, BlockedFill {
    @Nullable
    CacheKey key();

    StoredResponse response();

    /**
     * New fields or freshness for the same content. Several may come with news at the same time.
     *
     * @param change from what it is then, perhaps tried more than once
     */
    StoredResponse refresh(UnaryOperator<StoredResponse> change);

    /** Octets of content in the end, or -1 while nobody knows. */
    long wholeLength();

    /** Newest purge that the edge had applied when its fetch began; counts for what is written to a disk. */
    long purgeSequence();

    void purgeSequence(long sequence);

    /** Whether it can be read again from the start, and so be listed. */
    boolean isKept();

    /** A place for the deliverer to remember a rendered head; forgotten when the response is refreshed. */
    @Nullable
    Object rendering();

    void rendering(Object rendered);

    /** Octets of memory that a store should count for it. */
    int weight();

    /** Takes a reference, unless the last one is already gone. */
    boolean tryRetain();

    void release();

    /** Takes the store's reference, unless the last one is already gone. */
    boolean list();

    /**
     * Gives the store's reference back.
     *
     * @param forGood whether it was purged or replaced, and not merely evicted
     */
    void delist(boolean forGood);

    /** The caller, who has a reference, will not read it. */
    void abandon();

    /**
     * Content of a small, complete, kept fill in one piece, retained for the caller; or null when it is larger than one
     * piece, or not complete. An empty response has no piece either.
     */
    @Nullable
    ByteBuf single();

    /**
     * Begins to read, at a position that is still there: any in a kept fill, 0 in a new one.
     *
     * @param to end of what is wanted, exclusive; Long.MAX_VALUE for all
     * @return null when the content is no longer there
     */
    @Nullable
    Reader read(long from, long to, Follower follower);

    /** Who reads, as far as a fill has something to tell it. */
    interface Follower {
        /** There is more, or the end, after {@link Reader#next} returned null. Called from whatever thread. */
        void wake();

        /**
         * A part of a large object is neither in memory nor on its way: fetch it into this feed, from a thread that may
         * wait. Called from within {@link Reader#next}. Who cannot fetch fails the feed.
         */
        default void missing(Feed feed) {
            feed.fail();
        }
    }

    /** One reader's place. Used by one thread at a time; {@link #close} exactly once. */
    interface Reader {
        long position();

        /** Whether everything asked for was read. */
        boolean atEnd();

        /** Whether what is missing will never come. */
        boolean failed();

        /**
         * The next content, retained for the caller, of at most one piece; null when there is none now: then it is at the
         * end, or failed, or the follower will be woken.
         */
        @Nullable
        ByteBuf next();

        /** Ends reading, whether or not everything was read. */
        void close();
    }
}
