package dev.perigee.core.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.Test;

class SealTest {
    private static final byte[] PLAIN = "a private key!".getBytes(StandardCharsets.UTF_8);

    private final Seal seal = Seal.ephemeral();

    @Test
    void opensUnderItsNameOnly() throws GeneralSecurityException {
        String closed = seal.close("one", PLAIN);
        assertArrayEquals(PLAIN, seal.open("one", closed));
        assertFalse(closed.contains("private"));
        assertThrows(GeneralSecurityException.class, () -> seal.open("other", closed));
        assertThrows(GeneralSecurityException.class, () -> Seal.ephemeral().open("one", closed));
        assertNotEquals(closed, seal.close("one", PLAIN), "a nonce is never used again");
    }

    @Test
    void whatWasChangedDoesNotOpen() {
        String closed = seal.close("one", PLAIN);
        for (int i = 0; i < closed.length(); i++) {
            char other = closed.charAt(i) == 'A' ? 'B' : 'A';
            String changed = closed.substring(0, i) + other + closed.substring(i + 1);
            assertThrows(GeneralSecurityException.class, () -> seal.open("one", changed));
        }
        for (String text : new String[] {"", "seal1:", "seal1:AAAA", "seal1:%", closed.substring(0, 30)})
            assertThrows(GeneralSecurityException.class, () -> seal.open("one", text));
    }
}
