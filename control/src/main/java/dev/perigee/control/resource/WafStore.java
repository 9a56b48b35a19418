package dev.perigee.control.resource;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import dev.perigee.control.waf.ManagedGroups;
import dev.perigee.control.waf.Members;
import dev.perigee.control.waf.References;
import dev.perigee.control.waf.RuleGroup;
import dev.perigee.control.waf.WebAclReader;
import dev.perigee.core.firewall.WebAcl;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** AWS WAF's resources at rest: the body of a row is what the API shows of it; its ETag is the lock token. */
final class WafStore {
    private static final Logger LOG = LoggerFactory.getLogger(WafStore.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    static final ManagedGroups MANAGED = ManagedGroups.shipped();

    private WafStore() {}

    static ObjectNode body(Row row) {
        try {
            return (ObjectNode) JSON.readTree(row.body());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a resource at rest cannot be read: " + row.id(), e);
        }
    }

    static String text(JsonNode body) {
        try {
            return JSON.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can be written", e);
        }
    }

    /** The resource with this ARN, if there is one. */
    static @Nullable Row find(Tables tables, WafKind kind, String arn) throws SQLException {
        Row row = tables.find(kind.kind, arn.substring(arn.lastIndexOf('/') + 1));
        return row != null && body(row).path("ARN").asText().equals(arn) ? row : null;
    }

    static Row required(Tables tables, WafKind kind, String arn) throws Refused, SQLException {
        Row row = find(tables, kind, arn);
        if (row == null) throw WafErrors.missing(arn);
        return row;
    }

    /** What reads web ACLs and rule groups, as the tables stand. */
    static WebAclReader reader(Tables tables, String accountId) {
        return new WebAclReader(accountId, new InTables(tables, accountId), MANAGED);
    }

    private record InTables(Tables tables, String accountId) implements References {
        @Override
        public List<String> addresses(String arn) throws Refused {
            return texts(row(WafKind.IP_SET, arn), "Addresses", null);
        }

        @Override
        public List<String> expressions(String arn) throws Refused {
            return texts(row(WafKind.REGEX_SET, arn), "RegularExpressionList", "RegexString");
        }

        @Override
        public RuleGroup group(String arn) throws Refused {
            Members given = new Members(body(row(WafKind.RULE_GROUP, arn)), WafKind.RULE_GROUP.field);
            return reader(tables, accountId).ruleGroup(given, given.number("Capacity", 1, WebAclReader.CAPACITY_MAX));
        }

        private Row row(WafKind kind, String arn) throws Refused {
            try {
                return required(tables, kind, arn);
            } catch (SQLException e) {
                throw new StoreFailure(e);
            }
        }

        private static List<String> texts(Row row, String list, @Nullable String member) {
            List<String> texts = new ArrayList<>();
            for (JsonNode each : body(row).path(list)) {
                texts.add((member == null ? each : each.path(member)).asText());
            }
            return texts;
        }
    }

    /** The web ACLs that distributions use, as plans have them. */
    static List<WebAcl> webAcls(Tables tables, String accountId) throws SQLException {
        Set<String> used = new HashSet<>();
        for (Row row : tables.all(Kind.DISTRIBUTION)) {
            String id = Distributions.configOf(row).webACLId();
            if (id != null && !id.isEmpty()) used.add(id);
        }
        List<WebAcl> found = new ArrayList<>();
        if (used.isEmpty()) return found;
        WebAclReader reader = reader(tables, accountId);
        for (String arn : used.stream().sorted().toList()) {
            Row row = find(tables, WafKind.WEB_ACL, arn);
            if (row == null) continue;
            try {
                found.add(reader.webAcl(new Members(body(row), WafKind.WEB_ACL.field), arn)
                        .acl());
            } catch (Refused e) {
                // The distributions that use it stay as they were.
                LOG.error("web ACL {} cannot be read: {}", arn, e.text());
            }
        }
        return found;
    }

    /** What refers to this ARN, directly or through a rule group, by ARN. */
    static Set<String> referring(Tables tables, String arn) throws SQLException {
        Set<String> all = new HashSet<>(Set.of(arn));
        for (WafKind kind : List.of(WafKind.RULE_GROUP, WafKind.WEB_ACL)) {
            for (Row row : tables.all(kind.kind)) {
                Set<String> mentioned = new HashSet<>();
                mentions(body(row).path("Rules"), mentioned);
                if (mentioned.stream().anyMatch(all::contains))
                    all.add(body(row).path("ARN").asText());
            }
        }
        all.remove(arn);
        return all;
    }

    private static void mentions(JsonNode node, Set<String> into) {
        if (node.path("ARN").isTextual()) into.add(node.path("ARN").textValue());
        for (JsonNode each : node) mentions(each, into);
    }

    /** The distributions behind these web ACLs. */
    static List<Row> distributions(Tables tables, Set<String> webAcls) throws SQLException {
        return Distributions.using(tables, config -> config.webACLId() != null && webAcls.contains(config.webACLId()));
    }
}
