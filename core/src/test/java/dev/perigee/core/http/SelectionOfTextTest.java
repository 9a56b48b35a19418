package dev.perigee.core.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.perigee.core.plan.Selection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cookies and query strings: which of them a policy selects. */
class SelectionOfTextTest {
    private static Selection selection(String text) {
        return switch (text.charAt(0)) {
            case '*' -> Selection.ALL;
            case '0' -> Selection.NONE;
            case '!' -> Selection.allExcept(List.of(text.substring(1).split(" ")));
            default -> Selection.of(List.of(text.split(" ")));
        };
    }

    @ParameterizedTest(name = "{0} of {1} -> {2}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "0     | a=1               | -",
                "*     | a=1&b=2           | a=1&b=2",
                "*     | b=2&a=1           | b=2&a=1",
                "*     | a=1&&b            | a=1&&b",
                "*     | ''                | -",
                "*     | -                 | -",
                "a     | a=1&b=2&a=3       | a=1&a=3",
                "a b   | b=2&a=1&c=3       | b=2&a=1",
                "a     | A=1               | -",
                "a     | a                 | a",
                "a     | a=                | a=",
                "a     | ab=1&a=1          | a=1",
                "a     | a%3D1&a=%26       | a=%26",
                "a     | a=1;b=2&c         | a=1;b=2",
                "a     | %61=1             | -",
                "a     | a=b=c             | a=b=c",
                "a     | x=1&y             | -",
                "!a    | a=1&b=2&a=3       | b=2",
                "!a    | a=1               | -",
                "!a    | b=2&&c            | b=2&c",
                "!a    | =1&b              | =1&b",
            })
    void selectsParameters(String selection, @Nullable String query, @Nullable String expected) {
        assertEquals(expected, QueryString.select(query, selection(selection)));
    }

    @Test
    void unionsParametersOfTwoSelections() {
        assertEquals("a=1&c=3", QueryString.select("a=1&b=2&c=3", selection("c"), selection("a")));
        assertEquals("b=2", QueryString.select("a=1&b=2", selection("0"), selection("!a")));
        assertEquals("a=1&b=2", QueryString.select("a=1&b=2", selection("a"), selection("*")));
        String query = "a=1";
        assertSame(query, QueryString.select(query, Selection.ALL));
    }

    @ParameterizedTest(name = "{0} of {1} -> {2}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "0       | a=1                  | -",
                "*       | a=1                  | a=1",
                "*       | b=2; a=1             | a=1; b=2",
                "*       | b=2;a=1;             | a=1; b=2",
                "*       | ;;  ; a=1            | a=1",
                "*       | a=2; a=1             | a=2; a=1",
                "*       | B=1; a=2             | B=1; a=2",
                "*       | a=x=y                | a=x=y",
                "*       | a=                   | a=",
                "*       | junk                 | -",
                "*       | junk; a=1            | a=1",
                "*       | =1; a=1              | a=1",
                "*       | a b=1; c=2           | c=2",
                "*       | a=\"1; 2\"           | a=\"1",
                "*       | a=1, b=2             | a=1, b=2",
                "sid     | Sid=1; sid=2; sidx=3 | sid=2",
                "s*      | s=1; sid=2; x=3      | s=1; sid=2",
                "s?d     | sid=2; sd=1          | sid=2",
                "sid     | x=1                  | -",
                "!sid    | sid=1; x=2           | x=2",
                "!sid    | sid=1                | -",
            })
    void selectsCookies(String selection, String header, @Nullable String expected) {
        assertEquals(expected, Cookies.select(List.of(header), selection(selection)));
    }

    @Test
    void readsSeveralCookieLinesAsOne() {
        List<String> lines = List.of("b=2; a=1", "c=3", "a=0");
        assertEquals("a=1; a=0; b=2; c=3", Cookies.select(lines, Selection.ALL));
        assertEquals("a=1; a=0; c=3", Cookies.select(lines, selection("c"), selection("a")));
        assertNull(Cookies.select(List.of(), Selection.ALL));
    }
}
