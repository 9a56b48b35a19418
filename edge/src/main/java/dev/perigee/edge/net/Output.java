package dev.perigee.edge.net;

import dev.perigee.core.http.HttpVersion;
import dev.perigee.edge.serve.Exchange;
import dev.perigee.edge.store.MemoryFile;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollSocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What goes out on one viewer connection: the response under way, framed, and held back until a write is worth its while.
 * On the connection's event loop.
 */
final class Output {
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] CRLF = {'\r', '\n'};

    /** Content up to this size is copied behind its head: cheaper than a second buffer in the write. */
    private static final int COPY_MAX = 4096;
    /** Content from this size on is sent from its file: at 16 KiB that is no gain yet. */
    private static final int REGION_MIN = 32 << 10;

    /** Octets of regions at once: few calls for a fast viewer, and little held for one who takes nothing. */
    private static final long REGIONS_MAX = 512 << 10;

    /** Octets of a last response that leave together with the end of TLS: a record. */
    private static final int LAST_MAX = 16 << 10;

    private final Channel channel;
    /** Null in clear. */
    private final @Nullable HeldFlush end;

    private final ResponseHeads heads;
    private final LoopContext context;

    /** Whether stored content is sent from its file. TLS needs it in its hands. */
    private final @Nullable EpollSocketChannel sendsFiles;
    /** What is called when regions have been sent. */
    private final Runnable whenSent;

    /** What the socket has not taken whole yet. */
    private final ArrayDeque<StoredRegion> regions = new ArrayDeque<>(2);
    /** Octets of these, and of the region that is still being put together. */
    private long regionOctets;

    // The region that is being put together: neighbours from the first to the last.
    private MemoryFile.@Nullable Extent first;
    private MemoryFile.@Nullable Extent last;
    private List<ByteBuf> pieces = List.of();
    /** Whether a head waits to leave together with a region. */
    private boolean corks;

    private @Nullable ByteBuf head;
    private boolean chunked;
    private boolean endsWithConnection;
    private boolean unflushed;

    /** @param end between TLS and the socket, null in clear */
    Output(Channel channel, @Nullable HeldFlush end, ResponseHeads heads, LoopContext context, Runnable whenSent) {
        this.whenSent = whenSent;
        this.end = end;
        this.sendsFiles = end == null && channel instanceof EpollSocketChannel socket ? socket : null;
        this.channel = channel;
        this.heads = heads;
        this.context = context;
    }

    /** Prepares the head of the exchange's response. It is sent with what follows, or by {@link #flush}. */
    void head(Exchange x, boolean mayKeepAlive) {
        boolean endless = x.contentFollows() && x.length() < 0;
        chunked = endless && x.received().version() == HttpVersion.HTTP_1_1;
        endsWithConnection = endless && !chunked;
        int room = x.contentFollows() && x.length() >= 0 && x.length() <= COPY_MAX ? (int) x.length() : 0;
        head = heads.write(context, channel.alloc(), x, chunked, mayKeepAlive && !endsWithConnection, room);
    }

    /** Whether only the end of the connection shows the end of the content. */
    boolean endsWithConnection() {
        return endsWithConnection;
    }

    /** Octets of a head that is still held back; 0 when there is none. */
    int held() {
        ByteBuf waiting = head;
        return waiting == null ? 0 : waiting.readableBytes();
    }

    /** Forgets a head that is still held back. */
    boolean retract() {
        ByteBuf waiting = head;
        if (waiting == null) return false;
        head = null;
        chunked = false;
        waiting.release();
        return true;
    }

    /** Adds content and takes its reference. */
    void content(ByteBuf taken) {
        ByteBuf waiting = head;
        if (waiting != null && !chunked && taken.readableBytes() <= Math.min(COPY_MAX, waiting.writableBytes())) {
            waiting.writeBytes(taken);
            taken.release();
            return;
        }
        if (!chunked && sendsFiles != null && taken.readableBytes() >= REGION_MIN) {
            MemoryFile.Extent extent = MemoryFile.extent(taken);
            if (extent != null) {
                region(extent, taken);
                return;
            }
        }
        writeHead();
        if (chunked) {
            byte[] size = (Integer.toHexString(taken.readableBytes()) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
            write(Unpooled.wrappedBuffer(size));
            write(taken);
            write(Unpooled.wrappedBuffer(CRLF));
        } else {
            write(taken);
        }
    }

    /** Adds stored content where it lies. What follows its predecessor in the file goes out in the same call. */
    private void region(MemoryFile.Extent extent, ByteBuf taken) {
        if (head != null) corks = true;
        MemoryFile.Extent before = last;
        // With a head held back this is another response's, wherever it lies.
        boolean goesOn = head == null
                && before != null
                && before.file().equals(extent.file())
                && before.end() == extent.position();
        if (!goesOn) {
            writeHead();
            first = extent;
            pieces = new ArrayList<>(16);
        }
        pieces.add(taken);
        last = extent;
        regionOctets += extent.length();
        unflushed = true;
    }

    private void writeRegion() {
        MemoryFile.Extent from = first;
        MemoryFile.Extent to = last;
        if (from == null || to == null) return;
        first = null;
        last = null;
        StoredRegion region = new StoredRegion(from, pieces, to.end() - from.position());
        pieces = List.of();
        regions.add(region);
        channel.write(region).addListener(_ -> {
            regions.remove(region);
            regionOctets -= region.count();
            whenSent.run();
        });
    }

    /** The response is whole. */
    void end() {
        writeHead();
        if (chunked) write(Unpooled.wrappedBuffer(LAST_CHUNK));
        chunked = false;
    }

    /** Adds octets that belong to no response's content, and takes their reference. */
    void write(ByteBuf taken) {
        writeRegion();
        channel.write(taken, channel.voidPromise());
        unflushed = true;
    }

    void writeHead() {
        writeRegion();
        ByteBuf waiting = head;
        if (waiting == null) return;
        head = null;
        write(waiting);
    }

    boolean unflushed() {
        return unflushed;
    }

    void flush() {
        writeHead();
        unflushed = false;
        EpollSocketChannel socket = sendsFiles;
        if (!corks || socket == null || !channel.isActive()) {
            channel.flush();
            return;
        }
        // The head alone in a segment would be a packet, and a wake-up of the viewer, more.
        corks = false;
        socket.config().setTcpCork(true);
        channel.flush();
        if (channel.isActive()) socket.config().setTcpCork(false);
    }

    /** Sends what is there and ends the connection; false, and it goes on, when the viewer has to take something first. */
    boolean close() {
        HeldFlush alert = end;
        if (alert == null) {
            flush();
            if (waiting() > 0) return false;
        } else {
            // What the socket does not take at once is given as long for as a stall may last (ViewerTls).
            if (waiting() + held() > LAST_MAX) return false;
            alert.hold();
            flush();
            alert.pass();
        }
        channel.close();
        return true;
    }

    /** Whether more is welcome. */
    boolean writable() {
        return channel.isWritable() && regionOctets < REGIONS_MAX;
    }

    boolean waitsForRegions() {
        return !regions.isEmpty();
    }

    /** Octets that wait for the viewer to take them. */
    long waiting() {
        ChannelOutboundBuffer output = channel.unsafe().outboundBuffer();
        long octets = output == null ? 0 : output.totalPendingWriteBytes();
        for (StoredRegion region : regions) octets += region.left();
        return octets;
    }

    /** The connection is gone: gives back what was held. */
    void discard() {
        retract();
        for (ByteBuf piece : pieces) piece.release();
        pieces = List.of();
        first = null;
        last = null;
    }
}
