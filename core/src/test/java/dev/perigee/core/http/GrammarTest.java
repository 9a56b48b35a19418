package dev.perigee.core.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrammarTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "Content-Type", "!#$%&'*+-.^_`|~09azAZ"})
    void takesTokens(String text) {
        assertTrue(Grammar.isToken(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "a b", "a:", "a\t", "a\n", "a\0", "(a)", "a/b", "a@b", "\"a\"", "\u00e9", "\u212a"})
    void refusesOtherNames(String text) {
        assertFalse(Grammar.isToken(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b\tc", "\u00e9\u00ff\u0080", "~!\"{}"})
    void takesFieldValues(String text) {
        assertTrue(Grammar.isFieldValue(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r", "a\nb", "a\0", "\u001b[1m", "\u007f", "\u0100", "\u010d\u010a"})
    void refusesControlCharacters(String text) {
        assertFalse(Grammar.isFieldValue(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "connection",
                "Keep-Alive",
                "TE",
                "trailer",
                "Transfer-Encoding",
                "UPGRADE",
                "Proxy-Connection",
                "Proxy-Authenticate",
                "Proxy-Authorization",
                "Proxy-Authentication-Info",
                "HTTP2-Settings"
            })
    void knowsHopByHopFields(String name) {
        assertTrue(HopByHop.contains(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length", "Date", "ET", "ETag", "Warning", "X-Connection", "Content-Encoding1"})
    void knowsEndToEndFields(String name) {
        assertFalse(HopByHop.contains(name));
    }

    @Test
    void listsNominatedFields() {
        Fields fields = Fields.of("Connection", "close, X-A", "A", "b", "connection", ",x-b ,");
        assertEquals(List.of("close", "X-A", "x-b"), HopByHop.nominated(fields));
        assertTrue(HopByHop.listed(HopByHop.nominated(fields), "x-a"));
        assertEquals(List.of(), HopByHop.nominated(Fields.EMPTY));
    }
}
