package dev.perigee.core.firewall;

import java.util.Map;
import java.util.Set;

/**
 * Text taken apart as a database would, into a string with a character for each token: what stands where is what tells SQL
 * from prose. A tolerant reading of the dialects in use: where they differ, the reading that lets an attack through is not
 * taken.
 */
final class SqlTokens {
    static final char STRING = 's';
    static final char NUMBER = '1';
    static final char WORD = 'w';
    static final char VARIABLE = 'v';
    static final char OPERATOR = 'o';
    static final char COMPARISON = '=';
    static final char LOGIC = '&';
    static final char COMMENT = 'c';
    static final char UNION = 'U';
    static final char SELECT = 'S';
    static final char FROM = 'F';
    static final char STATEMENT = 'E';
    static final char OBJECT = 'T';
    static final char ORDER = 'B';
    static final char FUNCTION = 'f';
    static final char DANGEROUS = 'D';
    static final char CASE = 'K';
    static final char WHEN = 'W';
    static final char THEN = 'H';
    static final char NULL = 'n';
    static final char INTO = 'I';
    static final char STAR = '*';

    private static final Map<String, Character> WORDS = Map.ofEntries(
            Map.entry("union", UNION),
            Map.entry("intersect", UNION),
            Map.entry("except", UNION),
            Map.entry("select", SELECT),
            Map.entry("from", FROM),
            Map.entry("and", LOGIC),
            Map.entry("or", LOGIC),
            Map.entry("xor", LOGIC),
            Map.entry("not", LOGIC),
            Map.entry("having", LOGIC),
            Map.entry("where", LOGIC),
            Map.entry("like", COMPARISON),
            Map.entry("rlike", COMPARISON),
            Map.entry("ilike", COMPARISON),
            Map.entry("regexp", COMPARISON),
            Map.entry("between", COMPARISON),
            Map.entry("is", COMPARISON),
            Map.entry("in", COMPARISON),
            Map.entry("div", OPERATOR),
            Map.entry("mod", OPERATOR),
            Map.entry("null", NULL),
            Map.entry("true", NULL),
            Map.entry("false", NULL),
            Map.entry("order", ORDER),
            Map.entry("group", ORDER),
            Map.entry("limit", ORDER),
            Map.entry("case", CASE),
            Map.entry("when", WHEN),
            Map.entry("then", THEN),
            Map.entry("into", INTO));
    private static final Set<String> STATEMENTS = Set.of(
            "insert",
            "update",
            "delete",
            "drop",
            "alter",
            "create",
            "truncate",
            "exec",
            "execute",
            "declare",
            "shutdown",
            "grant",
            "revoke",
            "merge",
            "replace",
            "call",
            "waitfor",
            "handler",
            "copy",
            "backup",
            "use",
            "set",
            "load");
    private static final Set<String> OBJECTS = Set.of(
            "table",
            "database",
            "user",
            "view",
            "index",
            "schema",
            "procedure",
            "function",
            "trigger",
            "role",
            "login",
            "column",
            "delay",
            "sequence",
            "values",
            "immediate");
    private static final Set<String> FUNCTIONS = Set.of(
            "sleep",
            "char",
            "chr",
            "nchar",
            "ascii",
            "ord",
            "hex",
            "unhex",
            "concat",
            "concat_ws",
            "group_concat",
            "substring",
            "substr",
            "mid",
            "left",
            "right",
            "length",
            "len",
            "count",
            "cast",
            "convert",
            "if",
            "ifnull",
            "isnull",
            "nullif",
            "coalesce",
            "elt",
            "make_set",
            "version",
            "user",
            "current_user",
            "session_user",
            "system_user",
            "database",
            "schema",
            "load",
            "exists",
            "sum",
            "min",
            "max",
            "avg",
            "rand",
            "floor",
            "md5",
            "sha1",
            "reverse",
            "lower",
            "upper",
            "strcmp",
            "bin",
            "conv",
            "cot",
            "exp",
            "pow",
            "geometrycollection",
            "polygon",
            "multipoint",
            "linestring",
            "db_name",
            "host_name",
            "is_srvrolemember",
            "iif",
            "row",
            "values");
    private static final Set<String> DANGERS = Set.of(
            "benchmark",
            "pg_sleep",
            "extractvalue",
            "updatexml",
            "load_file",
            "xp_cmdshell",
            "xp_dirtree",
            "xp_regread",
            "sp_executesql",
            "sp_oacreate",
            "sp_password",
            "openrowset",
            "opendatasource",
            "openquery",
            "utl_http",
            "utl_inaddr",
            "dbms_pipe",
            "dbms_lock",
            "dbms_java",
            "ctxsys",
            "xmltype",
            "dblink_connect",
            "lo_import",
            "lo_export",
            "pg_read_file",
            "name_const",
            "gtid_subset",
            "sqlite_version",
            "randomblob",
            "zeroblob",
            "analyse",
            "information_schema",
            "sysobjects",
            "syscolumns",
            "sqlite_master",
            "pg_catalog");

