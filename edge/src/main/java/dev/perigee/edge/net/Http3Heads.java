package dev.perigee.edge.net;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HopByHop;
import dev.perigee.edge.net.hpack.QpackWriter;
import dev.perigee.edge.serve.CacheResult;
import dev.perigee.edge.serve.Exchange;
import dev.perigee.edge.serve.Presentation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.EnumMap;
import java.util.Locale;

/**
 * Writes the heads of responses as field sections of HTTP/3. Like those of HTTP/2 in {@link Http2Heads}: what a stored
 * response says every time is compressed once and kept with it, for all connections, since it refers to no table but the
 * static one.
 */
final class Http3Heads {
    private static final byte[] CONTENT_LENGTH =
            new QpackWriter().name("content-length").toBytes();
    private static final byte[] AGE = new QpackWriter().name("age").toBytes();
    private static final byte[] ID = new QpackWriter().name("x-amz-cf-id").toBytes();
    private static final byte[] CONTINUE =
            new QpackWriter().prefix().status(100).toBytes();
    private static final byte[] NOTHING = {};
    private static final EnumMap<CacheResult, byte[]> X_CACHE = new EnumMap<>(CacheResult.class);

    static {
        for (CacheResult result : CacheResult.values()) {
            X_CACHE.put(
                    result, new QpackWriter().field("x-cache", result.xCache()).toBytes());
        }
    }

    /** X-Amz-Cf-Pop, the same in every response of this edge. */
    private final byte[] hop;

    private final AltSvc altSvc;

    Http3Heads(String pop, AltSvc altSvc) {
        this.hop = new QpackWriter().field("x-amz-cf-pop", pop).toBytes();
        this.altSvc = altSvc;
    }

    /** The head of the exchange's response as a frame, in a buffer with room for {@code roomAfter} more octets. */
    ByteBuf write(LoopContext loop, ByteBufAllocator allocator, Exchange x, int roomAfter) {
        HeadText text = loop.text.begin().add(common(x));
        if (x.length() >= 0 && x.status() != 304 && x.status() != 204)
            text.add(CONTENT_LENGTH).addText(x.length());
        if (x.age() >= 0) text.add(AGE).addText(x.age());
        String cacheStatus = x.cacheStatus();
        if (cacheStatus != null)
            text.add(new QpackWriter().field("cache-status", cacheStatus).toBytes());
        byte[] cached = X_CACHE.get(x.result());
        byte[] id = x.id();
        if (cached == null || id.length > 126) throw new IllegalStateException("no head for " + x.result());
        text.add(x.announcesHttp3() ? altSvc.qpack() : NOTHING).add(cached).add(hop);
        text.add(ID).addText(id);
        return frame(allocator, text.bytes(), text.length(), roomAfter);
    }

    /** An interim response; it has no fields. */
    static ByteBuf writeContinue(ByteBufAllocator allocator) {
        return frame(allocator, CONTINUE, CONTINUE.length, 0);
    }

    private static ByteBuf frame(ByteBufAllocator allocator, byte[] section, int length, int roomAfter) {
        ByteBuf out = allocator.directBuffer(Http3Frame.HEAD_MAX + length + roomAfter);
        Http3Frame.number(out.writeByte(Http3Frame.HEADERS), length);
        return out.writeBytes(section, 0, length);
    }

    private static byte[] common(Exchange x) {
        Presentation presentation = x.presentation();
        if (presentation == null) return render(x.status(), x.fields());
        byte[] known = presentation.lines();
        if (known != null) return known;
        byte[] made = render(x.status(), x.fields());
        presentation.lines(made);
        return made;
    }

    private static byte[] render(int status, Fields fields) {
        QpackWriter section = new QpackWriter().prefix().status(status);
        for (int i = 0; i < fields.size(); i++) {
            String name = fields.name(i);
            // RFC 9114 section 4.2: a viewer takes a response with one of these for malformed.
            if (!HopByHop.contains(name)) section.field(name.toLowerCase(Locale.ROOT), fields.value(i));
        }
        return section.toBytes();
    }
}
