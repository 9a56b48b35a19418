package dev.perigee.core.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What AWS WAF's documentation says of each text transformation. */
class TransformationTest {
    static Stream<Arguments> transformations() {
        return Stream.of(
                Arguments.of(Transformation.NONE, "A b", "A b"),
                Arguments.of(Transformation.COMPRESS_WHITE_SPACE, "a \t\n\r\f\u000b\u00a0b  c", "a b c"),
                Arguments.of(
                        Transformation.HTML_ENTITY_DECODE, "&quot;&lt;&gt;&amp;&#x6a;&#97;&nbsp;", "\"<>&ja\u00a0"),
                Arguments.of(
                        Transformation.HTML_ENTITY_DECODE,
                        "&ltscript&gt &unknown; & &#; &#x;",
                        "<script> &unknown; & &#; &#x;"),
                Arguments.of(Transformation.LOWERCASE, "AbC\u00c4", "abc\u00c4"),
                Arguments.of(Transformation.CMD_LINE, "C^MD.\"E'X\\E  /C,;dir (x)", "cmd.exe/c dir(x)"),
                Arguments.of(Transformation.URL_DECODE, "a%2Fb+c%zz%", "a/b c%zz%"),
                Arguments.of(Transformation.URL_DECODE, "%u0041", "%u0041"),
                Arguments.of(Transformation.URL_DECODE_UNI, "%u0041%uFF1Cscript%uff1e%41%u12", "A<script>A%u12"),
                Arguments.of(Transformation.BASE64_DECODE, "c2VsZWN0", "select"),
                Arguments.of(Transformation.BASE64_DECODE, "c2Vs.ZWN0", "sel"),
                Arguments.of(Transformation.BASE64_DECODE_EXT, "c2V.sZW\nN0=", "select"),
                Arguments.of(Transformation.HEX_DECODE, "73656c", "sel"),
                Arguments.of(Transformation.HEX_DECODE, "73656", "73656"),
                Arguments.of(Transformation.SQL_HEX_DECODE, "a 0x414243 b 0x4", "a ABC b 0x4"),
                Arguments.of(
                        Transformation.MD5,
                        "",
                        "\u00d4\u001d\u008c\u00d9\u008f\0\u00b2\u0004\u00e9\u0080\t\u0098\u00ec\u00f8B~"),
                Arguments.of(Transformation.REPLACE_COMMENTS, "a/* x */b/*c", "a b "),
                Arguments.of(Transformation.ESCAPE_SEQ_DECODE, "\\x41\\102\\n\\q\\", "AB\nq\\"),
                Arguments.of(Transformation.CSS_DECODE, "ja\\vascript \\6a\\00006a b\\\nc", "javascript jjb" + "c"),
                Arguments.of(Transformation.JS_DECODE, "\\u0061\\x62\\143\\uff1c", "abc<"),
                Arguments.of(Transformation.NORMALIZE_PATH, "/a//b/./c/../d/..", "/a/b/"),
                Arguments.of(Transformation.NORMALIZE_PATH, "/../../etc/passwd", "/etc/passwd"),
                Arguments.of(Transformation.NORMALIZE_PATH, "../a/../../b", "../../b"),
                Arguments.of(Transformation.NORMALIZE_PATH_WIN, "\\a\\..\\b", "/b"),
                Arguments.of(Transformation.REMOVE_NULLS, "a\0b", "ab"),
                Arguments.of(Transformation.REPLACE_NULLS, "a\0b", "a b"),
                Arguments.of(Transformation.UTF8_TO_UNICODE, "a\u00c3\u00a4", "a%u00e4"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("transformations")
    void transforms(Transformation transformation, String text, String expected) {
        assertEquals(expected, transformation.of(text));
    }

    @Test
    void oneFollowsTheOther() {
        assertEquals(
                "<script>",
                Transformation.all(
                        List.of(Transformation.URL_DECODE, Transformation.HTML_ENTITY_DECODE, Transformation.LOWERCASE),
                        "%26lt;SCRIPT%26gt;"));
    }

    @Test
    void noTextMakesOneFail() {
        Random random = new Random(11);
        String alphabet = "%u\\x&#;0aF/.*'\" \n+=\u00ff\0^";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(24); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            for (Transformation each : Transformation.values()) {
                String out = each.of(text.toString());
                assertEquals(0, out.chars().filter(c -> c > 0xFF).count(), each + " of " + text);
            }
        }
    }
}
