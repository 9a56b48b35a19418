package dev.perigee.core.encrypt;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/**
 * Messages of the AWS Encryption SDK: format version 2, algorithm suite 0x0478 (AES-256-GCM, HKDF with SHA-512, key
 * commitment, no signature), one encrypted data key, an empty encryption context, one frame. The data key is made for one
 * message and wrapped by RSA with OAEP, SHA-256 for both of its hashes.
 */
final class EncryptedMessage {
    private static final int SUITE = 0x0478;
    private static final int ID_BYTES = 32;
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final byte FRAMED = 2;
    private static final int LAST_FRAME = 0xFFFFFFFF;
    private static final int FIRST = 1;
    private static final byte[] LAST_FRAME_LABEL = ascii("AWSKMSEncryptionClient Final Frame");
    private static final byte[] COMMIT_LABEL = ascii("COMMITKEY");
    private static final byte[] DERIVE_LABEL = ascii("DERIVEKEY");

    private final EncryptionProfile profile;
    private final PublicKey key;
    private final SecureRandom random;

    private EncryptedMessage(EncryptionProfile profile, PublicKey key, SecureRandom random) {
        this.profile = profile;
        this.key = key;
        this.random = random;
    }

    static EncryptedMessage of(EncryptionProfile profile, SecureRandom random) throws GeneralSecurityException {
        byte[] encoded = Base64.getDecoder().decode(profile.publicKey());
        PublicKey key = KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(encoded));
        return new EncryptedMessage(profile, key, random);
    }

    /** A message of its own for this text, of at most {@link EncryptedForm#FIELD_OCTETS_MAX} octets. */
    byte[] write(byte[] plain) throws GeneralSecurityException {
        byte[] id = randomBytes(ID_BYTES);
        byte[] dataKey = randomBytes(KEY_BYTES);
        try {
            KDF kdf = KDF.getInstance("HKDF-SHA512");
            byte[] suite = {SUITE >> 8, SUITE & 0xFF};
            byte[] commitment = kdf.deriveData(expanded(id, dataKey, COMMIT_LABEL));
            var derived = new SecretKeySpec(kdf.deriveData(expanded(id, dataKey, joined(suite, DERIVE_LABEL))), "AES");
            byte[] header = header(id, wrapped(dataKey), commitment);
            var message = new ByteArrayOutputStream();
            message.writeBytes(header);
            // The tag of nothing, over the header: with this suite its nonce is zero and not written.
            message.writeBytes(sealed(derived, new byte[NONCE_BYTES], header, new byte[0]));
            writeFrame(message, derived, id, plain);
            return message.toByteArray();
        } finally {
            Arrays.fill(dataKey, (byte) 0);
        }
    }

    private static AlgorithmParameterSpec expanded(byte[] id, byte[] dataKey, byte[] label) {
        return HKDFParameterSpec.ofExtract().addSalt(id).addIKM(dataKey).thenExpand(label, KEY_BYTES);
    }

    private byte[] wrapped(byte[] dataKey) throws GeneralSecurityException {
        Cipher rsa = Cipher.getInstance("RSA/ECB/OAEPPadding");
        rsa.init(
                Cipher.ENCRYPT_MODE,
                key,
                new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT),
                random);
        return rsa.doFinal(dataKey);
    }

    private byte[] header(byte[] id, byte[] wrappedKey, byte[] commitment) {
        var header = new ByteArrayOutputStream();
        header.write(2);
        number(header, SUITE, 2);
        header.writeBytes(id);
        number(header, 0, 2);
        number(header, 1, 2);
        counted(header, profile.providerId().getBytes(StandardCharsets.UTF_8));
        counted(header, profile.keyName().getBytes(StandardCharsets.UTF_8));
        counted(header, wrappedKey);
        header.write(FRAMED);
        number(header, EncryptedForm.FIELD_OCTETS_MAX, 4);
        header.writeBytes(commitment);
        return header.toByteArray();
    }

    private static void writeFrame(ByteArrayOutputStream message, SecretKeySpec derived, byte[] id, byte[] plain)
            throws GeneralSecurityException {
        byte[] nonce = new byte[NONCE_BYTES];
        nonce[NONCE_BYTES - 1] = FIRST;
        var authenticated = new ByteArrayOutputStream();
        authenticated.writeBytes(id);
        authenticated.writeBytes(LAST_FRAME_LABEL);
        number(authenticated, FIRST, 4);
        number(authenticated, plain.length, 8);
        number(message, LAST_FRAME, 4);
        number(message, FIRST, 4);
        message.writeBytes(nonce);
        number(message, plain.length, 4);
        message.writeBytes(sealed(derived, nonce, authenticated.toByteArray(), plain));
    }

    private static byte[] sealed(SecretKeySpec key, byte[] nonce, byte[] authenticated, byte[] plain)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(authenticated);
        return cipher.doFinal(plain);
    }

    private byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static void counted(ByteArrayOutputStream out, byte[] bytes) {
        number(out, bytes.length, 2);
        out.writeBytes(bytes);
    }

    /** Big-endian. */
    private static void number(ByteArrayOutputStream out, long value, int bytes) {
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out.write((int) (value >> shift));
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
