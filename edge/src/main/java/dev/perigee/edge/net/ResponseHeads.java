package dev.perigee.edge.net;

import dev.perigee.core.http.Fields;
import dev.perigee.core.serve.ErrorPages;
import dev.perigee.edge.serve.CacheResult;
import dev.perigee.edge.serve.Exchange;
import dev.perigee.edge.serve.Presentation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;

/**
 * Writes HTTP/1.1 response heads. What a stored response says every time is rendered once and kept with it; what differs
 * from request to request comes after.
 */
final class ResponseHeads {
    private static final byte[] CONTENT_LENGTH = ascii("Content-Length: ");
    private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
    private static final byte[] AGE = ascii("Age: ");
    private static final byte[] ID = ascii("X-Amz-Cf-Id: ");
    private static final byte[] KEEP_ALIVE = ascii("\r\nConnection: keep-alive\r\n\r\n");
    private static final byte[] UPGRADE = ascii("\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    private static final byte[] CLOSE = ascii("\r\nConnection: close\r\n\r\n");
    private static final EnumMap<CacheResult, byte[]> X_CACHE = new EnumMap<>(CacheResult.class);
    private static final int DYNAMIC_MAX = 320;

    static {
        for (CacheResult result : CacheResult.values()) {
            X_CACHE.put(result, ascii("X-Cache: " + result.xCache() + "\r\n"));
        }
    }

    /** X-Amz-Cf-Pop, the same in every response of this edge. */
    private final byte[] hop;

    private final AltSvc altSvc;

    ResponseHeads(String pop, AltSvc altSvc) {
        this.hop = ascii("X-Amz-Cf-Pop: " + pop + "\r\n");
        this.altSvc = altSvc;
    }

    /**
     * The head of the exchange's response, in a buffer with room for {@code roomAfter} more octets.
     *
     * @param chunked whether the content will be sent in chunks
     */
    ByteBuf write(
            LoopContext loop,
            ByteBufAllocator allocator,
            Exchange x,
            boolean chunked,
            boolean keepAlive,
            int roomAfter) {
        HeadText text = loop.text.begin().add(common(x));
        if (chunked) text.add(CHUNKED);
        else if (x.length() >= 0 && x.status() != 304 && x.status() != 204) {
            text.add(CONTENT_LENGTH).addNumber(x.length());
        }
        if (x.age() >= 0) text.add(AGE).addNumber(x.age());
        String cacheStatus = x.cacheStatus();
        if (cacheStatus != null) text.add(ascii("Cache-Status: " + cacheStatus + "\r\n"));
        if (x.announcesHttp3()) text.add(altSvc.text());
        text.add(xCache(x.result())).add(hop).add(ID).add(x.id()).add(keepAlive ? KEEP_ALIVE : CLOSE);
        return loop.output.take(allocator, text.length() + roomAfter).writeBytes(text.bytes(), 0, text.length());
    }

    /** The head of a 101 for a WebSocket. */
    ByteBuf writeSwitch(ByteBufAllocator allocator, Exchange x) {
        byte[] common = render(x.status(), x.fields());
        ByteBuf out = allocator.directBuffer(common.length + hop.length + DYNAMIC_MAX);
        out.writeBytes(common).writeBytes(xCache(x.result())).writeBytes(hop);
        return out.writeBytes(ID).writeBytes(x.id()).writeBytes(UPGRADE);
    }

    private static byte[] common(Exchange x) {
        Presentation presentation = x.presentation();
        if (presentation == null) return render(x.status(), x.fields());
        byte[] known = presentation.head();
        if (known != null) return known;
        byte[] made = render(x.status(), x.fields());
        presentation.head(made);
        return made;
    }

    private static byte[] render(int status, Fields fields) {
        StringBuilder text =
                new StringBuilder(256).append("HTTP/1.1 ").append(status).append(' ');
        text.append(ErrorPages.reasonPhrase(status)).append("\r\n");
        for (int i = 0; i < fields.size(); i++) {
            text.append(fields.name(i)).append(": ").append(fields.value(i)).append("\r\n");
        }
        return ascii(text.toString());
    }

    private static byte[] xCache(CacheResult result) {
        byte[] line = X_CACHE.get(result);
        return line == null ? ascii("X-Cache: " + result.xCache() + "\r\n") : line;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
