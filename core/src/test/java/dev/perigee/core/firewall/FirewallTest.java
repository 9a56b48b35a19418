package dev.perigee.core.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.perigee.core.firewall.Component.Chosen;
import dev.perigee.core.firewall.Component.Oversize;
import dev.perigee.core.firewall.Component.Scope;
import dev.perigee.core.firewall.Statement.Forwarded;
import dev.perigee.core.firewall.Statement.Place;
import dev.perigee.core.firewall.Statement.Position;
import dev.perigee.core.geo.Countries;
import dev.perigee.core.http.Field;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.RequestHead;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FirewallTest {
    private static final Countries COUNTRIES = address -> address[0] == 1 ? "AU" : address[0] == 2 ? "DE" : null;
    private static final Fields FIELDS = Fields.of(
            "Host",
            "d1",
            "Referer",
            "https://a.example/x",
            "X-Two",
            "one",
            "x-two",
            "two",
            "Cookie",
            "a=1; b=two; c",
            "Cookie",
            "d=4");

    private static RequestHead request(String target, Fields fields) {
        int question = target.indexOf('?');
        return new RequestHead(
                "GET",
                question < 0 ? target : target.substring(0, question),
                question < 0 ? null : target.substring(question + 1),
                "d1",
                HttpVersion.HTTP_1_1,
                fields);
    }

    private static Inspected inspected(Fields fields, @Nullable String content, boolean cut) {
        return new Inspected(
                request("/Pets/rex.jpg?q=A%20b&Q=c&empty&n%61me=x", fields), new byte[] {1, 2, 3, 4}, content, cut);
    }

    private static Step.Rule rule(String name, Statement statement, RuleAction action, String... labels) {
        return new Step.Rule(name, name, true, statement, action, List.of(labels));
    }

    private static Firewall firewall(Step... steps) {
        WebAcl acl = new WebAcl("acl", "acl", true, new RuleAction.Allow(List.of()), List.of(steps), 8192);
        return Firewall.of(
                acl,
                expression -> Pattern.compile(expression).asPredicate(),
                (_, _, rate) -> new RateTable(rate.limit(), rate.windowSeconds(), 1000, 1, 2),
                COUNTRIES);
    }

    private static boolean holds(Statement statement, Inspected inspected) {
        return firewall(rule("r", statement, RuleAction.Block.PAGE))
                        .decide(inspected, 0)
                        .block()
                != null;
    }

    private static boolean holds(Component component, Position position, String text) {
        return holds(
                new Statement.Octets(component, List.of(), position, text), inspected(FIELDS, "{\"k\":\"v\"}", false));
    }

    @ParameterizedTest
    @CsvSource({
        "EXACTLY, /Pets/rex.jpg, true",
        "EXACTLY, /pets/rex.jpg, false",
        "STARTS_WITH, /Pets, true",
        "STARTS_WITH, Pets, false",
        "ENDS_WITH, .jpg, true",
        "ENDS_WITH, .jp, false",
        "CONTAINS, ets/r, true",
        "CONTAINS, xyz, false",
        "CONTAINS_WORD, rex, true",
        "CONTAINS_WORD, re, false",
        "CONTAINS_WORD, Pets, true"
    })
    void looksAtPlaces(Position position, String text, boolean expected) {
        assertEquals(expected, holds(new Component.Path(), position, text));
    }

    @Test
    void everyComponentHasItsTexts() {
        assertEquals(true, holds(new Component.Query(), Position.EXACTLY, "q=A%20b&Q=c&empty&n%61me=x"));
        assertEquals(true, holds(new Component.Method(), Position.EXACTLY, "GET"));
        assertEquals(true, holds(new Component.Header("x-two"), Position.EXACTLY, "two"));
        assertEquals(false, holds(new Component.Header("x-none"), Position.CONTAINS, ""));
        assertEquals(true, holds(new Component.Argument("Q"), Position.EXACTLY, "A%20b"));
        assertEquals(true, holds(new Component.Argument("q"), Position.EXACTLY, "c"));
        assertEquals(true, holds(new Component.Argument("name"), Position.EXACTLY, "x"));
        assertEquals(true, holds(new Component.Argument("empty"), Position.EXACTLY, ""));
        assertEquals(true, holds(new Component.Arguments(), Position.EXACTLY, "x"));
        assertEquals(false, holds(new Component.Arguments(), Position.EXACTLY, "q"));
        assertEquals(true, holds(new Component.Cookie("b"), Position.EXACTLY, "two"));
        assertEquals(
                true, holds(new Component.HeaderOrder(Oversize.CONTINUE), Position.STARTS_WITH, "host:referer:x-two"));
        assertEquals(true, holds(new Component.Content(Oversize.CONTINUE), Position.CONTAINS, "\"k\""));
    }

    @ParameterizedTest
    @CsvSource({
        "ALL, , ALL, a.example, true", "ALL, , KEY, a.example, false", "ALL, , KEY, Referer, true",
        "ONLY, referer, VALUE, a.example, true", "ONLY, host, VALUE, a.example, false",
                "EXCEPT, REFERER, ALL, a.example, false"
    })
    void headersAreChosenByNameAndScope(
            Component.Mode mode, @Nullable String name, Scope scope, String text, boolean expected) {
        Chosen chosen = new Chosen(mode, name == null ? List.of() : List.of(name));
        assertEquals(expected, holds(new Component.Headers(chosen, scope, Oversize.CONTINUE), Position.CONTAINS, text));
    }

    @ParameterizedTest
    @CsvSource({
        "b, VALUE, two, true",
        "a, VALUE, two, false",
        "b, KEY, b, true",
        "d, VALUE, 4, true",
        "c, VALUE, '', true"
    })
    void cookiesAreChosenByNameAndScope(String name, Scope scope, String text, boolean expected) {
        Chosen chosen = new Chosen(Component.Mode.ONLY, List.of(name));
        assertEquals(expected, holds(new Component.Cookies(chosen, scope, Oversize.CONTINUE), Position.EXACTLY, text));
    }

    @ParameterizedTest
    @CsvSource({"CONTINUE, false", "MATCH, true", "NO_MATCH, false"})
    void whatIsTooLargeMatchesAsItIsTold(Oversize oversize, boolean expected) {
        Statement in = new Statement.Octets(new Component.Content(oversize), List.of(), Position.CONTAINS, "late");
        assertEquals(expected, holds(in, inspected(FIELDS, "early", true)));
        Fields many = Fields.of("X-Large", "x".repeat(9000), "X-Late", "late");
        Statement headers = new Statement.Octets(
                new Component.Headers(Chosen.ALL, Scope.ALL, oversize), List.of(), Position.CONTAINS, "late");
        assertEquals(expected, holds(headers, inspected(many, null, false)));
        Statement cookies = new Statement.Octets(
                new Component.Cookies(Chosen.ALL, Scope.ALL, oversize), List.of(), Position.CONTAINS, "late");
        assertEquals(
                expected,
                holds(cookies, inspected(Fields.of("Cookie", "a=" + "x".repeat(9000) + ";b=late"), null, false)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":{\"b\":[\"x\",\"evil\"]}} | /a/b | VALUE | true",
                "{\"a\":{\"b\":[\"x\",\"evil\"]}} | /c   | VALUE | false",
                "{\"a\":{\"b\":\"\\u0065vil\"}}   |      | VALUE | true",
                "{\"evil\":1}                     |      | VALUE | false",
                "{\"evil\":1}                     |      | KEY   | true",
                "{\"evil\":1                      |      | VALUE | false",
                "[1,true,null,\"evil\"]           | /3   | ALL   | true",
                "{\"a\":\"\\ud83d\\ude00evil\"}     |      | VALUE | false",
                "[\"\\ud800\",\"\\u0065vil\"]       |      | VALUE | true",
                "\u00EF\u00BB\u00BF[\"evil\"]          |      | VALUE | true",
                "evil                             |      | ALL   | false"
            })
    void jsonIsLookedAtByMember(String content, @Nullable String pointer, Scope scope, boolean expected) {
        List<String> pointers = pointer == null ? List.of() : List.of(pointer);
        Component json = new Component.Json(pointers, scope, Component.Broken.NO_MATCH, Oversize.CONTINUE);
        Statement evil = new Statement.Octets(json, List.of(), Position.EXACTLY, "evil");
        assertEquals(expected, holds(evil, inspected(FIELDS, content, false)));
        Component broken = new Component.Json(pointers, scope, Component.Broken.MATCH, Oversize.CONTINUE);
        boolean malformed = content.equals("evil") || content.equals("{\"evil\":1");
        Statement orBroken = new Statement.Octets(broken, List.of(), Position.EXACTLY, "evil");
        assertEquals(expected || malformed, holds(orBroken, inspected(FIELDS, content, false)));
    }

    private static boolean jsonHolds(
            Component.Broken broken, Position position, String text, String content, boolean cut) {
        Component json = new Component.Json(List.of(), Scope.ALL, broken, Oversize.CONTINUE);
        return holds(new Statement.Octets(json, List.of(), position, text), inspected(FIELDS, content, cut));
    }

    /** Half a surrogate pair must not swallow the escape after it. */
    @Test
    void anEscapeAfterHalfAPairIsReadByItself() {
        String content = "{\"a\":\"\\ud800\\u003cscript>\"}";
        assertEquals(true, jsonHolds(Component.Broken.NO_MATCH, Position.CONTAINS, "<script", content, false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":\"\\u003cscript\",}",
                "{\"a\":NaN,\"b\":\"\\u003cscript\"}",
                "{'a':'\\u003cscript'}",
                "/* */ {\"a\":\"\\u003cscript\"}",
                "{\"a\":\"<script",
                "<script"
            })
    void ofBrokenJsonAllThatAForgivingProgramMayReadIsLookedAt(String content) {
        assertEquals(true, jsonHolds(Component.Broken.AS_TEXT, Position.CONTAINS, "<script", content, false));
        assertEquals(false, jsonHolds(Component.Broken.NO_MATCH, Position.CONTAINS, "<script", content, false));
    }

    /** What makes it no JSON is only that there is more of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{\"a\":\"evil\",\"b\":\"xxxx", "{\"a\":\"evil", "{\"evil", "[\"evil\",tru", "[\"evil\",\"\\u00"})
    void theBeginningOfJsonIsJson(String content) {
        assertEquals(true, jsonHolds(Component.Broken.NO_MATCH, Position.EXACTLY, "evil", content, true));
        assertEquals(false, jsonHolds(Component.Broken.NO_MATCH, Position.EXACTLY, "evil", content, false));
        assertEquals(false, jsonHolds(Component.Broken.MATCH, Position.EXACTLY, "other", content, true));
    }

    @ParameterizedTest
    @CsvSource({
        ", AU, FIRST, true",
        ", DE, FIRST, false",
        "'2.0.0.1, 1.1.1.1', DE, FIRST, true",
        "nonsense, DE, FIRST, true",
        "'', DE, FIRST, true"
    })
    void countries(@Nullable String forwarded, String code, Place place, boolean expected) {
        Fields fields = forwarded == null ? FIELDS : Fields.of("X-Forwarded-For", forwarded);
        Forwarded field = forwarded == null ? null : new Forwarded("x-forwarded-for", true, place);
        assertEquals(expected, holds(new Statement.Country(List.of(code), field), inspected(fields, null, false)));
        // Without the field the statement does not apply.
        Statement absent = new Statement.Country(List.of("AU"), new Forwarded("x-none", true, place));
        assertEquals(false, holds(absent, inspected(fields, null, false)));
    }

    @ParameterizedTest
    @CsvSource({
        "FIRST, '9.9.9.9, 8.8.8.8', 9.9.9.9/32, true",
        "FIRST, '9.9.9.9, 8.8.8.8', 8.8.8.8/32, false",
        "LAST, '9.9.9.9, 8.8.8.8', 8.8.8.8/32, true",
        "ANY, '9.9.9.9, 8.8.8.8', 8.8.8.8/32, true",
        "ANY, '9.9.9.9, 8.8.8.8', 7.0.0.0/8, false",
        "ANY, '9.9.9.9, x', 7.0.0.0/8, true",
        "FIRST, 'x, 7.0.0.1', 7.0.0.0/8, true"
    })
    void forwardedAddresses(Place place, String field, String range, boolean expected) {
        Statement set = new Statement.Addresses(List.of(range), new Forwarded("x-real", true, place));
        assertEquals(expected, holds(set, inspected(Fields.of("X-Real", field), null, false)));
    }

    @Test
    void theFirstRuleThatDecidesDecides() {
        Statement all = new Statement.Length(new Component.Path(), List.of(), Statement.Comparison.GT, 0);
        RuleAction count = new RuleAction.Count(List.of(new Field("x-amzn-waf-a", "1")));
        RuleAction allow = new RuleAction.Allow(List.of(new Field("x-amzn-waf-b", "2")));
        Outcome outcome = firewall(
                        rule("counts", all, count, "ns:seen"),
                        rule("needs", new Statement.Label("ns:other", false), RuleAction.Block.PAGE),
                        rule("allows", new Statement.Label("ns:", true), allow),
                        rule("never", all, RuleAction.Block.PAGE))
                .decide(inspected(FIELDS, null, false), 0);
        assertNull(outcome.block());
        assertEquals(List.of(new Field("x-amzn-waf-a", "1"), new Field("x-amzn-waf-b", "2")), outcome.inserted());
        assertEquals(List.of("ns:seen"), outcome.labels());
        assertEquals(
                List.of("counts", "allows"),
                outcome.matches().stream().map(Outcome.Match::metric).toList());
    }

    @Test
    void aGroupThatIsCountedEndsAtItsFirstDecisionAndDecidesNothing() {
        Statement all = new Statement.Length(new Component.Path(), List.of(), Statement.Comparison.GT, 0);
        List<Step.Rule> rules = List.of(
                rule("first", all, RuleAction.Block.PAGE, "g:first"),
                rule("second", all, RuleAction.Block.PAGE, "g:second"));
        for (boolean counted : new boolean[] {true, false}) {
            Outcome outcome = firewall(new Step.Group("g", "g", true, counted, null, rules))
                    .decide(inspected(FIELDS, null, false), 0);
            assertEquals(counted, outcome.block() == null);
            assertEquals(List.of("g:first"), outcome.labels());
        }
        Statement none = new Statement.Not(all);
        assertNull(firewall(new Step.Group("g", "g", true, false, none, rules))
                .decide(inspected(FIELDS, null, false), 0)
                .block());
    }

    @Test
    void ratesCountByTheirKeysAndOnlyWhatIsInScope() {
        List<RateKey> keys = List.of(
                new RateKey.Address(),
                new RateKey.Part(new Component.Header("x-user"), List.of(Transformation.LOWERCASE)),
                new RateKey.Part(new Component.Cookie("s"), List.of()));
        Statement scope = new Statement.Octets(new Component.Header("x-in"), List.of(), Position.EXACTLY, "yes");
        Firewall firewall = firewall(rule("rate", new Statement.Rate(2, 60, keys, scope), RuleAction.Block.PAGE));
        List<Boolean> blocked = new ArrayList<>();
        for (String[] each : new String[][] {
            {"yes", "a", "1"},
            {"yes", "A", "1"},
            {"no", "a", "1"},
            {"yes", "b", "1"},
            {"yes", "a", "2"},
            {"yes", "a", "1"}
        }) {
            Fields fields = Fields.of("X-In", each[0], "X-User", each[1], "Cookie", "s=" + each[2]);
            blocked.add(firewall.decide(inspected(fields, null, false), 0).block() != null);
        }
        assertEquals(List.of(false, false, false, false, false, true), blocked);
        // Without one of the keys nothing is counted.
        for (int i = 0; i < 5; i++) {
            Fields fields = Fields.of("X-In", "yes", "X-User", "c");
            assertNull(firewall.decide(inspected(fields, null, false), 0).block());
        }
    }

    @Test
    void aRateByAForwardedAddressFallsBackOnlyWhereTheFieldIsWrong() {
        List<RateKey> keys = List.of(new RateKey.ForwardedAddress(new Forwarded("x-real", true, Place.FIRST)));
        Firewall firewall = firewall(rule("rate", new Statement.Rate(1, 60, keys, null), RuleAction.Block.PAGE));
        assertNotNull(firewall.decide(inspected(Fields.of("X-Real", "x"), null, false), 0)
                .block());
        assertNull(firewall.decide(inspected(FIELDS, null, false), 0).block());
        assertNull(firewall.decide(inspected(Fields.of("X-Real", "9.9.9.9"), null, false), 0)
                .block());
        assertNotNull(firewall.decide(inspected(Fields.of("X-Real", "9.9.9.9, 1.1.1.1"), null, false), 0)
                .block());
    }
}
