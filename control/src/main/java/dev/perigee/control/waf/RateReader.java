package dev.perigee.control.waf;

import dev.perigee.control.api.Refused;
import dev.perigee.core.firewall.Component;
import dev.perigee.core.firewall.RateKey;
import dev.perigee.core.firewall.Statement;
import dev.perigee.core.firewall.Statement.Forwarded;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads rate-based statements. */
final class RateReader {
    private static final Set<Long> WINDOWS = Set.of(60L, 120L, 300L, 600L);
    private static final long LIMIT_MIN = 10;
    private static final long LIMIT_MAX = 2_000_000_000;
    private static final int KEYS_MAX = 5;
    private static final long WINDOW = 300;
    private static final String KEY_FIELD = "CUSTOM_KEYS";

    private RateReader() {}

    /** A statement and what it costs without the one that it contains. */
    record Read(Statement statement, long capacity) {}

    /** Reads the statement that restricts what is counted. */
    @FunctionalInterface
    interface Scope {
        Statement read(Members statement) throws Refused;
    }

    static Read read(Members of, Scope scopes) throws Refused {
        of.only(
                "Limit",
                "EvaluationWindowSec",
                "AggregateKeyType",
                "ScopeDownStatement",
                "ForwardedIPConfig",
                "CustomKeys");
        long limit = of.number("Limit", LIMIT_MIN, LIMIT_MAX);
        long window = of.has("EvaluationWindowSec") ? of.number("EvaluationWindowSec", 0, 600) : WINDOW;
        Invalid.unless(
                WINDOWS.contains(window),
                of.field(),
                Long.toString(window),
                "EvaluationWindowSec must be one of 60, 120, 300, 600");
        Statement scope =
                of.has("ScopeDownStatement") ? scopes.read(of.object("ScopeDownStatement", "SCOPE_DOWN")) : null;
        String type = of.text("AggregateKeyType");
        Forwarded forwarded = StatementReader.forwarded(of, "ForwardedIPConfig", false);
        List<RateKey> keys = switch (type) {
            case "IP" -> List.of(new RateKey.Address());
            case "FORWARDED_IP" -> List.of(forwarded(of, forwarded));
            case "CONSTANT" -> {
                Invalid.unless(scope != null, of.field(), type, "CONSTANT needs a ScopeDownStatement");
                yield List.of();
            }
            case "CUSTOM_KEYS" -> custom(of, forwarded);
            default ->
                throw new Refused(
                        "WAFUnsupportedAggregateKeyTypeException",
                        "The AggregateKeyType '" + type + "' is not one of IP, FORWARDED_IP, CUSTOM_KEYS, CONSTANT.");
        };
        Invalid.unless(
                type.equals("CUSTOM_KEYS") || !of.has("CustomKeys"),
                of.field(),
                "CustomKeys",
                "CustomKeys are for the AggregateKeyType CUSTOM_KEYS");
        long cost = 2 + (type.equals("CUSTOM_KEYS") ? 30L * keys.size() : 0);
        return new Read(new Statement.Rate(limit, (int) window, keys, scope), cost);
    }

    private static RateKey forwarded(Members of, @Nullable Forwarded forwarded) throws Refused {
        if (forwarded == null) {
            throw Invalid.parameter(of.field(), "ForwardedIPConfig", "A key of FORWARDED_IP needs a ForwardedIPConfig");
        }
        return new RateKey.ForwardedAddress(forwarded);
    }

    private static List<RateKey> custom(Members of, @Nullable Forwarded forwarded) throws Refused {
        List<RateKey> keys = new ArrayList<>();
        for (Members each : of.objects("CustomKeys", KEY_FIELD, 1, KEYS_MAX)) keys.add(key(each, forwarded));
        boolean addressOnly = keys.size() == 1
                && (keys.getFirst() instanceof RateKey.Address || keys.getFirst() instanceof RateKey.ForwardedAddress);
        Invalid.unless(
                !addressOnly,
                KEY_FIELD,
                "CustomKeys",
                "For the address alone use the AggregateKeyType IP or FORWARDED_IP");
        return keys;
    }

    private static RateKey key(Members given, @Nullable Forwarded forwarded) throws Refused {
        String kind = given.oneOf("CustomKey");
        Members of = given.object(kind);
        return switch (kind) {
            case "Header" -> named(of, new Component.Header(name(of).toLowerCase(Locale.ROOT)));
            case "Cookie" -> named(of, new Component.Cookie(name(of)));
            case "QueryArgument" -> named(of, new Component.Argument(name(of).toLowerCase(Locale.ROOT)));
            case "QueryString" -> part(of, new Component.Query());
            case "UriPath" -> part(of, new Component.Path());
            case "HTTPMethod" -> new RateKey.Part(new Component.Method(), List.of());
            case "IP" -> new RateKey.Address();
            case "ForwardedIP" -> forwarded(given, forwarded);
            case "LabelNamespace" ->
                new RateKey.Labels(of.only("Namespace").text("Namespace", "[0-9A-Za-z_:-]+:", 1024));
            default -> throw Invalid.parameter(KEY_FIELD, kind, "The aggregation key " + kind + " is not built here");
        };
    }

    private static String name(Members of) throws Refused {
        return of.only("Name", "TextTransformations").text("Name", "\\S+", 64);
    }

    private static RateKey named(Members of, Component component) throws Refused {
        return new RateKey.Part(component, ComponentReader.transformations(of));
    }

    private static RateKey part(Members of, Component component) throws Refused {
        return new RateKey.Part(component, ComponentReader.transformations(of.only("TextTransformations")));
    }
}
