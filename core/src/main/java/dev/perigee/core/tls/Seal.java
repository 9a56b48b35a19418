package dev.perigee.core.tls;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keeps private keys closed while they rest or travel: AES-256-GCM under a key that the control plane and its edges have
 * and that is stored elsewhere. What was sealed under one name does not open under another.
 */
public final class Seal {
    public static final int KEY_BYTES = 32;

    private static final String PREFIX = "seal1:";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;
    private final SecureRandom random = new SecureRandom();

    public Seal(byte[] key) {
        if (key.length != KEY_BYTES) throw new IllegalArgumentException("a sealing key has " + KEY_BYTES + " bytes");
        this.key = new SecretKeySpec(key, "AES");
    }

    /** A seal that nothing was made with yet and that nobody else has: for edges that no certificates are sent to. */
    public static Seal ephemeral() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return new Seal(key);
    }

    /** The plain bytes, closed, as text. */
    public String close(String name, byte[] plain) {
        try {
            byte[] nonce = new byte[NONCE_BYTES];
            random.nextBytes(nonce);
            byte[] closed = cipher(Cipher.ENCRYPT_MODE, nonce, name).doFinal(plain);
            byte[] both = Arrays.copyOf(nonce, nonce.length + closed.length);
            System.arraycopy(closed, 0, both, nonce.length, closed.length);
            return PREFIX + Base64.getEncoder().encodeToString(both);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-GCM", e);
        }
    }

    /**
     * What was closed under this name.
     *
     * @throws GeneralSecurityException when it was closed with another key, under another name, or has been changed
     */
    public byte[] open(String name, String sealed) throws GeneralSecurityException {
        if (!sealed.startsWith(PREFIX)) throw new GeneralSecurityException("not a sealed text");
        byte[] both;
        try {
            both = Base64.getDecoder().decode(sealed.substring(PREFIX.length()));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("not a sealed text", e);
        }
        if (both.length < NONCE_BYTES) throw new GeneralSecurityException("not a sealed text");
        byte[] nonce = Arrays.copyOf(both, NONCE_BYTES);
        try {
            return cipher(Cipher.DECRYPT_MODE, nonce, name).doFinal(both, NONCE_BYTES, both.length - NONCE_BYTES);
        } catch (AEADBadTagException e) {
            throw new GeneralSecurityException("sealed with another key or under another name, or damaged", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String name) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    @Override
    public String toString() {
        return "Seal";
    }
}
