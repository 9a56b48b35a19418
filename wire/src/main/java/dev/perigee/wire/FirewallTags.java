package dev.perigee.wire;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonSubTypes.Type;
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
    @JsonSubTypes({@Type(value = Step.Rule.class, name = "rule"), @Type(value = Step.Group.class, name = "group")})
    interface OfStep {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = TYPE)
    @JsonSubTypes({
        @Type(value = Statement.Octets.class, name = "octets"),
        @Type(value = Statement.Length.class, name = "length"),
        @Type(value = Statement.Regex.class, name = "regex"),
        @Type(value = Statement.Sql.class, name = "sql"),
        @Type(value = Statement.Script.class, name = "script"),
        @Type(value = Statement.Country.class, name = "country"),
        @Type(value = Statement.Addresses.class, name = "addresses"),
        @Type(value = Statement.Label.class, name = "label"),
        @Type(value = Statement.Rate.class, name = "rate"),
        @Type(value = Statement.All.class, name = "all"),
        @Type(value = Statement.Any.class, name = "any"),
        @Type(value = Statement.Not.class, name = "not")
    })
    interface OfStatement {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = TYPE)
    @JsonSubTypes({
        @Type(value = Component.Path.class, name = "path"),
        @Type(value = Component.Query.class, name = "query"),
        @Type(value = Component.Method.class, name = "method"),
        @Type(value = Component.Header.class, name = "header"),
        @Type(value = Component.Argument.class, name = "argument"),
        @Type(value = Component.Arguments.class, name = "arguments"),
        @Type(value = Component.Cookie.class, name = "cookie"),
        @Type(value = Component.Headers.class, name = "headers"),
        @Type(value = Component.Cookies.class, name = "cookies"),
        @Type(value = Component.HeaderOrder.class, name = "headerOrder"),
        @Type(value = Component.Content.class, name = "content"),
        @Type(value = Component.Json.class, name = "json")
    })
    interface OfComponent {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = TYPE)
    @JsonSubTypes({
        @Type(value = RuleAction.Allow.class, name = "allow"),
        @Type(value = RuleAction.Count.class, name = "count"),
        @Type(value = RuleAction.Block.class, name = "block")
    })
    interface OfAction {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = TYPE)
    @JsonSubTypes({
        @Type(value = RateKey.Address.class, name = "address"),
        @Type(value = RateKey.ForwardedAddress.class, name = "forwardedAddress"),
        @Type(value = RateKey.Part.class, name = "part"),
        @Type(value = RateKey.Labels.class, name = "labels")
    })
    interface OfRateKey {}
}
