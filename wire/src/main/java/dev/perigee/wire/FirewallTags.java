package dev.perigee.wire;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.perigee.core.firewall.Component;
import dev.perigee.core.firewall.RateKey;
import dev.perigee.core.firewall.RuleAction;
import dev.perigee.core.firewall.Statement;
import dev.perigee.core.firewall.Step;

/** How the parts of web ACLs are told apart in the plan document. */
final class FirewallTags {
    private static final String TYPE = "type";

    private FirewallTags() {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = TYPE)
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Step.Rule.class, name = "rule"),
        @JsonSubTypes.Type(value = Step.Group.class, name = "group")
    })
    interface OfStep {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = TYPE)
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Statement.Octets.class, name = "octets"),
        @JsonSubTypes.Type(value = Statement.Length.class, name = "length"),
        @JsonSubTypes.Type(value = Statement.Regex.class, name = "regex"),
        @JsonSubTypes.Type(value = Statement.Sql.class, name = "sql"),
        @JsonSubTypes.Type(value = Statement.Script.class, name = "script"),
        @JsonSubTypes.Type(value = Statement.Country.class, name = "country"),
        @JsonSubTypes.Type(value = Statement.Addresses.class, name = "addresses"),
        @JsonSubTypes.Type(value = Statement.Label.class, name = "label"),
        @JsonSubTypes.Type(value = Statement.Rate.class, name = "rate"),
        @JsonSubTypes.Type(value = Statement.All.class, name = "all"),
        @JsonSubTypes.Type(value = Statement.Any.class, name = "any"),
        @JsonSubTypes.Type(value = Statement.Not.class, name = "not")
    })
    interface OfStatement {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = TYPE)
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Component.Path.class, name = "path"),
        @JsonSubTypes.Type(value = Component.Query.class, name = "query"),
        @JsonSubTypes.Type(value = Component.Method.class, name = "method"),
        @JsonSubTypes.Type(value = Component.Header.class, name = "header"),
        @JsonSubTypes.Type(value = Component.Argument.class, name = "argument"),
        @JsonSubTypes.Type(value = Component.Arguments.class, name = "arguments"),
        @JsonSubTypes.Type(value = Component.Cookie.class, name = "cookie"),
        @JsonSubTypes.Type(value = Component.Headers.class, name = "headers"),
        @JsonSubTypes.Type(value = Component.Cookies.class, name = "cookies"),
        @JsonSubTypes.Type(value = Component.HeaderOrder.class, name = "headerOrder"),
        @JsonSubTypes.Type(value = Component.Content.class, name = "content"),
        @JsonSubTypes.Type(value = Component.Json.class, name = "json")
    })
    interface OfComponent {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = TYPE)
    @JsonSubTypes({
        @JsonSubTypes.Type(value = RuleAction.Allow.class, name = "allow"),
        @JsonSubTypes.Type(value = RuleAction.Count.class, name = "count"),
        @JsonSubTypes.Type(value = RuleAction.Block.class, name = "block")
    })
    interface OfAction {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = TYPE)
    @JsonSubTypes({
        @JsonSubTypes.Type(value = RateKey.Address.class, name = "address"),
        @JsonSubTypes.Type(value = RateKey.ForwardedAddress.class, name = "forwardedAddress"),
        @JsonSubTypes.Type(value = RateKey.Part.class, name = "part"),
        @JsonSubTypes.Type(value = RateKey.Labels.class, name = "labels")
    })
    interface OfRateKey {}
}
