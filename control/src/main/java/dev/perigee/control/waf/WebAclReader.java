package dev.perigee.control.waf;

import dev.perigee.control.api.Refused;
import dev.perigee.core.firewall.RuleAction;
import dev.perigee.core.firewall.WebAcl;

/** Reads web ACLs and rule groups whole. */
public final class WebAclReader {
    /** In web ACL capacity units: what AWS WAF allows. */
    public static final long CAPACITY_MAX = 5000;

    private final String accountId;
    private final References references;
    private final ManagedGroups managed;

    public WebAclReader(String accountId, References references, ManagedGroups managed) {
        this.accountId = accountId;
        this.references = references;
        this.managed = managed;
    }

    /** A web ACL and what it costs. */
    public record Read(WebAcl acl, long capacity) {}

    /** A web ACL, given with the members of CreateWebACL. */
    public Read webAcl(Members given, String arn) throws Refused {
        String name = given.text("Name", RuleReader.ENTITY, RuleReader.NAME_MAX);
        RuleReader.Visibility visibility = RuleReader.Visibility.of(given);
        ActionReader actions = ActionReader.of(given);
        RuleAction fallback = actions.fallback(given);
        RuleReader.Rules rules = RuleReader.ofWebAcl(given, references, managed, webAclNamespace(name), actions);
        checkCapacity(rules.capacity(), CAPACITY_MAX);
        WebAcl acl = new WebAcl(
                arn, visibility.metric(), visibility.sampled(), fallback, rules.steps(), inspectedOctets(given));
        return new Read(acl, rules.capacity());
    }

    /** What these rules would cost in a web ACL. */
    public long capacity(Members given) throws Refused {
        ActionReader actions = ActionReader.withAnyBody();
        return RuleReader.ofWebAcl(given, references, managed, webAclNamespace("none"), actions)
                .capacity();
    }

    /**
     * A rule group.
     *
     * @param given with the members of CreateRuleGroup
     */
    public RuleGroup ruleGroup(Members given, long capacity) throws Refused {
        String name = given.text("Name", RuleReader.ENTITY, RuleReader.NAME_MAX);
        RuleReader.Visibility.of(given);
        RuleReader.Rules rules =
                RuleReader.inGroup(given, references, ruleGroupNamespace(name), ActionReader.of(given));
        checkCapacity(rules.capacity(), capacity);
        return new RuleGroup(name, capacity, RuleReader.ofGroup(rules));
    }

    public String webAclNamespace(String name) {
        return "awswaf:" + accountId + ":webacl:" + name + ":";
    }

    public String ruleGroupNamespace(String name) {
        return "awswaf:" + accountId + ":rulegroup:" + name + ":";
    }

    private static void checkCapacity(long used, long allowed) throws Refused {
        Refused.unless(
                used <= allowed,
                "WAFLimitsExceededException",
                "AWS WAF couldn't perform the operation because the rules take " + used
                        + " web ACL capacity units, more than " + allowed + ".");
    }

    private static int inspectedOctets(Members given) throws Refused {
        String usual = "KB_16";
        String limit = usual;
        if (given.has("AssociationConfig")) {
            Members config =
                    given.object("AssociationConfig", "ASSOCIATION_CONFIG").only("RequestBody");
            if (config.has("RequestBody")) {
                Members body = config.object("RequestBody").only("CLOUDFRONT");
                if (body.has("CLOUDFRONT")) {
                    limit = body.object("CLOUDFRONT")
                            .only("DefaultSizeInspectionLimit")
                            .text("DefaultSizeInspectionLimit");
                }
            }
        }
        return switch (limit) {
            case "KB_16" -> 16 << 10;
            case "KB_32" -> 32 << 10;
            case "KB_48" -> 48 << 10;
            case "KB_64" -> 64 << 10;
            default ->
                throw Invalid.parameter(
                        "ASSOCIATION_CONFIG", limit, "The limit must be one of KB_16, KB_32, KB_48, KB_64");
        };
    }
}
