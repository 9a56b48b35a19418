package dev.perigee.edge.net;

import dev.perigee.edge.net.hpack.HpackWriter;
import dev.perigee.edge.net.hpack.QpackWriter;
import java.nio.charset.StandardCharsets;

/** The field that tells a viewer of HTTPS that the same is to be had over HTTP/3 (RFC 7838), once that is so. */
final class AltSvc {
    private static final String NAME = "alt-svc";

    private volatile Forms forms = new Forms(new byte[0], new byte[0], new byte[0]);

    // Never compared.
    @SuppressWarnings("ArrayRecordComponent")
    private record Forms(byte[] text, byte[] hpack, byte[] qpack) {}

    /** From now on HTTP/3 is to be had at this port. */
    void announce(int port) {
        String value = "h3=\":" + port + "\"; ma=86400";
        forms = new Forms(
                ("Alt-Svc: " + value + "\r\n").getBytes(StandardCharsets.ISO_8859_1),
                new HpackWriter().field(NAME, value).toBytes(),
                new QpackWriter().field(NAME, value).toBytes());
    }

    /** As a line of HTTP/1.1; empty while there is nothing to tell, like the others. */
    byte[] text() {
        return forms.text();
    }

    byte[] hpack() {
        return forms.hpack();
    }

    byte[] qpack() {
        return forms.qpack();
    }
}
