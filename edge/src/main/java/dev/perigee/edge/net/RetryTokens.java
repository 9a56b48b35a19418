package dev.perigee.edge.net;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.quic.Quic;
import io.netty.handler.codec.quic.QuicTokenHandler;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Proofs that a viewer receives at the address it sends from (RFC 9000 section 8.1.2). They cost it a round trip, so they are
 * asked for only while many handshakes are under way: before that, what a forged address can cost is bounded by the three
 * octets sent for each received. On one event loop.
 */
final class RetryTokens implements QuicTokenHandler {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int MAC_OCTETS = 16;
    private static final int TIME_OCTETS = 8;
    private static final int INVALID = -1;
    /** A viewer answers at once. */
    private static final long LIFETIME_SECONDS = 10;

    private final Mac mac;
    private final BooleanSupplier asked;
    private final LongSupplier nanos;

    /**
     * Tokens that this loop alone accepts.
     *
     * @param asked whether viewers have to prove their address now
     * @param nanos as {@link System#nanoTime}
     */
    RetryTokens(BooleanSupplier asked, LongSupplier nanos) {
        this.asked = asked;
        this.nanos = nanos;
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    @Override
    public boolean writeToken(ByteBuf out, ByteBuf connectionId, InetSocketAddress address) {
        if (!asked.getAsBoolean()) return false;
        byte[] id = bytes(connectionId, connectionId.readerIndex(), connectionId.readableBytes());
        long second = TimeUnit.NANOSECONDS.toSeconds(nanos.getAsLong());
        out.writeBytes(proof(address, second, id)).writeLong(second).writeBytes(id);
        return true;
    }

    /** Where the first connection id stands in the token. */
    @Override
    public int validateToken(ByteBuf token, InetSocketAddress address) {
        int start = token.readerIndex();
        int head = MAC_OCTETS + TIME_OCTETS;
        int idLength = token.readableBytes() - head;
        if (idLength < 0 || idLength > Quic.MAX_CONN_ID_LEN) return INVALID;
        long second = token.getLong(start + MAC_OCTETS);
        long age = TimeUnit.NANOSECONDS.toSeconds(nanos.getAsLong()) - second;
        if (age < 0 || age > LIFETIME_SECONDS) return INVALID;
        byte[] id = bytes(token, start + head, idLength);
        boolean ours = MessageDigest.isEqual(proof(address, second, id), bytes(token, start, MAC_OCTETS));
        return ours ? head : INVALID;
    }

    private byte[] proof(InetSocketAddress address, long second, byte[] id) {
        mac.update(address.getAddress().getAddress());
        mac.update((byte) (address.getPort() >>> 8));
        mac.update((byte) address.getPort());
        for (int shift = 56; shift >= 0; shift -= 8) mac.update((byte) (second >>> shift));
        return Arrays.copyOf(mac.doFinal(id), MAC_OCTETS);
    }

    private static byte[] bytes(ByteBuf from, int start, int length) {
        byte[] bytes = new byte[length];
        from.getBytes(start, bytes);
        return bytes;
    }

    @Override
    public int maxTokenLength() {
        return MAC_OCTETS + TIME_OCTETS + Quic.MAX_CONN_ID_LEN;
    }
}
