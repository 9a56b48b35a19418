package dev.perigee.core.firewall;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** What is done to text before it is looked at; texts have an octet per character, before and after. */
public enum Transformation {
    NONE,
    COMPRESS_WHITE_SPACE,
    HTML_ENTITY_DECODE,
    LOWERCASE,
    CMD_LINE,
    URL_DECODE,
    BASE64_DECODE,
    HEX_DECODE,
    MD5,
    REPLACE_COMMENTS,
    ESCAPE_SEQ_DECODE,
    SQL_HEX_DECODE,
    CSS_DECODE,
    JS_DECODE,
    NORMALIZE_PATH,
    NORMALIZE_PATH_WIN,
    REMOVE_NULLS,
    REPLACE_NULLS,
    BASE64_DECODE_EXT,
    URL_DECODE_UNI,
    UTF8_TO_UNICODE;

    /** The text after all of these, one after the other. */
    static String all(List<Transformation> transformations, String text) {
        String result = text;
        for (Transformation each : transformations) result = each.of(result);
        return result;
    }

    /** The text after this one; the same instance when there is nothing to change. */
    String of(String text) {
        return switch (this) {
            case NONE -> text;
            case COMPRESS_WHITE_SPACE -> compressed(text);
            case HTML_ENTITY_DECODE -> Entities.decode(text);
            case LOWERCASE -> lowerCase(text);
            case CMD_LINE -> commandLine(text);
            case URL_DECODE -> Decoding.percent(text, false);
            case URL_DECODE_UNI -> Decoding.percent(text, true);
            case BASE64_DECODE -> Decoding.base64(text, false);
            case BASE64_DECODE_EXT -> Decoding.base64(text, true);
            case HEX_DECODE -> Decoding.hex(text);
            case SQL_HEX_DECODE -> Decoding.sqlHex(text);
            case MD5 -> md5(text);
            case REPLACE_COMMENTS -> withoutComments(text);
            case ESCAPE_SEQ_DECODE -> Escapes.ansiC(text);
            case CSS_DECODE -> Escapes.css(text);
            case JS_DECODE -> Escapes.javaScript(text);
            case NORMALIZE_PATH -> DotSegments.resolve(text);
            case NORMALIZE_PATH_WIN -> DotSegments.resolve(text.replace('\\', '/'));
            case REMOVE_NULLS -> text.indexOf(0) < 0 ? text : text.replace("\0", "");
            case REPLACE_NULLS -> text.replace('\0', ' ');
            case UTF8_TO_UNICODE -> Decoding.utf8ToUnicode(text);
        };
    }

    static String lowerCase(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isUpper(text.charAt(i))) return lowerCaseFrom(text, i);
        }
        return text;
    }

    /** ASCII letters only: the other characters are octets, not letters. */
    private static String lowerCaseFrom(String text, int from) {
        StringBuilder lower = new StringBuilder(text.length()).append(text, 0, from);
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            lower.append(isUpper(c) ? (char) (c | 0x20) : c);
        }
        return lower.toString();
    }

    private static boolean isUpper(char c) {
        return c >= 'A' && c <= 'Z';
    }

    static boolean isSpace(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0;
    }

    private static String compressed(String text) {
        StringBuilder out = new StringBuilder(text.length());
        boolean before = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean space = isSpace(c);
            if (!space) out.append(c);
            else if (!before) out.append(' ');
            before = space;
        }
        return out.toString();
    }

    /** Undoes what shells ignore: quotes, carets and backslashes go, commas and semicolons are spaces. */
    private static String commandLine(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\\', '"', '\'', '^' -> {}
                case '/', '(' -> {
                    while (!out.isEmpty() && out.charAt(out.length() - 1) == ' ') out.setLength(out.length() - 1);
                    out.append(c);
                }
                default -> {
                    boolean space = isSpace(c) || c == ',' || c == ';';
                    if (!space) out.append(isUpper(c) ? (char) (c | 0x20) : c);
                    else if (out.isEmpty() || out.charAt(out.length() - 1) != ' ') out.append(' ');
                }
            }
        }
        return out.toString();
    }

    /** Comments of C become one space each; one that does not end runs to the end of the text. */
    private static String withoutComments(String text) {
        int open = text.indexOf("/*");
        if (open < 0) return text;
        StringBuilder out = new StringBuilder(text.length());
        int from = 0;
        while (open >= 0) {
            out.append(text, from, open).append(' ');
            int close = text.indexOf("*/", open + 2);
            if (close < 0) return out.toString();
            from = close + 2;
            open = text.indexOf("/*", from);
        }
        return out.append(text, from, text.length()).toString();
    }

    private static String md5(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.ISO_8859_1));
            return new String(digest, StandardCharsets.ISO_8859_1);
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every Java platform has MD5", absent);
        }
    }
}