    private final String text;
    private final StringBuilder tokens = new StringBuilder();
    private int at;
    /** Whether a quote ended the value that the text was put into. */
    private boolean brokeOut;

    private SqlTokens(String text) {
        this.text = text;
    }

    /** A text as tokens, and whether its first quote ended a value. */
    record Read(String tokens, boolean brokeOut) {}

    /** @param quote that the text is assumed to stand between; 0 for none */
    static Read read(String text, char quote) {
        SqlTokens reader = new SqlTokens(text);
        if (quote != 0) {
            int end = reader.stringEnd(0, quote);
            reader.brokeOut = end <= text.length() && end > 0 && reader.closed(end, quote);
            reader.at = Math.min(end, text.length());
            reader.tokens.append(STRING);
        }
        while (reader.at < text.length()) reader.next();
        return new Read(reader.tokens.toString(), reader.brokeOut);
    }

    private boolean closed(int end, char quote) {
        return text.charAt(end - 1) == quote;
    }

    private void next() {
        char c = text.charAt(at);
        if (Transformation.isSpace(c) || c == 0) at++;
        else if (c == '\'' || c == '"') string(c);
        else if (c == '`') quotedName('`');
        else if (c == '[') quotedName(']');
        else if (c >= '0' && c <= '9') number();
        else if (isWord(c)) word();
        else if (c == '@') variable();
        else sign(c);
    }

    private void add(char token) {
        tokens.append(token);
    }

    private char last() {
        return tokens.isEmpty() ? 0 : tokens.charAt(tokens.length() - 1);
    }

    private void string(char quote) {
        at = Math.min(stringEnd(at + 1, quote), text.length());
        // Adjacent strings are one.
        if (last() != STRING) add(STRING);
    }

