package dev.perigee.control.waf;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.perigee.control.api.Refused;
import dev.perigee.core.address.AddressRanges;
import dev.perigee.core.firewall.Component;
import dev.perigee.core.firewall.RegexSize;
import dev.perigee.core.firewall.Statement;
import dev.perigee.core.firewall.Statement.Comparison;
import dev.perigee.core.firewall.Statement.Forwarded;
import dev.perigee.core.firewall.Statement.Place;
import dev.perigee.core.firewall.Statement.Position;
import dev.perigee.core.firewall.Transformation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads statements, and adds up what they cost. For one rule. */
final class StatementReader {
    static final String FIELD = "STATEMENT";
    /** Deeper ones are not read by edges. */
    private static final int DEPTH_MAX = 16;

    private static final int NESTED_MAX = 100;
    private static final int SEARCH_MAX = 8192;
    private static final int REGEX_MAX = 512;
    private static final int LABEL_MAX = 1024;
    private static final int COUNTRIES_MAX = 250;
    private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());

    private final References references;
    private final String namespace;
    private long capacity;

    /** @param namespace that labels of the same web ACL or rule group have, up to and with the last colon */
    StatementReader(References references, String namespace) {
        this.references = references;
        this.namespace = namespace;
    }

    long capacity() {
        return capacity;
    }

    /** A statement that may stand by itself in a rule. */
    Statement top(Members statement) throws Refused {
        String kind = statement.oneOf("Statement");
        if (!kind.equals("RateBasedStatement")) return read(statement, 0);
        Members of = statement.object(kind, "RATE_BASED_STATEMENT");
        RateReader.Read rate = RateReader.read(of, scope -> read(scope, 1));
        capacity += rate.capacity();
        return rate.statement();
    }

    Statement read(Members statement, int depth) throws Refused {
        Invalid.unless(
                depth <= DEPTH_MAX, FIELD, "Statement", "Statements are nested more than " + DEPTH_MAX + " deep");
        String kind = statement.oneOf("Statement");
        return switch (kind) {
            case "ByteMatchStatement" -> octets(statement.object(kind, "BYTE_MATCH_STATEMENT"));
            case "SizeConstraintStatement" -> length(statement.object(kind, "SIZE_CONSTRAINT_STATEMENT"));
            case "RegexMatchStatement" -> regex(statement.object(kind, "REGEX_PATTERN_REFERENCE_STATEMENT"));
            case "RegexPatternSetReferenceStatement" ->
                regexSet(statement.object(kind, "REGEX_PATTERN_REFERENCE_STATEMENT"));
            case "SqliMatchStatement" -> sql(statement.object(kind, "SQLI_MATCH_STATEMENT"));
            case "XssMatchStatement" -> script(statement.object(kind, "XSS_MATCH_STATEMENT"));
            case "GeoMatchStatement" -> country(statement.object(kind, "GEO_MATCH_STATEMENT"));
            case "IPSetReferenceStatement" -> addresses(statement.object(kind, "IP_SET_REFERENCE_STATEMENT"));
            case "LabelMatchStatement" -> label(statement.object(kind, "LABEL_MATCH_STATEMENT"));
            case "AndStatement" -> new Statement.All(nested(statement.object(kind, "AND_STATEMENT"), depth));
            case "OrStatement" -> new Statement.Any(nested(statement.object(kind, "OR_STATEMENT"), depth));
            case "NotStatement" -> {
                Members of = statement.object(kind, "NOT_STATEMENT").only(FIELD_NESTED);
                yield new Statement.Not(read(of.object(FIELD_NESTED, FIELD), depth + 1));
            }
            case "RateBasedStatement", "RuleGroupReferenceStatement", "ManagedRuleGroupStatement" ->
                throw Invalid.parameter(FIELD, kind, "A " + kind + " cannot be inside another statement, or here");
            default -> throw Invalid.parameter(FIELD, kind, "The statement " + kind + " is not built here");
        };
    }

    private static final String FIELD_NESTED = "Statement";

    private List<Statement> nested(Members of, int depth) throws Refused {
        List<Statement> statements = new ArrayList<>();
        of.only("Statements");
        for (Members each : of.objects("Statements", FIELD, 2, NESTED_MAX)) statements.add(read(each, depth + 1));
        return statements;
    }

    private Statement octets(Members of) throws Refused {
        of.only("SearchString", "FieldToMatch", "TextTransformations", "PositionalConstraint");
        Position position = of.choice("PositionalConstraint", Position.class);
        byte[] search = blob(of, "SearchString");
        Invalid.unless(
                search.length > 0 && search.length <= SEARCH_MAX,
                of.field(),
                "SearchString",
                "SearchString must have 1 to " + SEARCH_MAX + " octets");
        String text = new String(search, StandardCharsets.ISO_8859_1);
        Invalid.unless(
                position != Position.CONTAINS_WORD || text.matches("[A-Za-z0-9_]+"),
                of.field(),
                text,
                "For CONTAINS_WORD the SearchString must be letters, digits and underscores");
        boolean searches = position == Position.CONTAINS || position == Position.CONTAINS_WORD;
        Component component = ComponentReader.component(of);
        List<Transformation> transformations = ComponentReader.transformations(of);
        capacity += ComponentReader.capacity(searches ? 10 : 2, component, transformations);
        return new Statement.Octets(component, transformations, position, text);
    }

    private static byte[] blob(Members of, String name) throws Refused {
        try {
            return Base64.getDecoder().decode(of.text(name));
        } catch (IllegalArgumentException e) {
            throw Invalid.parameter(of.field(), name, name + " is not Base64");
        }
    }

    private Statement length(Members of) throws Refused {
        of.only("FieldToMatch", "ComparisonOperator", "Size", "TextTransformations");
        Component component = ComponentReader.component(of);
        List<Transformation> transformations = ComponentReader.transformations(of);
        capacity += ComponentReader.capacity(1, component, transformations);
        return new Statement.Length(
                component,
                transformations,
                of.choice("ComparisonOperator", Comparison.class),
                of.number("Size", 0, 21_474_836_480L));
    }

    private Statement regex(Members of) throws Refused {
        of.only("RegexString", "FieldToMatch", "TextTransformations");
        String expression = of.text("RegexString");
        checkExpression(expression);
        Component component = ComponentReader.component(of);
        List<Transformation> transformations = ComponentReader.transformations(of);
        capacity += ComponentReader.capacity(3, component, transformations);
        return new Statement.Regex(component, transformations, List.of(expression));
    }

    /** Refuses what edges could not carry out in time that grows with the text only. */
    static void checkExpression(String expression) throws Refused {
        String field = "REGEX_PATTERN_SET";
        Invalid.unless(
                !expression.isBlank() && expression.length() <= REGEX_MAX,
                field,
                expression,
                "A regular expression must have 1 to " + REGEX_MAX + " characters");
        Invalid.unless(
                expression.chars().allMatch(c -> c < 0x80),
                field,
                expression,
                "Write characters beyond ASCII as the octets of their UTF-8, such as \\xc3\\xa4");
        Invalid.unless(
                !RegexSize.isTooLarge(expression),
                field,
                expression,
                "With its repetitions written out this is longer than " + RegexSize.MAX + " characters");
        try {
            Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw Invalid.parameter(
                    field, expression, "This is no regular expression of RE2 syntax: " + e.getDescription());
        }
    }

    private Statement regexSet(Members of) throws Refused {
        of.only("ARN", "FieldToMatch", "TextTransformations");
        List<String> expressions = references.expressions(of.text("ARN"));
        Component component = ComponentReader.component(of);
        List<Transformation> transformations = ComponentReader.transformations(of);
        capacity += ComponentReader.capacity(25, component, transformations);
        return new Statement.Regex(component, transformations, expressions);
    }

    private Statement sql(Members of) throws Refused {
        of.only("FieldToMatch", "TextTransformations", "SensitivityLevel");
        String level = of.text("SensitivityLevel", "LOW");
        Invalid.unless(
                level.equals("LOW") || level.equals("HIGH"), of.field(), level, "SensitivityLevel must be LOW or HIGH");
        boolean sensitive = level.equals("HIGH");
        Component component = ComponentReader.component(of);
        List<Transformation> transformations = ComponentReader.transformations(of);
        capacity += ComponentReader.capacity(sensitive ? 30 : 20, component, transformations);
        return new Statement.Sql(component, transformations, sensitive);
    }

    private Statement script(Members of) throws Refused {
        of.only("FieldToMatch", "TextTransformations");
        Component component = ComponentReader.component(of);
        List<Transformation> transformations = ComponentReader.transformations(of);
        capacity += ComponentReader.capacity(40, component, transformations);
        return new Statement.Script(component, transformations);
    }

    private Statement country(Members of) throws Refused {
        of.only("CountryCodes", "ForwardedIPConfig");
        List<String> codes = of.texts("CountryCodes", 1, COUNTRIES_MAX);
        for (String code : codes) {
            boolean known = COUNTRIES.contains(code) || code.equals("XK");
            Invalid.unless(known, of.field(), code, "This is not a country code of ISO 3166-1 alpha-2");
        }
        capacity += 1;
        return new Statement.Country(codes, forwarded(of, "ForwardedIPConfig", false));
    }

    private Statement addresses(Members of) throws Refused {
        of.only("ARN", "IPSetForwardedIPConfig");
        List<String> ranges = references.addresses(of.text("ARN"));
        Forwarded forwarded = forwarded(of, "IPSetForwardedIPConfig", true);
        capacity += forwarded != null && forwarded.place() == Place.ANY ? 5 : 1;
        return new Statement.Addresses(ranges, forwarded);
    }

    /** Refuses what is no range of this version, as in IP sets. */
    static void checkAddress(String range, boolean v6) throws Refused {
        try {
            byte[][] bounds = AddressRanges.bounds(range);
            boolean none = range.endsWith("/0");
            Invalid.unless(
                    bounds[0].length == (v6 ? 16 : 4) && !none,
                    "IP_ADDRESS",
                    range,
                    "An address of the set's version is wanted, with a prefix length above 0");
        } catch (IllegalArgumentException e) {
            throw Invalid.parameter("IP_ADDRESS", range, "The parameter contains formatting that is not valid");
        }
    }

    static @Nullable Forwarded forwarded(Members of, String name, boolean placed) throws Refused {
        if (!of.has(name)) return null;
        Members given = of.object(name, "FORWARDED_IP_CONFIG");
        given.only(
                placed
                        ? new String[] {"HeaderName", "FallbackBehavior", "Position"}
                        : new String[] {"HeaderName", "FallbackBehavior"});
        String header = given.text("HeaderName", "[A-Za-z0-9-]+", 255).toLowerCase(Locale.ROOT);
        String fallback = given.text("FallbackBehavior");
        Invalid.unless(
                fallback.equals("MATCH") || fallback.equals("NO_MATCH"),
                "FALLBACK_BEHAVIOR",
                fallback,
                "FallbackBehavior must be MATCH or NO_MATCH");
        Place place = placed ? given.choice("Position", Place.class) : Place.FIRST;
        return new Forwarded(header, fallback.equals("MATCH"), place);
    }

    private Statement label(Members of) throws Refused {
        of.only("Scope", "Key");
        String key = of.text("Key", "[0-9A-Za-z_:-]+", LABEL_MAX);
        String scope = of.text("Scope");
        boolean spaces = scope.equals("NAMESPACE");
        Invalid.unless(spaces || scope.equals("LABEL"), of.field(), scope, "Scope must be LABEL or NAMESPACE");
        Invalid.unless(
                spaces == key.endsWith(":"),
                of.field(),
                key,
                spaces ? "A namespace must end with a colon" : "A label must not end with a colon");
        capacity += 1;
        return new Statement.Label(key.startsWith("awswaf:") ? key : namespace + key, spaces);
    }
}
