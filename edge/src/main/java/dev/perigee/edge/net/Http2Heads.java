package dev.perigee.edge.net;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HopByHop;
import dev.perigee.edge.http2.Http2Frame;
import dev.perigee.edge.http2.Http2Output;
import dev.perigee.edge.net.hpack.HpackWriter;
import dev.perigee.edge.serve.CacheResult;
import dev.perigee.edge.serve.Exchange;
import dev.perigee.edge.serve.Presentation;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;

/**
 * Writes the heads of responses as field sections. Like those of HTTP/1.1 in {@link ResponseHeads}: what a stored response
 * says every time is compressed once and kept with it, for all connections, since it refers to no connection's table.
 */
final class Http2Heads {
    private static final byte[] CONTENT_LENGTH =
            new HpackWriter().name("content-length").toBytes();
    private static final byte[] AGE = new HpackWriter().name("age").toBytes();
    private static final byte[] ID = new HpackWriter().name("x-amz-cf-id").toBytes();
    private static final byte[] NOTHING = {};
    private static final byte[] CONTINUE = new HpackWriter().status(100).toBytes();
    private static final EnumMap<CacheResult, byte[]> X_CACHE = new EnumMap<>(CacheResult.class);

    static {
        for (CacheResult result : CacheResult.values()) {
            X_CACHE.put(
                    result, new HpackWriter().field("x-cache", result.xCache()).toBytes());
        }
    }

    /** X-Amz-Cf-Pop, the same in every response of this edge. */
    private final byte[] hop;

    private final AltSvc altSvc;

    Http2Heads(String pop, AltSvc altSvc) {
        this.hop = new HpackWriter().field("x-amz-cf-pop", pop).toBytes();
        this.altSvc = altSvc;
    }

    /**
     * Writes the head of the exchange's response as HEADERS, and CONTINUATION where it is long.
     *
     * @param last whether no content follows
     * @param noTable whether the section must begin with the word that our table stays empty
     * @return octets written
     */
    int write(Http2Output out, int stream, Exchange x, boolean last, boolean noTable) {
        byte[] common = common(x);
        byte[] cached = X_CACHE.get(x.result());
        byte[] id = x.id();
        boolean framed = x.length() >= 0 && x.status() != 304 && x.status() != 204;
        boolean aged = x.age() >= 0;
        byte[] cacheStatus = x.cacheStatus() == null ? NOTHING : field("cache-status", x.cacheStatus());
        byte[] alternative = x.announcesHttp3() ? altSvc.hpack() : NOTHING;
        if (cached == null || id.length > 126) throw new IllegalStateException("no head for " + x.result());
        int length = (noTable ? 1 : 0) + common.length + cached.length + hop.length + cacheStatus.length;
        length += alternative.length;
        length += ID.length + 1 + id.length;
        if (framed) length += CONTENT_LENGTH.length + 1 + digits(x.length());
        if (aged) length += AGE.length + 1 + digits(x.age());
        if (length > Http2Frame.PAYLOAD_MAX) return writeLong(out, stream, x, last, noTable);
        int flags = Http2Frame.END_HEADERS | (last ? Http2Frame.END_STREAM : 0);
        out.frame(length, Http2Frame.HEADERS, flags, stream);
        if (noTable) out.octet(HpackWriter.NO_TABLE);
        out.octets(common);
        if (framed) number(out.octets(CONTENT_LENGTH), x.length());
        if (aged) number(out.octets(AGE), x.age());
        out.octets(cacheStatus)
                .octets(alternative)
                .octets(cached)
                .octets(hop)
                .octets(ID)
                .octet(id.length)
                .octets(id);
        return Http2Frame.HEAD + length;
    }

    /** An interim response; it has no fields. */
    int writeContinue(Http2Output out, int stream, boolean noTable) {
        int length = CONTINUE.length + (noTable ? 1 : 0);
        out.frame(length, Http2Frame.HEADERS, Http2Frame.END_HEADERS, stream);
        if (noTable) out.octet(HpackWriter.NO_TABLE);
        out.octets(CONTINUE);
        return Http2Frame.HEAD + length;
    }

    private int writeLong(Http2Output out, int stream, Exchange x, boolean last, boolean noTable) {
        return out.section(stream, joined(x, noTable), last);
    }

    /** The fields after the content, with which the stream ends. */
    int writeTrailers(Http2Output out, int stream, Fields trailers, boolean noTable) {
        HpackWriter section = new HpackWriter();
        if (noTable) section.noTable();
        for (int i = 0; i < trailers.size(); i++) {
            section.field(trailers.name(i).toLowerCase(Locale.ROOT), trailers.value(i));
        }
        return out.section(stream, section.toBytes(), true);
    }

    private byte[] joined(Exchange x, boolean noTable) {
        HpackWriter rest = new HpackWriter();
        if (x.length() >= 0 && x.status() != 304 && x.status() != 204) {
            rest.field("content-length", Long.toString(x.length()));
        }
        if (x.age() >= 0) rest.field("age", Long.toString(x.age()));
        if (x.cacheStatus() != null) rest.field("cache-status", x.cacheStatus());
        byte[] alternative = x.announcesHttp3() ? altSvc.hpack() : NOTHING;
        rest.field("x-cache", x.result().xCache()).field("x-amz-cf-id", x.idText());
        byte[] common = common(x);
        byte[] own = rest.toBytes();
        ByteBuffer all = ByteBuffer.allocate(1 + common.length + alternative.length + own.length + hop.length);
        if (noTable) all.put(HpackWriter.NO_TABLE);
        all.put(common).put(alternative).put(own).put(hop);
        return Arrays.copyOf(all.array(), all.position());
    }

    private static byte[] common(Exchange x) {
        Presentation presentation = x.presentation();
        if (presentation == null) return render(x.status(), x.fields());
        byte[] known = presentation.section();
        if (known != null) return known;
        byte[] made = render(x.status(), x.fields());
        presentation.section(made);
        return made;
    }

    private static byte[] render(int status, Fields fields) {
        HpackWriter section = new HpackWriter().status(status);
        for (int i = 0; i < fields.size(); i++) {
            String name = fields.name(i);
            // RFC 9113 section 8.2.2: a viewer takes a response with one of these for malformed.
            if (!HopByHop.contains(name)) section.field(name.toLowerCase(Locale.ROOT), fields.value(i));
        }
        return section.toBytes();
    }

    private static byte[] field(String name, String value) {
        return new HpackWriter().field(name, value).toBytes();
    }

    private static void number(Http2Output out, long value) {
        int digits = digits(value);
        out.octet(digits);
        long unit = 1;
        for (int i = 1; i < digits; i++) unit *= 10;
        for (; unit > 0; unit /= 10) out.octet((int) ('0' + value / unit % 10));
    }

    private static int digits(long value) {
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) digits++;
        return digits;
    }
}
