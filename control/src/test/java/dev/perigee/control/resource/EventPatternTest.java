package dev.perigee.control.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perigee.control.api.Refused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventPatternTest {
    private static final String EVENT = "{\"sc-status\":\"404\",\"cs-uri-stem\":\"/a/b.jpg\",\"time-taken\":\"0.012\"}";

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            ``                                                     ; true
            404                                                    ; true
            404 jpg                                                ; true
            404 gif                                                ; false
            "b.jpg"                                                ; true
            -404                                                   ; false
            404 -gif                                               ; true
            ?gif ?jpg                                              ; true
            ?gif ?png                                              ; false
            { $.sc-status = 404 }                                  ; true
            {$.sc-status="404"}                                    ; true
            { $.sc-status = "4*" }                                 ; true
            { $.sc-status != 404 }                                 ; false
            { $.sc-status >= 400 && $.sc-status < 500 }            ; true
            { ($.sc-status = 200) || ($.cs-uri-stem = "*.jpg") }   ; true
            { $.time-taken > 0.1 }                                 ; false
            { $["time-taken"] > 0.01 }                             ; true
            { $.none = 1 }                                         ; false
            { $.none NOT EXISTS }                                  ; true
            { $.sc-status EXISTS }                                 ; true
            """)
    void choosesEvents(String pattern, boolean matches) throws Refused {
        assertEquals(matches, EventPattern.of(pattern).test(EVENT));
    }

    @Test
    void whatIsNoJsonHasNoMembers() throws Refused {
        assertEquals(false, EventPattern.of("{ $.a = 1 }").test("a=1"));
        assertEquals(false, EventPattern.of("{ $.a = 1 }").test("{damaged"));
    }

    @ParameterizedTest(name = "{0} is refused")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            { $.a }
            { $.a = }
            { $.a = 1
            { $.a = 1 } x
            { $.a < x }
            { = 1 }
            { $ = 1 }
            { $[a] = 1 }
            [ip, status]
            %4..%
            "open
            -
            """)
    void othersAreRefused(String pattern) {
        Refused refused = assertThrows(Refused.class, () -> EventPattern.of(pattern));
        assertEquals("InvalidParameterException", refused.code());
    }

    @Test
    void depthAndLengthAreBounded() {
        assertThrows(Refused.class, () -> EventPattern.of("{" + "(".repeat(900)));
        assertThrows(Refused.class, () -> EventPattern.of("x".repeat(2000)));
    }
}
