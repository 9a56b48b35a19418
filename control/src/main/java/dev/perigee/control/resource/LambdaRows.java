package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;
import static dev.perigee.control.resource.LambdaInput.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.control.api.LambdaApi.Answer;
import dev.perigee.control.api.LambdaApi.Question;
import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.LambdaInput.Target;
import dev.perigee.control.resource.LambdaVersion.Alias;
import dev.perigee.control.resource.Tables.Row;
import dev.perigee.core.http.Fields;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** Lambda functions as they are stored, and how those are found that a call means. */
final class LambdaRows {
    private static final int PAGE_MAX = 50;
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSS'+0000'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Store store;
    private final Settings settings;

    LambdaRows(Store store, Settings settings) {
        this.store = store;
        this.settings = settings;
    }

    String account() {
        return settings.accountId();
    }

    /** The marker is how many were shown before. */
    static Answer page(String key, List<JsonNode> items, Question question) throws Refused {
        String marker = question.query().getOrDefault("Marker", "0");
        String max = question.query().getOrDefault("MaxItems", "" + PAGE_MAX);
        unless(marker.matches("[0-9]{1,6}"), "InvalidArgument", "The Marker is not one that was given out.");
        unless(max.matches("[0-9]{1,5}") && !max.equals("0"), "InvalidArgument", "MaxItems must be 1 to 10000.");
        int from = Math.min(items.size(), Integer.parseInt(marker));
        int to = Math.min(items.size(), from + Math.min(PAGE_MAX, Integer.parseInt(max)));
        ObjectNode document = JSON.createObjectNode();
        ArrayNode shown = document.putArray(key);
        items.subList(from, to).forEach(shown::add);
        if (to < items.size()) document.put("NextMarker", Integer.toString(to));
        return answer(200, document);
    }

    Target target(Question question) throws Refused {
        return LambdaInput.target(
                settings.accountId(), question.name(), question.query().get("Qualifier"));
    }

    /** By what a version was asked for; empty when by nothing. */
    String qualifier(Question question) throws Refused {
        return target(question).qualifier();
    }

    /** The function as it is worked on, whatever version was asked for. */
    LambdaVersion unqualified(Question question) throws Refused {
        Target target = target(question);
        return store.read(tables -> existing(tables, target.name(), LambdaVersion.LATEST));
    }

    LambdaVersion version(Question question) throws Refused {
        Target target = target(question);
        String version = target.qualifier().isEmpty() ? LambdaVersion.LATEST : target.qualifier();
        return store.read(tables -> resolved(tables, target.name(), version));
    }

    /** @param qualifier the number of a version, or an alias of one */
    LambdaVersion resolved(Tables tables, String name, String qualifier) throws Refused, SQLException {
        LambdaVersion latest = LambdaVersion.find(tables, name, LambdaVersion.LATEST);
        Alias alias = latest == null ? null : latest.aliases().get(qualifier);
        return existing(tables, name, alias == null ? qualifier : alias.version());
    }

    LambdaVersion existing(Tables tables, String name, String version) throws Refused, SQLException {
        LambdaVersion found = LambdaVersion.find(tables, name, version);
        if (found != null) return found;
        String arn = "arn:aws:lambda:us-east-1:" + settings.accountId() + ":function:" + name;
        throw new Refused(
                "EntityNotFound",
                "Function not found: " + arn + (version.equals(LambdaVersion.LATEST) ? "" : ":" + version));
    }

    /** What is worked on, if it is as the caller believes. */
    LambdaVersion latest(Tables tables, Question question, JsonNode given) throws Refused, SQLException {
        LambdaVersion latest = existing(tables, target(question).name(), LambdaVersion.LATEST);
        String wanted = text(given, "RevisionId", "");
        unless(
                wanted.isEmpty() || wanted.equals(latest.revision()),
                "PreconditionFailed",
                "The RevisionId provided does not match the latest RevisionId. Call the GetFunction/GetAlias API to"
                        + " retrieve the latest RevisionId");
        return latest;
    }

    void insert(Tables tables, LambdaVersion made) throws SQLException {
        tables.insert(LambdaVersion.kind(made.version()), row(tables, made));
    }

    void replace(Tables tables, LambdaVersion made) throws SQLException {
        tables.replace(LambdaVersion.kind(made.version()), row(tables, made));
    }

    private Row row(Tables tables, LambdaVersion made) throws SQLException {
        var now = settings.clock().instant();
        return new Row(
                made.id(), made.id(), null, tables.revision(), settings.ids().etag(), made.body(), now, now);
    }

    String now() {
        return TIME.format(settings.clock().instant());
    }

    static String revision() {
        return UUID.randomUUID().toString();
    }

    static Answer answer(int status, JsonNode document) {
        return new Answer(status, Fields.EMPTY, document.toString().getBytes(StandardCharsets.UTF_8));
    }
}
