package dev.perigee.edge.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RetryTokensTest {
    private static final InetSocketAddress HERE = at(1, 4433);

    private long now = TimeUnit.SECONDS.toNanos(-5);
    private boolean busy = true;
    private final RetryTokens tokens = new RetryTokens(() -> busy, () -> now);
    private final ByteBuf id = Unpooled.wrappedBuffer(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});

    private static InetSocketAddress at(int host, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0." + host), port);
    }

    private ByteBuf token() {
        ByteBuf token = Unpooled.buffer();
        assertTrue(tokens.writeToken(token, id, HERE));
        assertTrue(token.readableBytes() <= tokens.maxTokenLength());
        return token;
    }

    @Test
    void nobodyIsAskedWhileThereIsTime() {
        busy = false;
        ByteBuf token = Unpooled.buffer();
        assertFalse(tokens.writeToken(token, id, HERE));
        assertFalse(token.isReadable());
    }

    @Test
    void aTokenProvesItsAddressForAWhileAndKeepsTheFirstId() {
        ByteBuf token = token();
        busy = false; // who was asked before is still believed
        int at = tokens.validateToken(token, HERE);
        assertEquals(id, token.slice(at, token.readableBytes() - at));
        now += TimeUnit.SECONDS.toNanos(10);
        assertEquals(at, tokens.validateToken(token, HERE));
        now += TimeUnit.SECONDS.toNanos(1);
        assertEquals(-1, tokens.validateToken(token, HERE));
    }

    @Test
    void itProvesNothingElse() {
        ByteBuf token = token();
        assertEquals(-1, tokens.validateToken(token, at(2, 4433)));
        assertEquals(-1, tokens.validateToken(token, at(1, 4434)));
        assertEquals(-1, new RetryTokens(() -> true, () -> now).validateToken(token, HERE));
        for (int i = 0; i < token.readableBytes(); i++) {
            byte[] changed = ByteBufUtil.getBytes(token);
            changed[i] ^= 1;
            assertEquals(-1, tokens.validateToken(Unpooled.wrappedBuffer(changed), HERE), "octet " + i);
        }
        for (int length : new int[] {0, 1, 23, 45, 1_000}) {
            assertEquals(-1, tokens.validateToken(Unpooled.wrappedBuffer(new byte[length]), HERE), "length " + length);
        }
        assertEquals(-1, tokens.validateToken(token.slice(0, token.readableBytes() - 1), HERE));
    }
}
