package dev.perigee.analytics.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perigee.core.plan.Selection;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a selection looks without some names. */
class ChangeTest {
    @ParameterizedTest
    @CsvSource({
        "ALL, '', 'a', 'b', false, ALL_EXCEPT, '[a]'",
        "ALL, '', 'a', 'b', true, LIST, '[b]'",
        "ALL, '', 'a', '', true, NONE, '[]'",
        "LIST, 'a b', 'a', 'b', false, LIST, '[b]'",
        "LIST, 'a', 'a', '', false, NONE, '[]'",
        "ALL_EXCEPT, 'z', 'a', 'b', false, ALL_EXCEPT, '[z, a]'",
        "ALL, '', 'a c d e f g h i j k l', 'b', false, LIST, '[b]'"
    })
    void selectionsWithoutNames(
            Selection.Mode mode,
            String names,
            String dropped,
            String needed,
            boolean legacy,
            Selection.Mode then,
            String list) {
        Selection without = Change.without(new Selection(mode, words(names)), words(dropped), words(needed), legacy);
        assertEquals(then, without.mode());
        assertEquals(list, without.names().toString());
    }

    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
    }
}
