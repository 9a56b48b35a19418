package dev.perigee.edge.origin;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponseDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Netty's response decoder behind a {@link HeadGuard}. It knows when a response may come, and whether that response
 * answers a HEAD request and so has no content.
 */
final class ResponseDecoder extends HttpResponseDecoder {
    /** Fired instead of a response whose bytes are refused. */
    record Refusal(String reason) {}

    /**
     * Chunk lines and trailers that outweigh the content are an attack (chunk extensions without end). One-byte chunks
     * weigh 6 bytes each.
     */
    private static final int OVERHEAD_FACTOR = 16;

    private final HeadGuard guard;
    private final int headBytesMax;
    private boolean expecting;
    private boolean answersHead;
    private long raw;
    private long content;

    ResponseDecoder(int headBytesMax) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(headBytesMax)
                .setMaxHeaderSize(headBytesMax)
                // Content is passed on as it was read, not in pieces of 8 kB.
                .setMaxChunkSize(1 << 20)
                .setStrictLineParsing(true)
                .setAllowDuplicateContentLengths(false)
                .setUseRfc9112TransferEncoding(true)
                .setInitialBufferSize(512));
        this.headBytesMax = headBytesMax;
        guard = new HeadGuard(headBytesMax);
    }

    /** A request is sent. */
    void expect(boolean head, boolean upgrade) {
        expecting = true;
        answersHead = head;
        raw = 0;
        content = 0;
        guard.expectHead(upgrade);
    }

    /** The response is over: from here on any byte is one too many. */
    void expectNothing() {
        expecting = false;
    }

    /** Whether any byte of the expected response has come. */
    boolean begun() {
        return raw > 0;
    }

    /** Whether bytes are left behind the last whole response. */
    boolean hasLeftover() {
        return actualReadableBytes() > 0;
    }

    /** Tells how much of what came was content. */
    void countContent(int bytes) {
        content += bytes;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        if (message instanceof ByteBuf bytes) {
            String fault = expecting ? fault(bytes) : "bytes without a request";
            if (fault != null) {
                bytes.release();
                ctx.fireChannelRead(new Refusal(fault));
                return;
            }
        }
        super.channelRead(ctx, message);
    }

    private @Nullable String fault(ByteBuf bytes) {
        // What came before must be accounted for already; these bytes may be all content.
        if (raw > OVERHEAD_FACTOR * (content + 4096) + headBytesMax) return "more framing than content";
        raw += bytes.readableBytes();
        return guard.inspect(bytes);
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        return answersHead || super.isContentAlwaysEmpty(message);
    }
}
