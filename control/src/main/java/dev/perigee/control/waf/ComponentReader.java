package dev.perigee.control.waf;

import dev.perigee.control.api.Refused;
import dev.perigee.core.firewall.Component;
import dev.perigee.core.firewall.Component.Broken;
import dev.perigee.core.firewall.Component.Chosen;
import dev.perigee.core.firewall.Component.Mode;
import dev.perigee.core.firewall.Component.Oversize;
import dev.perigee.core.firewall.Component.Scope;
import dev.perigee.core.firewall.Transformation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads FieldToMatch and TextTransformations. */
final class ComponentReader {
    private static final String FIELD = "FIELD_TO_MATCH";
    private static final int NAMES_MAX = 199;
    private static final int TRANSFORMATIONS_MAX = 10;
    private static final int NAME_MAX = 64;
    private static final long PRIORITY_MAX = Integer.MAX_VALUE;

    private ComponentReader() {}

    static Component component(Members statement) throws Refused {
        Members given = statement.object("FieldToMatch", FIELD);
        String kind = given.oneOf("FieldToMatch");
        Members of = given.object(kind);
        return switch (kind) {
            case "UriPath" -> plain(of, new Component.Path());
            case "QueryString" -> plain(of, new Component.Query());
            case "Method" -> plain(of, new Component.Method());
            case "AllQueryArguments" -> plain(of, new Component.Arguments());
            case "SingleHeader" ->
                new Component.Header(name(of, "SINGLE_HEADER").toLowerCase(Locale.ROOT));
            case "SingleQueryArgument" ->
                new Component.Argument(name(of, "SINGLE_QUERY_ARGUMENT").toLowerCase(Locale.ROOT));
            case "Headers" -> {
                of.only("MatchPattern", "MatchScope", "OversizeHandling");
                Chosen chosen = chosen(of, "HEADER_MATCH_PATTERN", "IncludedHeaders", "ExcludedHeaders");
                yield new Component.Headers(chosen, of.choice("MatchScope", Scope.class), oversize(of, true));
            }
            case "Cookies" -> {
                of.only("MatchPattern", "MatchScope", "OversizeHandling");
                Chosen chosen = chosen(of, "COOKIE_MATCH_PATTERN", "IncludedCookies", "ExcludedCookies");
                yield new Component.Cookies(chosen, of.choice("MatchScope", Scope.class), oversize(of, true));
            }
            case "HeaderOrder" -> new Component.HeaderOrder(oversize(of.only("OversizeHandling"), true));
            case "Body" -> new Component.Content(oversize(of.only("OversizeHandling"), false));
            case "JsonBody" -> json(of);
            default -> throw Invalid.parameter(FIELD, kind, "The request component " + kind + " is not built here");
        };
    }

    private static Component plain(Members of, Component component) throws Refused {
        of.only();
        return component;
    }

    static String name(Members of, String field) throws Refused {
        return new Members(of.only("Name").node(), field).text("Name", "\\S+", NAME_MAX);
    }

    private static Oversize oversize(Members of, boolean required) throws Refused {
        return required || of.has("OversizeHandling")
                ? of.choice("OversizeHandling", Oversize.class)
                : Oversize.CONTINUE;
    }

    private static Chosen chosen(Members of, String field, String included, String excluded) throws Refused {
        Members pattern = of.object("MatchPattern", field).only("All", included, excluded);
        String kind = pattern.oneOf("MatchPattern");
        if (kind.equals("All")) return Chosen.ALL;
        return new Chosen(kind.equals(included) ? Mode.ONLY : Mode.EXCEPT, pattern.texts(kind, 1, NAMES_MAX));
    }

    private static Component json(Members of) throws Refused {
        of.only("MatchPattern", "MatchScope", "InvalidFallbackBehavior", "OversizeHandling");
        Members pattern = of.object("MatchPattern", "JSON_MATCH_PATTERN").only("All", "IncludedPaths");
        List<String> pointers =
                pattern.oneOf("MatchPattern").equals("All") ? List.of() : pattern.texts("IncludedPaths", 1, NAMES_MAX);
        for (String pointer : pointers) {
            Invalid.unless(
                    pointer.matches("(/([^~/]|~[01])*)+"), "JSON_MATCH_PATTERN", pointer, "This is not a JSON pointer");
        }
        // What is read are octets.
        pointers = pointers.stream()
                .map(each -> new String(each.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1))
                .toList();
        String broken = of.text("InvalidFallbackBehavior", "EVALUATE_AS_STRING");
        Broken fallback = switch (broken) {
            case "EVALUATE_AS_STRING" -> Broken.AS_TEXT;
            case "MATCH" -> Broken.MATCH;
            case "NO_MATCH" -> Broken.NO_MATCH;
            default -> throw Invalid.parameter("BODY_PARSING_FALLBACK_BEHAVIOR", broken, "This is no behavior");
        };
        return new Component.Json(pointers, of.choice("MatchScope", Scope.class), fallback, oversize(of, false));
    }

    /** In the order of their priorities. */
    static List<Transformation> transformations(Members statement) throws Refused {
        record Numbered(long priority, Transformation transformation) {}

        List<Numbered> numbered = new ArrayList<>();
        Set<Long> priorities = new HashSet<>();
        String field = "TEXT_TRANSFORMATION";
        for (Members each : statement.objects("TextTransformations", field, 1, TRANSFORMATIONS_MAX)) {
            each.only("Priority", "Type");
            long priority = each.number("Priority", 0, PRIORITY_MAX);
            Invalid.unless(
                    priorities.add(priority),
                    field,
                    Long.toString(priority),
                    "You have used one priority more than once");
            numbered.add(new Numbered(priority, each.choice("Type", Transformation.class)));
        }
        return numbered.stream()
                .sorted(Comparator.comparingLong(Numbered::priority))
                .map(Numbered::transformation)
                .toList();
    }

    /** What looking at a component costs, by the table of web ACL capacity units. */
    static long capacity(long base, Component component, List<Transformation> transformations) {
        long cost = component instanceof Component.Json ? 2 * base : base;
        if (component instanceof Component.Arguments) cost += 10;
        return cost
                + 10
                        * transformations.stream()
                                .filter(each -> each != Transformation.NONE)
                                .count();
    }
}