    /** After the closing quote; a doubled quote and one behind a backslash close nothing. */
    private int stringEnd(int from, char quote) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == quote) {
                if (i + 1 < text.length() && text.charAt(i + 1) == quote) i++;
                else return i + 1;
            }
        }
        return text.length();
    }

    private void quotedName(char close) {
        int end = text.indexOf(close, at + 1);
        at = end < 0 ? text.length() : end + 1;
        add(WORD);
    }

    private void number() {
        int from = at;
        if (text.startsWith("0x", at) || text.startsWith("0X", at) || text.startsWith("0b", at)) at += 2;
        boolean hex = at > from;
        while (at < text.length()) {
            char c = text.charAt(at);
            boolean part = hex ? Decoding.digit(c) >= 0 : (c >= '0' && c <= '9') || c == '.';
            boolean exponent = !hex && (c | 0x20) == 'e' && isExponent(at + 1);
            if (!part && !exponent) break;
            at++;
            if (exponent && at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+')) at++;
        }
        add(NUMBER);
    }

    private boolean isExponent(int from) {
        int i = from;
        if (i < text.length() && (text.charAt(i) == '-' || text.charAt(i) == '+')) i++;
        return i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }

    private static boolean isWord(char c) {
        char lower = (char) (c | 0x20);
        return (lower >= 'a' && lower <= 'z') || c == '_' || c == '$' || c > 0xA0;
    }

    private void word() {
        int from = at;
        while (at < text.length() && (isWord(text.charAt(at)) || Character.isDigit(text.charAt(at)))) at++;
        String word = Transformation.lowerCase(text.substring(from, at));
        boolean call = nextIs('(');
        Character known = WORDS.get(word);
        if (known != null) {
            add(known);
        } else if (isDangerous(word, call)) {
            add(DANGEROUS);
        } else if (call && FUNCTIONS.contains(word)) {
            add(FUNCTION);
        } else if (STATEMENTS.contains(word)) {
            add(STATEMENT);
        } else if (OBJECTS.contains(word)) {
            add(OBJECT);
        } else if (!fills(word)) {
            add(WORD);
        }
    }

    private boolean isDangerous(String word, boolean call) {
        if (DANGERS.contains(word)) return call || nextIs('.') || word.startsWith("xp_") || word.startsWith("sp_");
        return switch (word) {
            case "outfile", "dumpfile" -> last() == INTO;
            case "sleep" -> call && sleepsForNumber();
            default -> false;
        };
    }

    /** Whether there is nothing but a number in the parentheses: not so in {@code sleep (8 hours)}. */
    private boolean sleepsForNumber() {
        int i = text.indexOf('(', at) + 1;
        int from = i;
        while (i < text.length() && (Character.isDigit(text.charAt(i)) || " .-".indexOf(text.charAt(i)) >= 0)) i++;
        return i > from && (i == text.length() || text.charAt(i) == ')');
    }

    /** Words that say nothing about the form: {@code union all select} is {@code union select}. */
    private boolean fills(String word) {
        return switch (word) {
            case "all", "distinct", "distinctrow", "top", "by", "asc", "desc", "binary" ->
                last() == UNION || last() == SELECT || last() == ORDER || last() == LOGIC;
            default -> false;
        };
    }

    private boolean nextIs(char wanted) {
        int i = at;
        while (i < text.length()) {
            if (Transformation.isSpace(text.charAt(i))) {
                i++;
            } else if (text.startsWith("/*!", i)) {
                // Code to MySQL; looking for its end after each word would take time by the square of the length.
                i = versionEnd(i + 3);
            } else if (text.startsWith("/*", i)) {
                int close = text.indexOf("*/", i + 2);
                if (close < 0) return false;
                i = close + 2;
            } else {
                return text.charAt(i) == wanted;
            }
        }
        return false;
    }

    private int versionEnd(int from) {
        int i = from;
        while (i < text.length() && Character.isDigit(text.charAt(i))) i++;
        return i;
    }

    private void variable() {
        int from = at;
        while (at < text.length() && text.charAt(at) == '@') at++;
        int name = at;
        while (at < text.length() && (isWord(text.charAt(at)) || text.charAt(at) == '.')) at++;
        // An at sign in a word is an address of mail.
        if (at == name) add(OPERATOR);
        else if (last() == WORD && from > 0 && isWord(text.charAt(from - 1))) return;
        else add(name - from > 1 ? DANGEROUS : VARIABLE);
    }

    private void sign(char c) {
        if (text.startsWith("/*", at)) {
            blockComment();
        } else if (text.startsWith("*/", at)) {
            at += 2;
        } else if (c == '#' || text.startsWith("--", at)) {
            int end = text.indexOf('\n', at);
            at = end < 0 ? text.length() : end + 1;
            add(COMMENT);
        } else if (text.startsWith("&&", at) || text.startsWith("||", at)) {
            at += 2;
            add(LOGIC);
        } else {
            at++;
            switch (c) {
                case '(', ')', ',', ';', '.' -> add(c);
                case '*' -> add(STAR);
                case '=', '<', '>', '!' -> {
                    if (last() != COMPARISON) add(COMPARISON);
                }
                case '+', '-', '/', '%', '^', '|', '&', '~', ':' -> {
                    if (last() != OPERATOR && last() != COMPARISON) add(OPERATOR);
                }
                default -> add('?');
            }
        }
    }

    /** White space, but for MySQL's {@code /*!}, which is code, and for one that hides the rest. */
    private void blockComment() {
        if (text.startsWith("/*!", at)) {
            at = versionEnd(at + 3);
            return;
        }
        int close = text.indexOf("*/", at + 2);
        if (close < 0) add(COMMENT);
        at = close < 0 ? text.length() : close + 2;
    }
}
