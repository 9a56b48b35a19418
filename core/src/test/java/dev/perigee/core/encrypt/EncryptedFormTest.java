package dev.perigee.core.encrypt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.encrypt.EncryptedForm.Outcome;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read of a form and what is refused; that others can open the messages is shown with their own SDK elsewhere. */
class EncryptedFormTest {
    private static final KeyPair KEYS = keys();
    private static final EncryptionProfile PROFILE = new EncryptionProfile(
            "card-key",
            "PetTracker",
            Base64.getEncoder().encodeToString(KEYS.getPublic().getEncoded()),
            List.of("card", "phone*", "pet[name]"));

    private static KeyPair keys() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static Outcome outcome(String form) throws GeneralSecurityException {
        return EncryptedForm.of(form.getBytes(StandardCharsets.ISO_8859_1), PROFILE, new SecureRandom());
    }

    private static String encrypted(String form) throws GeneralSecurityException {
        return new String(
                assertInstanceOf(Outcome.Encrypted.class, outcome(form)).content(), StandardCharsets.ISO_8859_1);
    }

    private static FieldStatus refused(String form) throws GeneralSecurityException {
        return assertInstanceOf(Outcome.Refused.class, outcome(form)).why();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a=1", "a=1&b=2", "&", "&&a=&", "a", "a=%41+b%2f", "Card=1", "a=card=4", "a=b=c", "=1"})
    void whatNoPatternNamesStaysAsItIs(String form) throws GeneralSecurityException {
        assertEquals(form, encrypted(form));
    }

    @ParameterizedTest(name = "{0}: {1} closed")
    @CsvSource({
        "card=4111, 1",
        "a=1&card=4111&b=2, 1",
        "card=1&card=2, 2",
        "%63ard=4111, 1",
        "c%61r%64=4111, 1",
        "phone=1&phone2=2&phone%5Bx%5D=3, 3",
        "pet%5Bname%5D=Rex, 1",
        "pet[name]=Rex, 1",
        "card=, 1",
        "card, 1",
        "card=41=11, 1",
        "card=4111%26x%3D1, 1"
    })
    void namesAreComparedAsTheOriginReadsThem(String form, int fields) throws GeneralSecurityException {
        var outcome = assertInstanceOf(Outcome.Encrypted.class, outcome(form));
        assertEquals(fields, outcome.fields());
        String content = new String(outcome.content(), StandardCharsets.ISO_8859_1);
        assertFalse(content.contains("4111") || content.contains("Rex") || content.contains("41="), content);
        assertEquals(form.split("&", -1).length, content.split("&", -1).length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "card=%",
                "card=%4",
                "card=%zz",
                "%zz=1",
                "a=%4g",
                "a=1;card=4111",
                "a=1\r\ncard=2",
                "a=\u0000",
                "card%00=4111",
                "card%0a=4111",
                "a\tb=1",
                "a=\u007f",
                "a=%+1"
            })
    void whatIsNotEncodedCorrectlyIsRefused(String form) throws GeneralSecurityException {
        assertEquals(FieldStatus.MALFORMED_INPUT, refused(form));
    }

    @Test
    void limitsAreThoseOfCloudFront() throws GeneralSecurityException {
        assertEquals(
                1,
                assertInstanceOf(Outcome.Encrypted.class, outcome("card=" + "1".repeat(16_384)))
                        .fields());
        assertEquals(FieldStatus.FIELD_TOO_LONG, refused("card=" + "1".repeat(16_385)));
        assertEquals(FieldStatus.FIELD_TOO_LONG, refused("card=" + "%31".repeat(16_385)));
        assertEquals("a=" + "1".repeat(20_000), encrypted("a=" + "1".repeat(20_000)));
        assertEquals("a&b&c&d&e&f&g&h&i&j", encrypted("a&b&c&d&e&f&g&h&i&j"));
        assertEquals(FieldStatus.TOO_MANY_FIELDS, refused("a&b&c&d&e&f&g&h&i&j&card=1"));
        String longest = "a=" + "1".repeat((1 << 20) - 2);
        assertEquals(longest, encrypted(longest));
        assertEquals(FieldStatus.REQUEST_TOO_LONG, refused(longest + "1"));
    }

    @Test
    void aMessageHasTheFormOfItsSuite() throws GeneralSecurityException {
        String value = encrypted("card=4111").substring("card=".length());
        ByteBuffer message =
                ByteBuffer.wrap(Base64.getDecoder().decode(URLDecoder.decode(value, StandardCharsets.US_ASCII)));
        assertEquals(2, message.get());
        assertEquals(0x0478, message.getShort());
        byte[] id = new byte[32];
        message.get(id);
        assertEquals(0, message.getShort());
        assertEquals(1, message.getShort());
        assertArrayEquals("PetTracker".getBytes(StandardCharsets.US_ASCII), counted(message));
        assertArrayEquals("card-key".getBytes(StandardCharsets.US_ASCII), counted(message));
        assertEquals(256, counted(message).length);
        assertEquals(2, message.get());
        assertEquals(16_384, message.getInt());
        message.position(message.position() + 32 + 16);
        assertEquals(-1, message.getInt());
        assertEquals(1, message.getInt());
        message.position(message.position() + 12);
        assertEquals(4, message.getInt());
        assertEquals(4 + 16, message.remaining());
    }

    private static byte[] counted(ByteBuffer message) {
        byte[] bytes = new byte[message.getShort()];
        message.get(bytes);
        return bytes;
    }

    @Test
    void equalValuesHaveNothingInCommon() throws GeneralSecurityException {
        String[] fields = encrypted("card=4111&card=4111").split("&", -1);
        assertNotEquals(fields[0], fields[1]);
        assertTrue(fields[0].matches("card=[A-Za-z0-9%]+"), fields[0]);
    }

    @Test
    void aKeyThatCannotBeUsedEncryptsNothing() {
        var broken = new EncryptionProfile("k", "p", "AAAA", List.of("card"));
        assertThrows(GeneralSecurityException.class, () -> EncryptedForm.of(new byte[0], broken, new SecureRandom()));
    }
}
