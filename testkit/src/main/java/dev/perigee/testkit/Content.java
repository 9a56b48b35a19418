package dev.perigee.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** What a message carries: some bytes, or many that are made while they are written. */
public final class Content {
    private static final int BLOCK = 65_536;

    private final long size;
    private final byte[] block;
    private final boolean generated;
    private @Nullable String sha256;

    private Content(long size, byte[] block, boolean generated) {
        this.size = size;
        this.block = block;
        this.generated = generated;
    }

    public static Content text(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    public static Content bytes(byte[] bytes) {
        return new Content(bytes.length, bytes.clone(), false);
    }

    /** Bytes that repeat nowhere and are the same for the same seed: any mix-up or loss changes the digest. */
    public static Content generated(long size, long seed) {
        byte[] noise = new byte[BLOCK];
        new SplittableRandom(seed).nextBytes(noise);
        return new Content(size, noise, true);
    }

    public long size() {
        return size;
    }

    public void writeTo(OutputStream out) throws IOException {
        if (!generated) {
            out.write(block);
            return;
        }
        byte[] next = block.clone();
        for (long at = 0; at < size; at += BLOCK) {
            ByteBuffer.wrap(next).putLong(0, at);
            out.write(next, 0, (int) Math.min(BLOCK, size - at));
        }
    }

    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) size);
        try {
            writeTo(bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /** Computed once: mostly several messages are compared with the same content. */
    public String sha256() {
        String known = sha256;
        if (known == null) {
            known = digest();
            sha256 = known;
        }
        return known;
    }

    private String digest() {
        MessageDigest digest = newSha256();
        try {
            writeTo(new OutputStream() {
                @Override
                public void write(int b) {
                    digest.update((byte) b);
                }

                @Override
                public void write(byte[] b, int off, int len) {
                    digest.update(b, off, len);
                }
            });
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
