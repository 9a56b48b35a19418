package dev.perigee.core.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.RequestHead;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DebugPassTest {
    private static final long NOW = 1_800_000_000L;
    private static final DebugPass PASSES = new DebugPass(key(7));

    private static byte[] key(int seed) {
        byte[] key = new byte[DebugPass.KEY_BYTES];
        for (int i = 0; i < key.length; i++) key[i] = (byte) (seed * i);
        return key;
    }

    private static RequestHead asking(String host, String path, @Nullable String query) {
        return new RequestHead("GET", path, query, host, HttpVersion.HTTP_1_1, Fields.EMPTY);
    }

    @ParameterizedTest(name = "good for {0} s, {1} s later: {2}")
    @CsvSource({"60, 0, true", "60, 59, true", "60, 60, false", "60, 61, false", "0, 0, false", "-5, 0, false"})
    void itIsGoodForAWhile(int seconds, int later, boolean good) {
        String pass = PASSES.issue("h.example", "/a?x=1", NOW + seconds);
        assertEquals(good, PASSES.covers(asking("h.example", "/a", "x=1"), pass, NOW + later));
    }

    @Test
    void noneIsGoodForLongerThanADay() {
        RequestHead asking = asking("h.example", "/", null);
        assertTrue(PASSES.covers(asking, PASSES.issue("h.example", "/", NOW + 86_400), NOW));
        assertFalse(PASSES.covers(asking, PASSES.issue("h.example", "/", NOW + 86_401), NOW));
        assertThrows(IllegalArgumentException.class, () -> PASSES.issue("h.example", "/", 99_999_999_999L));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "g.example, /a, x=1",
                "h.example, /b, x=1",
                "h.example, /a, x=2",
                "h.example, /a, -",
                "h.example, /a?x=1, ''",
                "h.example, /A, x=1",
                "h.example, /a/, x=1",
                "h.example, //a, x=1",
                "h.example/a, '', x=1",
                "h.exampl, e/a, x=1"
            })
    void itIsForOneUrl(String host, String path, @Nullable String query) {
        String pass = PASSES.issue("h.example", "/a?x=1", NOW + 60);
        assertTrue(PASSES.covers(asking("h.example", "/a", "x=1"), pass, NOW));
        assertFalse(PASSES.covers(asking(host, path, query), pass, NOW));
    }

    @Test
    void noOctetOfItMayBeAnother() {
        RequestHead asking = asking("h.example", "/a", null);
        String pass = PASSES.issue("h.example", "/a", NOW + 600);
        for (int at = 0; at < pass.length(); at++) {
            for (char other : "A0z-_.=9\u0131".toCharArray()) {
                if (pass.charAt(at) == other) continue;
                String changed = pass.substring(0, at) + other + pass.substring(at + 1);
                assertFalse(PASSES.covers(asking, changed, NOW), changed);
            }
            assertFalse(PASSES.covers(asking, pass.substring(0, at), NOW));
            assertFalse(PASSES.covers(asking, pass.substring(0, at) + pass.substring(at + 1), NOW));
        }
        assertFalse(PASSES.covers(asking, pass + "=", NOW));
        assertFalse(PASSES.covers(asking, ' ' + pass, NOW));
        // The last letter of base64 has two bits that mean nothing.
        String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        int last = letters.indexOf(pass.charAt(pass.length() - 1));
        assertFalse(PASSES.covers(asking, pass.substring(0, pass.length() - 1) + letters.charAt(last ^ 1), NOW), pass);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "1800000060",
                "1800000060.",
                "perigee",
                "-800000060.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void whatIsNoneIsNotGood(String text) {
        assertFalse(PASSES.covers(asking("h.example", "/a", null), text, NOW));
    }

    @Test
    void anotherSystemsIsNotGood() {
        RequestHead asking = asking("h.example", "/a", null);
        assertFalse(PASSES.covers(asking, new DebugPass(key(8)).issue("h.example", "/a", NOW + 60), NOW));
        assertFalse(PASSES.covers(asking, DebugPass.ephemeral().issue("h.example", "/a", NOW + 60), NOW));
        assertEquals("DebugPass", PASSES.toString());
    }
}
