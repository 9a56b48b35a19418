package dev.perigee.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts the rule against hotlinks into the web ACL of one distribution, or takes it out; the same again changes nothing. */
final class HotlinkProtection {
    private static final List<String> GIVEN_BACK =
            List.of("DefaultAction", "Description", "VisibilityConfig", "CustomResponseBodies", "AssociationConfig");

    private final SignedCall api;
    private final DistributionNames distribution;

    HotlinkProtection(SignedCall api, DistributionNames distribution) {
        this.api = api;
        this.distribution = distribution;
    }

    /** What was done. */
    record Done(@Nullable String webAcl, boolean changed) {}

    Done protect(List<String> domains, boolean strict) throws IOException {
        String arn = webAcl();
        if (arn.isEmpty()) {
            arn = created(domains, strict);
            String path = "/2020-05-31/distribution/" + distribution.id() + "/associate-web-acl";
            api.cloudFront("PUT", path, """
                            <AssociateDistributionWebACLRequest xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">\
                            <WebACLArn>%s</WebACLArn></AssociateDistributionWebACLRequest>""".formatted(arn));
            return new Done(arn, true);
        }
        requireOwn(arn);
        return new Done(arn, replaced(arn, domains, strict));
    }

    Done remove() throws IOException {
        String arn = webAcl();
        if (arn.isEmpty()) {
            JsonNode left = named(aclName());
            if (left != null) delete(left);
            return new Done(null, left != null);
        }
        JsonNode answer = get(arn);
        JsonNode acl = answer.path("WebACL");
        ArrayNode others = withoutRule(acl);
        boolean had = others.size() < acl.path("Rules").size();
        boolean ours = acl.path("Name").asText().equals(aclName()) && others.isEmpty();
        if (ours) {
            api.cloudFront("PUT", "/2020-05-31/distribution/" + distribution.id() + "/disassociate-web-acl", "");
            delete(get(arn));
            return new Done(null, true);
        }
        if (had) update(answer, others);
        return new Done(arn, had);
    }

    private String aclName() {
        return HotlinkRule.NAME + "-" + distribution.id();
    }

    private String webAcl() throws IOException {
        String xml = api.cloudFront("GET", "/2020-05-31/distribution/" + distribution.id() + "/config", "");
        return SignedCall.element(xml, "WebACLId");
    }

    private static ObjectNode scoped() {
        return JsonNodeFactory.instance.objectNode().put("Scope", "CLOUDFRONT");
    }

    /** A new web ACL with the rule alone, or the one that an earlier attempt has left. */
    private String created(List<String> domains, boolean strict) throws IOException {
        JsonNode left = named(aclName());
        if (left != null) {
            String arn = left.path("WebACL").path("ARN").asText();
            replaced(arn, domains, strict);
            return arn;
        }
        ObjectNode acl = scoped().put("Name", aclName());
        acl.put("Description", "Made by perigee protect-hotlinks");
        acl.putObject("DefaultAction").putObject("Allow");
        acl.putArray("Rules").add(rule(0, domains, strict));
        acl.putObject("VisibilityConfig")
                .put("SampledRequestsEnabled", true)
                .put("CloudWatchMetricsEnabled", true)
                .put("MetricName", aclName());
        return api.waf("CreateWebACL", acl).path("Summary").path("ARN").asText();
    }

    private @Nullable JsonNode named(String name) throws IOException {
        ObjectNode page = scoped();
        while (true) {
            JsonNode list = api.waf("ListWebACLs", page);
            for (JsonNode each : list.path("WebACLs")) {
                if (each.path("Name").asText().equals(name))
                    return get(each.path("ARN").asText());
            }
            if (!list.has("NextMarker")) return null;
            page.put("NextMarker", list.path("NextMarker").asText());
        }
    }

    private ObjectNode rule(int priority, List<String> domains, boolean strict) {
        List<String> own = new ArrayList<>(distribution.aliases());
        own.add(distribution.domain());
        // Edges answer to the name that it would have on CloudFront, too.
        own.add(distribution.domain().split("\\.", 2)[0] + ".cloudfront.net");
        return HotlinkRule.rule(priority, domains, own, strict);
    }

    private JsonNode get(String arn) throws IOException {
        String[] parts = arn.split("/", -1);
        ObjectNode input = scoped().put("Name", parts[parts.length - 2]).put("Id", parts[parts.length - 1]);
        return api.waf("GetWebACL", input);
    }

    /** A rule in a web ACL holds for all distributions that use it: those of others must not change with this one. */
    private void requireOwn(String arn) throws IOException {
        String path = "/2020-05-31/distributionsByWebACLId/" + URLEncoder.encode(arn, StandardCharsets.UTF_8);
        String users = SignedCall.element(api.cloudFront("GET", path, ""), "Quantity");
        if (!users.equals("1")) {
            throw new IOException("the web ACL " + arn + " of distribution " + distribution.id() + " decides for "
                    + users + " distributions; give this one a web ACL of its own, or none, and try again");
        }
    }

    private static ArrayNode withoutRule(JsonNode acl) {
        ArrayNode others = JsonNodeFactory.instance.arrayNode();
        for (JsonNode each : acl.path("Rules")) {
            if (!each.path("Name").asText().equals(HotlinkRule.NAME)) others.add(each);
        }
        return others;
    }

    /** Whether it was not like that before. */
    private boolean replaced(String arn, List<String> domains, boolean strict) throws IOException {
        JsonNode answer = get(arn);
        JsonNode acl = answer.path("WebACL");
        Set<Integer> taken = new HashSet<>();
        int priority = -1;
        for (JsonNode each : acl.path("Rules")) {
            boolean mine = each.path("Name").asText().equals(HotlinkRule.NAME);
            if (mine) priority = each.path("Priority").asInt();
            taken.add(each.path("Priority").asInt());
        }
        for (int free = 0; priority < 0; free++) {
            if (!taken.contains(free)) priority = free;
        }
        ObjectNode rule = rule(priority, domains, strict);
        for (JsonNode each : acl.path("Rules")) {
            if (Objects.equals(each.toString(), rule.toString())) return false;
        }
        update(answer, withoutRule(acl).add(rule));
        return true;
    }

    private void update(JsonNode answer, ArrayNode rules) throws IOException {
        JsonNode acl = answer.path("WebACL");
        ObjectNode input = named(acl, answer.path("LockToken").asText());
        for (String each : GIVEN_BACK) {
            if (acl.has(each)) input.set(each, acl.get(each));
        }
        input.set("Rules", rules);
        api.waf("UpdateWebACL", input);
    }

    private void delete(JsonNode answer) throws IOException {
        api.waf(
                "DeleteWebACL",
                named(answer.path("WebACL"), answer.path("LockToken").asText()));
    }

    private static ObjectNode named(JsonNode acl, String lockToken) {
        ObjectNode input = scoped().put("Name", acl.path("Name").asText());
        return input.put("Id", acl.path("Id").asText()).put("LockToken", lockToken);
    }
}
