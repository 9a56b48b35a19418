package dev.perigee.edge.serve;

import dev.perigee.core.http.ByteRange;
import dev.perigee.core.http.Fields;
import dev.perigee.edge.store.Fill;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Several ranges of one stored response, as multipart/byteranges (RFC 9110 section 14.6). */
final class MultipartRanges {
    private final Delivery delivery;
    private final Exchange exchange;
    private final Fill fill;
    private final List<ByteRange> ranges;
    private final List<byte[]> partHeads;
    private final byte[] closing;
    private int next;

    private MultipartRanges(
            Delivery delivery,
            Exchange exchange,
            Fill fill,
            List<ByteRange> ranges,
            List<byte[]> partHeads,
            byte[] closing) {
        this.delivery = delivery;
        this.exchange = exchange;
        this.fill = fill;
        this.ranges = ranges;
        this.partHeads = partHeads;
        this.closing = closing;
    }

    /** Sends them all; releases the caller's reference to the fill at the end. */
    static void start(Delivery delivery, Exchange x, Fill fill, Fields fields, long whole, List<ByteRange> ranges) {
        String boundary = x.idText().substring(0, 40).replace('_', '0');
        String type = fields.first("Content-Type");
        List<byte[]> heads = new ArrayList<>(ranges.size());
        long length = 0;
        for (ByteRange range : ranges) {
            StringBuilder head = new StringBuilder("\r\n--").append(boundary).append("\r\n");
            if (type != null) head.append("Content-Type: ").append(type).append("\r\n");
            head.append("Content-Range: ").append(range.contentRange(whole)).append("\r\n\r\n");
            heads.add(head.toString().getBytes(StandardCharsets.ISO_8859_1));
            length += heads.getLast().length + range.length();
        }
        byte[] closing = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.ISO_8859_1);
        x.status = 206;
        x.fields = fields.toBuilder()
                .set("Content-Type", "multipart/byteranges; boundary=" + boundary)
                .build();
        x.length = length + closing.length;
        x.contentFollows = true;
        delivery.begin(x, fill, ranges.getFirst().first());
        new MultipartRanges(delivery, x, fill, ranges, heads, closing).part();
    }

    private void part() {
        if (next == ranges.size()) {
            exchange.viewer().content(Unpooled.wrappedBuffer(closing));
            fill.release();
            delivery.finish(exchange);
            return;
        }
        ByteRange range = ranges.get(next);
        exchange.viewer().content(Unpooled.wrappedBuffer(partHeads.get(next++)));
        Transfer.start(delivery, exchange, fill, range.first(), range.lastInclusive() + 1, _ -> part(), fill::release);
    }
}
