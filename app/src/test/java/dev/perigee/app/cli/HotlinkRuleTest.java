package dev.perigee.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HotlinkRuleTest {
    @ParameterizedTest
    @CsvSource({
        "pettracker.com, pettracker.com",
        "PetTracker.COM., pettracker.com",
        "m\u00FCnchen.de, xn--mnchen-3ya.de",
        "localhost, localhost",
        "x_y.example, x_y.example",
        "3com.com, 3com.com",
        "1.2.example, 1.2.example"
    })
    void domains(String given, String expected) {
        assertEquals(expected, HotlinkRule.domain(given));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                ".com",
                "a..b",
                "-x.example",
                "x-.example",
                "192.0.2.1",
                "1.2",
                "[::1]",
                "2001:db8::1",
                "*.pettracker.com",
                "https://pettracker.com",
                "pettracker.com:80",
                "pettracker.com/",
                "a b.com",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.com"
            })
    void whatIsNone(String given) {
        String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> HotlinkRule.domain(given))
                .getMessage());
        assertTrue(message.startsWith("'" + given + "' is not a domain such as pettracker.com"), message);
    }
}
