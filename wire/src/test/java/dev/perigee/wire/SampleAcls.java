package dev.perigee.wire;

import dev.perigee.core.firewall.Component;
import dev.perigee.core.firewall.Component.Chosen;
import dev.perigee.core.firewall.Component.Oversize;
import dev.perigee.core.firewall.Component.Scope;
import dev.perigee.core.firewall.RateKey;
import dev.perigee.core.firewall.RuleAction;
import dev.perigee.core.firewall.Statement;
import dev.perigee.core.firewall.Statement.Forwarded;
import dev.perigee.core.firewall.Step;
import dev.perigee.core.firewall.Transformation;
import dev.perigee.core.firewall.WebAcl;
import dev.perigee.core.http.Field;
import java.util.List;

/** A web ACL in which every kind of statement, component, action and key is used. */
final class SampleAcls {
    static final String ARN = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/all/1";

    private static final List<Transformation> TRANSFORMED =
            List.of(Transformation.URL_DECODE, Transformation.LOWERCASE);
    private static final Forwarded FORWARDED = new Forwarded("x-forwarded-for", true, Statement.Place.ANY);

    private SampleAcls() {}

    static WebAcl everything() {
        Statement deep = new Statement.Not(text(new Component.Path()));
        for (int i = 0; i < 20; i++) deep = new Statement.All(List.of(deep, new Statement.Label("a:", true)));
        return new WebAcl(
                ARN,
                "all",
                true,
                new RuleAction.Allow(List.of(new Field("x-amzn-waf-seen", "yes"))),
                List.of(
                        rule("statements", new Statement.Any(statements()), RuleAction.Block.PAGE),
                        rule(
                                "components",
                                new Statement.Any(components().stream()
                                        .map(SampleAcls::text)
                                        .toList()),
                                page()),
                        rule("rate", rate(), new RuleAction.Count(List.of(new Field("x-amzn-waf-a", "b")))),
                        new Step.Group(
                                "group",
                                "metric",
                                false,
                                true,
                                text(new Component.Query()),
                                List.of(rule("deep", deep, RuleAction.Block.PAGE)))),
                16_384);
    }

    private static RuleAction page() {
        return new RuleAction.Block(429, List.of(new Field("Retry-After", "60")), "text/plain", "slow\n\u00e4");
    }

    private static Step.Rule rule(String name, Statement statement, RuleAction action) {
        return new Step.Rule(name, name, true, statement, action, List.of("awswaf:1:webacl:all:seen"));
    }

    private static Statement text(Component component) {
        return new Statement.Octets(component, TRANSFORMED, Statement.Position.CONTAINS, "\u0000\u00ff");
    }

    private static Statement rate() {
        return new Statement.Rate(
                100,
                60,
                List.of(
                        new RateKey.Address(),
                        new RateKey.ForwardedAddress(FORWARDED),
                        new RateKey.Part(new Component.Cookie("session"), TRANSFORMED),
                        new RateKey.Labels("awswaf:")),
                text(new Component.Method()));
    }

    private static List<Statement> statements() {
        Component path = new Component.Path();
        return List.of(
                new Statement.Length(path, List.of(), Statement.Comparison.GT, 100),
                new Statement.Regex(path, TRANSFORMED, List.of("^/a", "b$")),
                new Statement.Sql(path, TRANSFORMED, true),
                new Statement.Script(path, TRANSFORMED),
                new Statement.Country(List.of("AU"), FORWARDED),
                new Statement.Addresses(List.of("192.0.2.0/24"), null),
                new Statement.Label("awswaf:1:webacl:all:seen", false),
                rate());
    }

    private static List<Component> components() {
        return List.of(
                new Component.Header("referer"),
                new Component.Argument("q"),
                new Component.Arguments(),
                new Component.Headers(new Chosen(Component.Mode.EXCEPT, List.of("cookie")), Scope.ALL, Oversize.MATCH),
                new Component.Cookies(Chosen.ALL, Scope.VALUE, Oversize.NO_MATCH),
                new Component.HeaderOrder(Oversize.CONTINUE),
                new Component.Content(Oversize.CONTINUE),
                new Component.Json(List.of("/a/b"), Scope.KEY, Component.Broken.AS_TEXT, Oversize.CONTINUE));
    }
}
