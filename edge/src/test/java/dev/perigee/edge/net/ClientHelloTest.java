package dev.perigee.edge.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;

class ClientHelloTest {
    private static final int RECORD_AND_MESSAGE_HEADS = 9;

    /** What Java's own TLS says first. */
    private static ByteBuf hello(String name, String... protocols) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, null, null);
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(name)));
        if (protocols.length > 0) parameters.setApplicationProtocols(protocols);
        engine.setSSLParameters(parameters);
        ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), record);
        return Unpooled.wrappedBuffer(record.flip()).skipBytes(RECORD_AND_MESSAGE_HEADS);
    }

    @Test
    void readsTheNameAndTheOnlyProtocol() throws Exception {
        ByteBuf asking = hello("Images.PetTracker.test", "acme-tls/1");
        assertTrue(ClientHello.offers(asking, "acme-tls/1"));
        assertFalse(ClientHello.offers(asking, "acme-tls/2"));
        assertEquals("images.pettracker.test", ClientHello.name(asking));
        assertFalse(ClientHello.offers(hello("a.test", "acme-tls/1", "h2"), "acme-tls/1"), "one among others");
        assertFalse(ClientHello.offers(hello("a.test", "h2", "http/1.1"), "acme-tls/1"));
        assertFalse(ClientHello.offers(hello("a.test"), "acme-tls/1"));
    }

    @Test
    void whatTheViewerSaysOfItsVersion() throws Exception {
        ByteBuf newest = hello("a.test");
        assertTrue(ClientHello.leadsToTls12(newest));
        ByteBuf without = bare(0x0303);
        assertTrue(ClientHello.leadsToTls12(without), "TLS 1.2 has no extension for it");
        assertFalse(ClientHello.leadsToTls12(bare(0x0302)));
        assertFalse(ClientHello.leadsToTls12(bare(0x0300)));
        // A value without meaning (RFC 8701) before what counts.
        assertTrue(ClientHello.leadsToTls12(bare(0x0303, 0, 43, 0, 5, 4, 0x7a, 0x7a, 3, 3)));
        assertFalse(ClientHello.leadsToTls12(bare(0x0303, 0, 43, 0, 5, 4, 3, 2, 3, 1)));
        assertFalse(ClientHello.leadsToTls12(bare(0x0303, 0, 43, 0, 0)));
    }

    /** One suite and these octets of extensions. */
    private static ByteBuf bare(int version, int... extensions) {
        ByteBuf hello = Unpooled.buffer().writeShort(version).writeZero(32);
        hello.writeByte(0).writeShort(2).writeShort(0xc009).writeByte(1).writeByte(0);
        hello.writeShort(extensions.length);
        for (int octet : extensions) hello.writeByte(octet);
        return hello;
    }

    @Test
    void whatIsCutOrDamagedReadsAsAbsent() throws Exception {
        ByteBuf whole = hello("images.pettracker.test", "acme-tls/1");
        assertNull(ClientHello.name(whole.slice(0, 40)));
        for (int length = 0; length < whole.readableBytes(); length++) {
            ByteBuf cut = whole.slice(whole.readerIndex(), length);
            ClientHello.offers(cut, "acme-tls/1");
            ClientHello.name(cut);
            ClientHello.leadsToTls12(cut);
            assertEquals(length, cut.readableBytes(), "nothing is used up");
        }
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            ByteBuf damaged = whole.copy();
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                damaged.setByte(random.nextInt(damaged.writerIndex()), random.nextInt(256));
            }
            try {
                ClientHello.offers(damaged, "acme-tls/1");
                ClientHello.name(damaged);
                ClientHello.leadsToTls12(damaged);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }
}
