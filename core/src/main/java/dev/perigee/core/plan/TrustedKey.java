package dev.perigee.core.plan;

/**
 * A public key that verifies signed URLs and cookies.
 *
 * @param id by which they name it, such as {@code K2JCJMDEHXQW5F}
 * @param der its SubjectPublicKeyInfo, DER in Base64
 */
public record TrustedKey(String id, String der) {
    @Override
    public String toString() {
        return "TrustedKey[" + id + "]";
    }
}
