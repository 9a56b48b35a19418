package dev.perigee.edge.firewall;

import dev.perigee.core.firewall.Component;
import dev.perigee.core.firewall.Firewall;
import dev.perigee.core.firewall.Inspected;
import dev.perigee.core.firewall.Outcome;
import dev.perigee.core.firewall.RateKey;
import dev.perigee.core.firewall.RuleAction;
import dev.perigee.core.firewall.Statement;
import dev.perigee.core.firewall.Statement.Position;
import dev.perigee.core.firewall.Step;
import dev.perigee.core.firewall.Transformation;
import dev.perigee.core.firewall.WebAcl;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.Plan;
import dev.perigee.edge.geo.GeoDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A request that fifty rules look at, each of them, because none decides: rules of every sort, in the shares in which a site
 * that blocks bots, probes, hotlinks and injections would have them. The head is a browser's.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 8, time = 1)
@Measurement(iterations = 5, time = 1)
public class FirewallBenchmark {
    private static final Component PATH = new Component.Path();
    private static final Component QUERY = new Component.Query();
    private static final Component AGENT = new Component.Header("user-agent");
    private static final Component REFERER = new Component.Header("referer");
    private static final List<Transformation> LOWER = List.of(Transformation.URL_DECODE, Transformation.LOWERCASE);

    /** A photo without a query, or a search with one that decodes to words which detectors look at twice. */
    @Param({"photo", "search"})
    public String request;

    private final List<Step> rules = new ArrayList<>();
    private Firewall firewall;
    private RequestHead head;
    private final byte[] address = {(byte) 139, (byte) 130, 4, 5};
    private long now = 1_900_000_000_000L;

    @Setup
    public void prepare() {
        for (String path : List.of(
                "/.env", "/.git/", "/wp-admin", "/wp-login.php", "/phpmyadmin", "/cgi-bin/", "/etc/passwd", "/actuator/"))
            add(new Statement.Octets(PATH, LOWER, Position.CONTAINS, path));
        for (String bot : List.of("masscan", "sqlmap", "nikto", "zgrab", "python-requests", "curl/"))
            add(new Statement.Octets(AGENT, List.of(Transformation.LOWERCASE), Position.CONTAINS, bot));
        add(new Statement.Octets(REFERER, LOWER, Position.STARTS_WITH, "https://evil.example/"));
        add(new Statement.Octets(new Component.Method(), List.of(), Position.EXACTLY, "TRACE"));
        for (String expression : List.of(
                "\\.(bak|old|sql|tar|zip)$", "^/api/v[0-9]+/internal/", "(union|select).{1,40}from", "\\$\\{jndi:", "\\.\\./"))
            add(new Statement.Regex(expression.startsWith("(") ? QUERY : PATH, LOWER, List.of(expression)));
        for (int i = 0; i < 10; i++) add(new Statement.Addresses(ranges(i, i < 8 ? 20 : 1_000), null));
        for (String country : List.of("KP", "IR", "SY", "CU")) add(new Statement.Country(List.of(country), null));
        for (Component part : List.of(QUERY, PATH, new Component.Header("cookie"), AGENT))
            add(new Statement.Length(part, List.of(), Statement.Comparison.GT, 4_096));
        add(new Statement.Sql(new Component.Arguments(), LOWER, false));
        add(new Statement.Sql(new Component.Header("cookie"), LOWER, false));
        add(new Statement.Script(new Component.Arguments(), LOWER));
        add(new Statement.Script(QUERY, List.of(Transformation.URL_DECODE, Transformation.HTML_ENTITY_DECODE)));
        for (String label : List.of("bot:bad", "probe:", "site:partner")) add(new Statement.Label("awswaf:" + label, label.endsWith(":")));
        for (int limit : List.of(1_000_000_000, 2_000_000_000))
            add(new Statement.Rate(limit, 300, List.of(new RateKey.Address()), null));
        add(new Statement.All(List.of(
                new Statement.Octets(PATH, List.of(), Position.STARTS_WITH, "/photos/"),
                new Statement.Not(new Statement.Octets(REFERER, List.of(), Position.STARTS_WITH, "https://pettracker.com/")))));
        while (rules.size() < 50)
            add(new Statement.Octets(QUERY, LOWER, Position.CONTAINS, "debug" + rules.size()));
        WebAcl acl = new WebAcl("arn:bench", "all", true, new RuleAction.Allow(List.of()), rules, 16_384);
        var firewalls = new Firewalls(GeoDatabase.embedded());
        firewall = firewalls.prepare(plan(acl)).get(acl.id());
        String query = request.equals("photo") ? null : "q=black%20dog%20and%20cat%27s%20toys&page=2&sort=price+asc";
        head = new RequestHead(
                "GET", request.equals("photo") ? "/photos/2026/11/dog-1024.jpg" : "/search", query, "pettracker.com",
                HttpVersion.HTTP_1_1, browser());
    }

    private static Plan plan(WebAcl acl) {
        return new Plan(1, List.of(), List.of(), 0, null, List.of(), List.of(), null, List.of(acl), List.of(), List.of());
    }

    private static Fields browser() {
        return Fields.builder(12)
                .add("Host", "pettracker.com")
                .add("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36")
                .add("Accept", "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8")
                .add("Accept-Language", "en-AU,en;q=0.9")
                .add("Accept-Encoding", "gzip, deflate, br")
                .add("Referer", "https://pettracker.com/album/7")
                .add("Cookie", "session=0f8fad5bd9cb469fa16570867728950e; theme=dark; consent=yes")
                .add("Sec-Fetch-Site", "same-origin")
                .build();
    }

    private static List<String> ranges(int set, int count) {
        List<String> ranges = new ArrayList<>();
        for (int i = 0; i < count; i++) ranges.add("10." + set + "." + i % 256 + "." + i / 256 * 16 + "/28");
        return ranges;
    }

    private void add(Statement statement) {
        String name = "rule-" + rules.size();
        rules.add(new Step.Rule(name, name, true, statement, RuleAction.Block.PAGE, List.of()));
    }

    @Benchmark
    public Outcome fiftyRules() {
        Outcome outcome = firewall.decide(new Inspected(head, address, null, false), now++);
        if (outcome.block() != null) throw new IllegalStateException("blocked");
        return outcome;
    }
}
