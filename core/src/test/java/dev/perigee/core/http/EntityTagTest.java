package dev.perigee.core.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntityTagTest {
    /** The table of RFC 9110 section 8.8.3.2, and odd ones. */
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            quoteCharacter = '\0',
            delimiter = '|',
            value = {
                "W/\"1\" | W/\"1\" | false | true",
                "W/\"1\" | W/\"2\" | false | false",
                "W/\"1\" | \"1\"   | false | true",
                "\"1\"   | \"1\"   | true  | true",
                "\"1\"   | \"2\"   | false | false",
                "\"a\"   | \"A\"   | false | false",
                "w/\"1\" | \"1\"   | false | false",
                "abc     | abc     | true  | true",
                "abc     | \"abc\" | false | false",
                "W/      | W/      | false | false",
                "\"\"    | \"\"    | true  | true",
            })
    void compares(String a, String b, boolean strong, boolean weak) {
        assertEquals(strong, EntityTag.strongMatch(a, b));
        assertEquals(strong, EntityTag.strongMatch(b, a));
        assertEquals(weak, EntityTag.weakMatch(a, b));
        assertEquals(weak, EntityTag.weakMatch(b, a));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            quoteCharacter = '\0',
            delimiter = '|',
            value = {
                "\"x\" | true",
                "W/\"x\" | true",
                "\"\" | true",
                "W/\"\" | true",
                "\"a,b\" | true",
                "\"a\"b\" | false",
                "\"a b\" | false",
                "x | false",
                "\" | false",
                "W/ | false",
                "W/\" | false",
                "w/\"x\" | false",
                "\"x | false",
                "x\" | false",
            })
    void judgesForm(String tag, boolean valid) {
        assertEquals(valid, EntityTag.isValid(tag));
    }

    @ParameterizedTest(name = "{0} has {1}")
    @CsvSource(
            quoteCharacter = '\0',
            delimiter = '|',
            value = {
                "\"a\"                    | \"a\"    | true",
                "\"b\", \"a\"             | \"a\"    | true",
                "\"b\",W/\"a\"            | \"a\"    | true",
                "\"b\",,  ,\"a\"          | \"a\"    | true",
                "\"x,\"a\",y\"            | \"a\"    | false",
                "\"x, y\", \"a\"          | \"x, y\" | true",
                "\"x, y\"                 | \"x\"    | false",
                "\"a                      | \"a\"    | false",
                "\"aa\"                   | \"a\"    | false",
                "a, b                     | b        | true",
                ",                        | \"a\"    | false",
            })
    void findsInList(String list, String tag, boolean expected) {
        assertEquals(expected, EntityTag.anyWeakMatch(List.of(list), tag));
        assertEquals(expected, EntityTag.anyWeakMatch(List.of("\"other\"", list), tag));
    }

    @ParameterizedTest
    @CsvSource({"*, true", "' * ', true", "'*, *', false", "'\"*\"', false"})
    void knowsTheStar(String line, boolean expected) {
        assertEquals(expected, EntityTag.isAny(List.of(line)));
    }
}
