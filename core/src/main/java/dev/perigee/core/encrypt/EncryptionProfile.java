package dev.perigee.core.encrypt;

import java.util.List;

/**
 * Whom fields are closed for, and which ones.
 *
 * @param keyName name of the public key, which the message carries
 * @param providerId of the key, which the message carries too
 * @param publicKey RSA, as X.509 SubjectPublicKeyInfo in DER and Base64
 * @param fieldPatterns exact names, or beginnings of names with an asterisk after them; case counts
 */
public record EncryptionProfile(String keyName, String providerId, String publicKey, List<String> fieldPatterns) {
    public EncryptionProfile {
        fieldPatterns = List.copyOf(fieldPatterns);
    }

    /** Whether a field is to be closed. */
    public boolean closes(String name) {
        for (String pattern : fieldPatterns) {
            int last = pattern.length() - 1;
            boolean prefix = last >= 0 && pattern.charAt(last) == '*';
            if (prefix ? name.startsWith(pattern.substring(0, last)) : name.equals(pattern)) return true;
        }
        return false;
    }
}
