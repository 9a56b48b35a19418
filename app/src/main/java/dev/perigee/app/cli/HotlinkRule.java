package dev.perigee.app.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * The rule of a web ACL that keeps other sites from embedding what a distribution serves, in the API's language: so it can be
 * read, changed and taken to AWS as any other rule.
 *
 * <p>Blocked is what names another site in Referer, whose host is compared as a whole; what names none but says in
 * Sec-Fetch-Site that another site embeds it, which is how pages hide where they are; and, if strict, what names none. A page
 * of the distribution itself may be linked to from anywhere: a browser that goes there is let through, but not to a file
 * with another ending than a page's.
 */
final class HotlinkRule {
    static final String NAME = "perigee-hotlinks";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int ALTERNATIVES_MAX = 380;
    private static final String LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?";
    /** Whose last label is no number: that would be an address. */
    private static final String HOST = "(" + LABEL + "\\.)*(?![0-9]+$)" + LABEL;

    private HotlinkRule() {}

    /**
     * A domain as it stands in a Referer field.
     *
     * @throws IllegalArgumentException when it is none
     */
    static String domain(String given) {
        String ascii = ascii(given.strip());
        String bare = ascii.endsWith(".") ? ascii.substring(0, ascii.length() - 1) : ascii;
        if (bare.length() > 253 || !bare.matches(HOST)) {
            throw new IllegalArgumentException("'" + given
                    + "' is not a domain such as pettracker.com: no scheme, port, path, address or wildcard");
        }
        return bare;
    }

    /** Of other letters their ASCII form; of what has none, nothing. */
    private static String ascii(String given) {
        try {
            return IDN.toASCII(given).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException _) {
            return "";
        }
    }

    /**
     * The rule.
     *
     * @param domains that may embed, with all their subdomains
     * @param own names of the distribution, which may, too; {@code *.} stands for subdomains
     * @param strict whether requests without Referer are blocked
     */
    static ObjectNode rule(int priority, List<String> domains, List<String> own, boolean strict) {
        ObjectNode rule = JSON.objectNode().put("Name", NAME).put("Priority", priority);
        ObjectNode allowed = any(referers(domains, own));
        ObjectNode foreign = strict
                ? not(allowed)
                : any(List.of(
                        all(List.of(hasReferer(), not(allowed))),
                        all(List.of(
                                not(hasReferer()),
                                octets("sec-fetch-site", "EXACTLY", "cross-site"),
                                not(octets("sec-fetch-dest", "EXACTLY", "document"))))));
        rule.set("Statement", all(List.of(not(goesToPage()), foreign)));
        rule.putObject("Action").putObject("Block");
        rule.putObject("VisibilityConfig")
                .put("SampledRequestsEnabled", true)
                .put("CloudWatchMetricsEnabled", true)
                .put("MetricName", NAME);
        return rule;
    }

    private static List<ObjectNode> referers(List<String> domains, List<String> own) {
        List<String> alternatives = new ArrayList<>();
        for (String domain : domains) alternatives.add("([a-z0-9_-]+\\.)*" + escaped(domain));
        for (String name : own) {
            String lower = name.toLowerCase(Locale.ROOT);
            alternatives.add(
                    lower.startsWith("*.") ? "([a-z0-9_-]+\\.)+" + escaped(lower.substring(2)) : escaped(lower));
        }
        List<ObjectNode> statements = new ArrayList<>();
        StringBuilder together = new StringBuilder();
        for (String each : alternatives) {
            if (!together.isEmpty() && together.length() + each.length() > ALTERNATIVES_MAX) {
                statements.add(referer(together.toString()));
                together.setLength(0);
            }
            together.append(together.isEmpty() ? "" : "|").append(each);
        }
        statements.add(referer(together.toString()));
        return statements;
    }

    /** The host ends where its port, the path, the query or the field ends: nowhere else, and at no other sign. */
    private static ObjectNode referer(String hosts) {
        return regex(header("referer"), "^https?://(" + hosts + ")\\.?(:[0-9]{1,5})?([/?#]|$)");
    }

    private static String escaped(String host) {
        return host.replace(".", "\\.");
    }

    private static ObjectNode goesToPage() {
        // A frame asks for pages, too, and says so, unless the browser says nothing of the kind.
        ObjectNode navigates = any(List.of(
                octets("sec-fetch-dest", "EXACTLY", "document"),
                all(List.of(not(has("sec-fetch-dest")), octets("accept", "CONTAINS", "text/html")))));
        ObjectNode path = JSON.objectNode();
        path.putObject("UriPath");
        return all(List.of(navigates, regex(path, "^(/[^/]*)*/([^/.]*|[^/]*\\.html?)$")));
    }

    private static ObjectNode hasReferer() {
        return has("referer");
    }

    private static ObjectNode has(String header) {
        ObjectNode statement = JSON.objectNode();
        ObjectNode size = statement.putObject("SizeConstraintStatement");
        size.set("FieldToMatch", header(header));
        size.put("ComparisonOperator", "GT").put("Size", 0).set("TextTransformations", transformation("NONE"));
        return statement;
    }

    private static ObjectNode header(String name) {
        ObjectNode field = JSON.objectNode();
        field.putObject("SingleHeader").put("Name", name);
        return field;
    }

    private static ArrayNode transformation(String type) {
        ArrayNode list = JSON.arrayNode();
        list.addObject().put("Priority", 0).put("Type", type);
        return list;
    }

    private static ObjectNode regex(ObjectNode field, String expression) {
        ObjectNode statement = JSON.objectNode();
        ObjectNode regex = statement.putObject("RegexMatchStatement").put("RegexString", expression);
        regex.set("FieldToMatch", field);
        regex.set("TextTransformations", transformation("LOWERCASE"));
        return statement;
    }

    private static ObjectNode octets(String header, String position, String text) {
        ObjectNode statement = JSON.objectNode();
        String search = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
        ObjectNode match = statement.putObject("ByteMatchStatement").put("SearchString", search);
        match.set("FieldToMatch", header(header));
        match.put("PositionalConstraint", position).set("TextTransformations", transformation("LOWERCASE"));
        return statement;
    }

    private static ObjectNode all(List<ObjectNode> statements) {
        return several("AndStatement", statements);
    }

    private static ObjectNode any(List<ObjectNode> statements) {
        return statements.size() == 1 ? statements.getFirst() : several("OrStatement", statements);
    }

    private static ObjectNode several(String kind, List<ObjectNode> statements) {
        ObjectNode statement = JSON.objectNode();
        ArrayNode list = statement.putObject(kind).putArray("Statements");
        for (ObjectNode each : statements) list.add(each);
        return statement;
    }

    private static ObjectNode not(ObjectNode inner) {
        ObjectNode statement = JSON.objectNode();
        statement.putObject("NotStatement").set("Statement", inner);
        return statement;
    }
}
