package dev.perigee.core.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegexSizeTest {
    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            quoteCharacter = '~',
            value = {
                "abc                      => 3",
                "a|bc                     => 4",
                "a*b+?                    => 5",
                "a{3}                     => 3",
                "ab{3}c                   => 5",
                "a{2,5}                   => 5",
                "a{7,}                    => 8",
                "(ab){10}                 => 20",
                "((a{10}){10}){10}        => 1000",
                "(?:a{100}){100}          => 10000",
                "(?P<name>a){4}           => 4",
                "(?i)a{4}                 => 4",
                "(?i:a){4}                => 4",
                "(){5}                    => 5",
                "[abc]{3}                 => 3",
                "[]{5}]{3}                => 3",
                "[^]a)(]{3}               => 3",
                "[[:alpha:]{5}]{3}        => 3",
                "[\\]a]{3}                => 3",
                "(a[)]b){100}             => 300",
                "\\{5}                    => 3",
                "\\x{1000}{3}             => 3",
                "\\p{Greek}{3}            => 3",
                "\\d{3}                   => 3",
                "\\Qa(b\\E{3}             => 5",
                "a{,5}                    => 5",
                "a{x}                     => 4"
            })
    void repetitionsAreWrittenOut(String expression, long size) {
        assertEquals(size, RegexSize.of(expression));
    }

    @Test
    void whatIsHugeDoesNotOverflow() {
        String huge = "(".repeat(100) + "a" + "{1000})".repeat(100);
        assertEquals(Integer.MAX_VALUE, RegexSize.of(huge));
        assertEquals(true, RegexSize.isTooLarge(huge));
        assertEquals(true, RegexSize.isTooLarge("a{99999999999999999999}"));
        assertEquals(false, RegexSize.isTooLarge("^/pets/[a-z0-9-]{1,64}\\.(jpe?g|png)$"));
    }

    @Test
    void whatIsNoExpressionIsMeasuredToo() {
        for (String text :
                new String[] {"", ")", "(", "[", "[^", "\\", "{", "{3", "a{3", "(?", "\\x{", "\\Q", "[[:", "[\\"}) {
            assertEquals(false, RegexSize.isTooLarge(text), text);
        }
    }
}
