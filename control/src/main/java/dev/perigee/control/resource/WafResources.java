package dev.perigee.control.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.Tables.Row;
import dev.perigee.control.waf.Invalid;
import dev.perigee.control.waf.Members;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Create, get, list, update and delete, which are the same for all four kinds of resources. */
final class WafResources {
    private static final String NAME = "[\\w-]+";
    private static final int NAME_MAX = 128;
    private static final int LIST_MAX = 100;

    private final Store store;
    private final Settings settings;
    private final WafTags tags;
    private final WafShapes shapes;

    WafResources(Store store, Settings settings, WafTags tags) {
        this.store = store;
        this.settings = settings;
        this.tags = tags;
        this.shapes = new WafShapes(settings.accountId());
    }

    /** The answer, or null when the operation is none on this kind. */
    @Nullable
    ObjectNode handle(String operation, WafKind kind, Members given) throws Refused {
        Members input = new Members(given.node(), kind.field);
        if (operation.equals("Create" + kind.word)) return create(kind, input);
        if (operation.equals("Get" + kind.word)) return get(kind, input);
        if (operation.equals("List" + kind.list)) return list(kind, input);
        if (operation.equals("Update" + kind.word)) return update(kind, input);
        if (operation.equals("Delete" + kind.word)) return delete(kind, input);
        return null;
    }

    private ObjectNode create(WafKind kind, Members input) throws Refused {
        requireScope(input);
        String name = input.text("Name", NAME, NAME_MAX);
        List<WafTags.Tag> given = WafTags.given(input);
        String id = UUID.randomUUID().toString();
        String arn = kind.arn(settings.accountId(), name, id);
        return store.write(tables -> {
            WafOperations.checkRoom(tables.count(kind.kind), kind);
            if (tables.named(kind.kind, name) != null) {
                throw new Refused(
                        "WAFDuplicateItemException",
                        "AWS WAF couldn't perform the operation because some resource in your request is a duplicate of an "
                                + "existing one: the " + kind.word + " " + name + ".");
            }
            ObjectNode body = shapes.created(tables, kind, input, id, arn);
            Instant now = settings.clock().instant();
            Row row = new Row(
                    id, name, null, tables.advance(), UUID.randomUUID().toString(), WafStore.text(body), now, now);
            tables.insert(kind.kind, row);
            tags.put(tables, arn, given);
            return WafOperations.object().set("Summary", summary(row));
        });
    }

    private static void requireScope(Members input) throws Refused {
        input.text("Scope");
    }

    private static ObjectNode summary(Row row) {
        JsonNode body = WafStore.body(row);
        ObjectNode summary = WafOperations.object().put("Name", row.name()).put("Id", row.id());
        summary.put("Description", body.path("Description").asText(""));
        return summary.put("LockToken", row.etag()).put("ARN", body.path("ARN").asText());
    }

    private Row existing(Tables tables, WafKind kind, Members input) throws Refused, SQLException {
        String id = input.text("Id");
        Row row = tables.find(kind.kind, id);
        if (row == null || !row.name().equals(input.text("Name"))) {
            throw WafErrors.missing(kind.word + " " + input.text("Name") + " " + id);
        }
        return row;
    }

    private ObjectNode get(WafKind kind, Members input) throws Refused {
        input.only("Name", "Scope", "Id", "ARN");
        Row row = store.read(tables -> {
            if (input.has("ARN")) return WafStore.required(tables, kind, input.text("ARN"));
            requireScope(input);
            return existing(tables, kind, input);
        });
        ObjectNode output = WafOperations.object();
        output.set(kind.word, WafStore.body(row));
        return output.put("LockToken", row.etag());
    }

    private ObjectNode list(WafKind kind, Members input) throws Refused {
        requireScope(input.only("Scope", "NextMarker", "Limit"));
        int limit = input.has("Limit") ? (int) input.number("Limit", 1, LIST_MAX) : LIST_MAX;
        String marker = input.text("NextMarker", "");
        List<Row> rows = store.read(tables -> tables.page(kind.kind, marker, limit + 1));
        ObjectNode output = WafOperations.object();
        ArrayNode summaries = output.putArray(kind.list);
        for (Row row : rows.subList(0, Math.min(limit, rows.size()))) summaries.add(summary(row));
        if (rows.size() > limit) output.put("NextMarker", rows.get(limit - 1).id());
        return output;
    }

    private ObjectNode update(WafKind kind, Members input) throws Refused {
        requireScope(input);
        String next = UUID.randomUUID().toString();
        store.write(tables -> {
            Row old = existing(tables, kind, input);
            WafOperations.checkToken(input, old.etag());
            ObjectNode body = shapes.updated(tables, kind, input, WafStore.body(old));
            long revision = tables.advance();
            Instant now = settings.clock().instant();
            tables.replace(
                    kind.kind,
                    new Row(old.id(), old.name(), null, revision, next, WafStore.text(body), old.created(), now));
            String arn = body.path("ARN").asText();
            Set<String> affected = new HashSet<>(WafStore.referring(tables, arn));
            affected.add(arn);
            recheck(tables, affected);
            Distributions.touch(tables, WafStore.distributions(tables, affected), revision);
            return revision;
        });
        return WafOperations.object().put("NextLockToken", next);
    }

    /** What refers to the changed resource must still hold together: a web ACL that no edge can read protects nothing. */
    private void recheck(Tables tables, Set<String> arns) throws Refused, SQLException {
        for (String arn : arns) {
            Row row = WafStore.find(tables, WafKind.WEB_ACL, arn);
            if (row == null) continue;
            WafStore.reader(tables, settings.accountId())
                    .webAcl(new Members(WafStore.body(row), WafKind.WEB_ACL.field), arn);
        }
    }

    private ObjectNode delete(WafKind kind, Members input) throws Refused {
        requireScope(input.only("Name", "Scope", "Id", "LockToken"));
        store.write(tables -> {
            Row old = existing(tables, kind, input);
            WafOperations.checkToken(input, old.etag());
            String arn = WafStore.body(old).path("ARN").asText();
            for (String by : WafStore.referring(tables, arn)) throw WafErrors.inUse(arn, by);
            for (Row user : WafStore.distributions(tables, Set.of(arn))) throw WafErrors.inUse(arn, user.id());
            tables.delete(kind.kind, old.id());
            tables.update("DELETE FROM tags WHERE arn = ?", arn);
            return tables.advance();
        });
        return WafOperations.object();
    }

    /** A description, if there is one, in the form that AWS WAF takes. */
    static String description(Members input) throws Refused {
        String text = input.text("Description", "");
        Invalid.unless(
                text.isEmpty() || (text.length() <= 256 && text.matches("[\\w+=:#@/\\-,.][\\w+=:#@/\\-,.\\s]*")),
                input.field(),
                text,
                "A Description has 1 to 256 letters, digits, spaces and some signs");
        return text;
    }
}
