package dev.perigee.edge.serve;

import dev.perigee.core.access.HashAlgorithm;
import dev.perigee.core.access.Signatures;
import dev.perigee.core.access.Verifier;
import dev.perigee.core.plan.TrustedKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Verifies signatures, and remembers those that were good: a page's images are asked for with one cookie, and comparing costs a
 * twentieth of verifying. What is remembered is a fact that neither time nor plans change, that these octets are this key's
 * signature of that message, so expiry, address and trust are judged anew each time. It is known by a SHA-256 over key, algorithm,
 * message and signature, each with its length. At most {@value #SLOTS} of them, direct-mapped; only who has a key can fill it.
 * Safe for all event loops at once.
 */
final class SignatureMemory implements Verifier {
    private static final int SLOTS = 16_384;
    /** Keys of earlier plans are forgotten when there are this many. */
    private static final int KEYS_MAX = 1024;

    private final AtomicReferenceArray<byte @Nullable []> verified = new AtomicReferenceArray<>(SLOTS);
    private final Map<String, Parsed> keys = new ConcurrentHashMap<>();

    /** A key as it is computed with; null when it cannot be. */
    // Read here only, never compared as a whole.
    @SuppressWarnings("ArrayRecordComponent")
    private record Parsed(@Nullable PublicKey key, byte[] fingerprint) {}

    @Override
    public boolean verifies(TrustedKey key, HashAlgorithm hash, byte[] message, byte[] signature) {
        Parsed parsed = parsed(key.der());
        if (parsed.key == null) return false;
        byte[] fact = fact(parsed.fingerprint, hash, message, signature);
        int slot = (fact[0] & 0xFF) << 8 | (fact[1] & 0xFF);
        slot &= SLOTS - 1;
        byte[] known = verified.get(slot);
        if (known != null && MessageDigest.isEqual(known, fact)) return true;
        if (!Signatures.verify(parsed.key, hash, message, signature)) return false;
        verified.set(slot, fact);
        return true;
    }

    private Parsed parsed(String der) {
        Parsed known = keys.get(der);
        if (known != null) return known;
        if (keys.size() >= KEYS_MAX) keys.clear();
        byte[] fingerprint = sha256().digest(der.getBytes(StandardCharsets.ISO_8859_1));
        Parsed parsed = new Parsed(Signatures.key(der), fingerprint);
        keys.put(der, parsed);
        return parsed;
    }

    private static byte[] fact(byte[] key, HashAlgorithm hash, byte[] message, byte[] signature) {
        MessageDigest digest = sha256();
        digest.update(key);
        digest.update((byte) (hash == HashAlgorithm.SHA1 ? 1 : 2));
        digest.update(length(message.length));
        digest.update(message);
        digest.update(signature);
        return digest.digest();
    }

    private static byte[] length(int length) {
        return new byte[] {(byte) (length >> 24), (byte) (length >> 16), (byte) (length >> 8), (byte) length};
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every Java platform has SHA-256", absent);
        }
    }
}
