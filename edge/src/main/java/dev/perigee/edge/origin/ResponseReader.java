package dev.perigee.edge.origin;

import dev.perigee.edge.origin.OriginFailure.Malformed;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Reads the responses of one connection: which bytes are head, which are content, and which should not be there. */
final class ResponseReader {
    /**
     * Chunk lines and trailers that outweigh the content are an attack (chunk extensions without end). One-byte chunks
     * weigh 6 bytes each.
     */
    private static final int OVERHEAD_FACTOR = 16;

    private enum Part {
        /** No request is under way, or its response is over: any byte is one too many. */
        NOTHING,
        HEAD,
        LENGTH,
        CHUNKS,
        UNTIL_CLOSE,
        /** Octets of another protocol. */
        TUNNEL
    }

    private final int headBytesMax;
    private final HeadReader head;
    private Part part = Part.NOTHING;
    private @Nullable ChunkedContent chunks;
    private long remaining;
    private boolean answersHead;
    private boolean leftover;
    private long raw;
    private long content;

    ResponseReader(int headBytesMax, KnownTexts texts) {
        this.headBytesMax = headBytesMax;
        head = new HeadReader(headBytesMax, texts);
    }

    /** A request is sent. */
    void expect(boolean answersHead, boolean upgrade) {
        this.answersHead = answersHead;
        part = Part.HEAD;
        raw = 0;
        content = 0;
        head.expect(upgrade);
    }

    /** The response is over. */
    void expectNothing() {
        part = Part.NOTHING;
        chunks = null;
    }

    /** Whether any byte of the expected response has come. */
    boolean begun() {
        return raw > 0;
    }

    /** Whether bytes came that belong to no response. */
    boolean hasLeftover() {
        return leftover;
    }

    /** Takes what was read, and tells the exchange what it is. */
    void read(ByteBuf taken, Exchange exchange) {
        try {
            // What came before must be accounted for already; these bytes may be all content.
            if (raw > OVERHEAD_FACTOR * (content + 4096) + headBytesMax) {
                exchange.fail(new Malformed("more framing than content"));
                return;
            }
            raw += taken.readableBytes();
            boolean more = true;
            while (more && taken.isReadable()) more = readPart(taken, exchange);
        } finally {
            taken.release();
        }
    }

    /** One step; false when nothing more can come of these bytes. */
    private boolean readPart(ByteBuf in, Exchange exchange) {
        return switch (part) {
            case NOTHING -> {
                leftover = true;
                yield false;
            }
            case HEAD -> readHead(in, exchange);
            case LENGTH -> {
                int size = (int) Math.min(remaining, in.readableBytes());
                remaining -= size;
                give(in.readRetainedSlice(size), exchange);
                if (remaining == 0) end(exchange);
                yield true;
            }
            case CHUNKS -> readChunk(in, exchange);
            case UNTIL_CLOSE -> {
                give(in.readRetainedSlice(in.readableBytes()), exchange);
                yield false;
            }
            case TUNNEL -> {
                exchange.onTunnel(in.readRetainedSlice(in.readableBytes()));
                yield false;
            }
        };
    }

    private boolean readHead(ByteBuf in, Exchange exchange) {
        if (!head.read(in)) {
            OriginFailure failure = head.failure();
            if (failure != null) exchange.fail(failure);
            return failure == null;
        }
        switch (head.start(answersHead)) {
            case ResponseStart.Refused(String reason) -> {
                exchange.fail(new Malformed(reason));
                return false;
            }
            case ResponseStart.Accepted start -> {
                if (head.status() == 101) {
                    part = Part.TUNNEL;
                    exchange.onSwitch(start);
                } else {
                    frame(start);
                    exchange.onHead(start);
                    // The exchange may have ended over it.
                    if (part == Part.LENGTH && remaining == 0) end(exchange);
                }
                return true;
            }
        }
    }

    private void frame(ResponseStart.Accepted start) {
        if (start.untilClose()) {
            part = Part.UNTIL_CLOSE;
        } else if (start.length() >= 0) {
            part = Part.LENGTH;
            remaining = start.length();
        } else {
            part = Part.CHUNKS;
            chunks = new ChunkedContent();
        }
    }

    private boolean readChunk(ByteBuf in, Exchange exchange) {
        ChunkedContent reading = chunks;
        if (reading == null) throw new IllegalStateException("no chunks are expected");
        ByteBuf piece = reading.read(in);
        if (piece != null) give(piece, exchange);
        else if (reading.done()) end(exchange);
        else if (reading.broken()) exchange.fail(new Malformed("content is not in well-formed chunks"));
        return !reading.broken();
    }

    private void give(ByteBuf piece, Exchange exchange) {
        content += piece.readableBytes();
        exchange.onContent(piece);
    }

    private void end(Exchange exchange) {
        if (part == Part.NOTHING) return;
        expectNothing();
        exchange.onWhole();
    }

    /** The connection has ended: returns whether that is the end of the content, as its framing said. */
    boolean endsWithConnection() {
        return part == Part.UNTIL_CLOSE;
    }
}
