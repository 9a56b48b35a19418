package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;
import static dev.perigee.control.resource.LambdaInput.number;
import static dev.perigee.control.resource.LambdaInput.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.control.api.FunctionUrls;
import dev.perigee.control.api.LambdaApi;
import dev.perigee.control.api.ObjectSource;
import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.LambdaInput.Target;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import dev.perigee.core.http.Fields;
import dev.perigee.lambda.BadPackage;
import dev.perigee.lambda.LambdaEngine;
import dev.perigee.lambda.RunLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The operations on Lambda functions, as far as Lambda@Edge needs them; running one is {@link LambdaInvocations}'. */
final class LambdaOperations implements LambdaApi {
    private static final int FUNCTIONS_MAX = 100;
    private static final int VERSIONS_MAX = 100;
    private static final int STATEMENTS_MAX = 50;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Store store;
    private final Settings settings;
    private final LambdaRows rows;
    private final LambdaAliases aliases;
    private final LambdaTags tags;
    private final @Nullable ObjectSource objects;
    private final LambdaEngine engine;
    private final LambdaInvocations invocations;
    private final LambdaUrls urls;
    /** Held while a package is kept of which no row knows yet. */
    private final ReentrantLock packages = new ReentrantLock();

    LambdaOperations(
            Store store, Settings settings, @Nullable ObjectSource objects, LambdaEngine engine, RunLog invoked) {
        this.store = store;
        this.settings = settings;
        this.rows = new LambdaRows(store, settings);
        this.aliases = new LambdaAliases(store, rows);
        this.tags = new LambdaTags(store, rows);
        this.objects = objects;
        this.engine = engine;
        this.invocations = new LambdaInvocations(engine, settings, invoked);
        this.urls = new LambdaUrls(store, settings, rows, invocations);
    }

    @Override
    public FunctionUrls urls() {
        return urls;
    }

    @Override
    public Answer handle(Question question) throws Refused {
        return switch (question.operation()) {
            case CREATE -> create(LambdaInput.json(question.body()));
            case LIST -> list(question);
            case GET -> get(question);
            case DELETE -> delete(question);
            case UPDATE_CODE -> updateCode(question);
            case GET_CONFIGURATION -> LambdaRows.answer(200, shown(rows.version(question), rows.qualifier(question)));
            case UPDATE_CONFIGURATION -> updateConfiguration(question);
            case PUBLISH -> publish(question);
            case LIST_VERSIONS -> versions(question);
            case ADD_PERMISSION -> addPermission(question);
            case GET_POLICY -> policy(question);
            case REMOVE_PERMISSION -> removePermission(question);
            case INVOKE -> invocations.invoke(rows.version(question), question);
            case CREATE_ALIAS -> aliases.create(question);
            case LIST_ALIASES -> aliases.list(question);
            case GET_ALIAS -> aliases.get(question);
            case UPDATE_ALIAS -> aliases.update(question);
            case DELETE_ALIAS -> aliases.delete(question);
            case CREATE_URL -> urls.create(question);
            case GET_URL -> urls.get(question);
            case UPDATE_URL -> urls.update(question);
            case DELETE_URL -> urls.delete(question);
            case LIST_URLS -> urls.list(question);
            case TAG -> tags.add(question);
            case UNTAG -> tags.remove(question);
            case LIST_TAGS -> tags.list(question);
            case GET_CONCURRENCY -> nothingOf(question);
            case GET_CODE_SIGNING ->
                LambdaRows.answer(
                        200,
                        JSON.createObjectNode()
                                .put("CodeSigningConfigArn", "")
                                .put("FunctionName", rows.version(question).name()));
        };
    }

    private Answer create(JsonNode given) throws Refused {
        LambdaInput.checkUnbuilt(given);
        Target target = LambdaInput.target(settings.accountId(), text(given, "FunctionName", ""), null);
        unless(target.qualifier().isEmpty(), "InvalidArgument", "The FunctionName cannot have a version.");
        boolean publish = given.path("Publish").asBoolean();
        byte[] zip = LambdaInput.code(given.path("Code"), objects);
        LambdaVersion made = new LambdaVersion(
                target.name(),
                LambdaVersion.LATEST,
                LambdaInput.runtime(text(given, "Runtime", ""), engine),
                LambdaInput.role(text(given, "Role", "")),
                LambdaInput.handler(text(given, "Handler", "")),
                LambdaInput.description(text(given, "Description", "")),
                number(given, "Timeout", 3, 1, 900),
                number(given, "MemorySize", 128, 128, 10_240),
                "",
                zip.length,
                rows.now(),
                LambdaRows.revision(),
                0,
                Map.of(),
                LambdaTags.of(given.path("Tags")),
                Map.of());
        return LambdaRows.answer(
                201,
                keeping(
                        zip,
                        sha256 -> store.write(tables -> {
                            unless(
                                    tables.find(Kind.LAMBDA, made.name()) == null,
                                    "EntityAlreadyExists",
                                    "Function already exist: " + made.name());
                            unless(
                                    tables.count(Kind.LAMBDA) < FUNCTIONS_MAX,
                                    "InvalidArgument",
                                    "There are " + FUNCTIONS_MAX + " functions already, which is the limit.");
                            LambdaVersion stored = made.withCode(sha256, zip.length, made.modified(), made.revision());
                            rows.insert(tables, stored);
                            return publish ? qualified(publish(tables, stored, "")) : shown(stored, "");
                        })));
    }

    /** Writes a row that refers to a package, which is kept before. */
    private interface Keeping {
        JsonNode write(String sha256) throws Refused;
    }

    private JsonNode keeping(byte[] zip, Keeping then) throws Refused {
        packages.lock();
        try {
            return then.write(engine.packages().put(zip));
        } catch (BadPackage e) {
            throw new Refused("InvalidArgument", e.text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            packages.unlock();
        }
    }

    /** Forgets packages that no version has any more. */
    private void tidy() {
        packages.lock();
        try {
            Set<String> kept = store.readUnrefused(tables -> {
                Set<String> names = new HashSet<>();
                for (Kind kind : List.of(Kind.LAMBDA, Kind.LAMBDA_VERSION)) {
                    for (Row row : tables.all(kind))
                        names.add(LambdaVersion.of(row).codeSha256());
                }
                return names;
            });
            engine.packages().keep(kept);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            packages.unlock();
        }
    }

    private Answer updateCode(Question question) throws Refused {
        JsonNode given = LambdaInput.json(question.body());
        LambdaInput.checkUnbuilt(given);
        byte[] zip = LambdaInput.code(given, objects);
        boolean dry = given.path("DryRun").asBoolean();
        JsonNode shown = keeping(
                zip,
                sha256 -> store.write(tables -> {
                    LambdaVersion old = rows.latest(tables, question, given);
                    LambdaVersion changed = old.withCode(sha256, zip.length, rows.now(), LambdaRows.revision());
                    if (dry) return shown(changed, "");
                    rows.replace(tables, changed);
                    return given.path("Publish").asBoolean()
                            ? qualified(publish(tables, changed, ""))
                            : shown(changed, "");
                }));
        tidy();
        return LambdaRows.answer(200, shown);
    }

    private Answer updateConfiguration(Question question) throws Refused {
        JsonNode given = LambdaInput.json(question.body());
        LambdaInput.checkUnbuilt(given);
        return LambdaRows.answer(200, store.write(tables -> {
            LambdaVersion old = rows.latest(tables, question, given);
            LambdaVersion changed = new LambdaVersion(
                    old.name(),
                    old.version(),
                    LambdaInput.runtime(text(given, "Runtime", old.runtime()), engine),
                    LambdaInput.role(text(given, "Role", old.role())),
                    LambdaInput.handler(text(given, "Handler", old.handler())),
                    LambdaInput.description(text(given, "Description", old.description())),
                    number(given, "Timeout", old.timeout(), 1, 900),
                    number(given, "MemorySize", old.memory(), 128, 10_240),
                    old.codeSha256(),
                    old.codeSize(),
                    rows.now(),
                    LambdaRows.revision(),
                    old.newest(),
                    old.statements(),
                    old.tags(),
                    old.aliases());
            rows.replace(tables, changed);
            return shown(changed, "");
        }));
    }

    private Answer publish(Question question) throws Refused {
        JsonNode given = LambdaInput.json(question.body());
        return LambdaRows.answer(201, store.write(tables -> {
            LambdaVersion latest = rows.latest(tables, question, given);
            String wanted = text(given, "CodeSha256", "");
            unless(
                    wanted.isEmpty() || wanted.equals(base64(latest.codeSha256())),
                    "InvalidArgument",
                    "CodeSHA256 (" + wanted + ") is different from current CodeSHA256 in $LATEST ("
                            + base64(latest.codeSha256()) + "). Please try again with the CodeSHA256 in $LATEST.");
            return qualified(publish(tables, latest, LambdaInput.description(text(given, "Description", ""))));
        }));
    }

    private LambdaVersion publish(Tables tables, LambdaVersion latest, String said) throws Refused, SQLException {
        LambdaVersion before = latest.newest() == 0
                ? null
                : LambdaVersion.find(tables, latest.name(), Integer.toString(latest.newest()));
        // Lambda publishes nothing twice.
        if (before != null && latest.sameAs(before)) return before;
        unless(
                LambdaVersion.published(tables, latest.name()).size() < VERSIONS_MAX,
                "InvalidArgument",
                "The function has " + VERSIONS_MAX + " versions already, which is the limit.");
        String description = said.isEmpty() ? latest.description() : said;
        LambdaVersion made = latest.published(latest.newest() + 1, description, rows.now(), LambdaRows.revision());
        rows.insert(tables, made);
        rows.replace(tables, latest.withNewest(latest.newest() + 1));
        return made;
    }

    private Answer get(Question question) throws Refused {
        LambdaVersion found = rows.version(question);
        ObjectNode document = JSON.createObjectNode();
        document.set("Configuration", shown(found, rows.qualifier(question)));
        document.putObject("Code").put("RepositoryType", "S3");
        ObjectNode named = document.putObject("Tags");
        rows.unqualified(question).tags().forEach(named::put);
        return LambdaRows.answer(200, document);
    }

    private Answer list(Question question) throws Refused {
        boolean all = "ALL".equals(question.query().get("FunctionVersion"));
        List<JsonNode> found = store.read(tables -> {
            List<JsonNode> items = new ArrayList<>();
            for (Row row : tables.all(Kind.LAMBDA)) {
                LambdaVersion latest = LambdaVersion.of(row);
                items.add(all ? qualified(latest) : shown(latest, ""));
                if (!all) continue;
                for (LambdaVersion each : LambdaVersion.published(tables, latest.name())) items.add(qualified(each));
            }
            return items;
        });
        return LambdaRows.page("Functions", found, question);
    }

    private Answer versions(Question question) throws Refused {
        Target target = rows.target(question);
        List<JsonNode> found = store.read(tables -> {
            List<JsonNode> items = new ArrayList<>();
            items.add(qualified(rows.existing(tables, target.name(), LambdaVersion.LATEST)));
            for (LambdaVersion each : LambdaVersion.published(tables, target.name())) items.add(qualified(each));
            return items;
        });
        return LambdaRows.page("Versions", found, question);
    }

    private Answer delete(Question question) throws Refused {
        Target target = rows.target(question);
        String qualifier = target.qualifier();
        unless(
                !qualifier.equals(LambdaVersion.LATEST),
                "InvalidArgument",
                "$LATEST version cannot be deleted without deleting the function.");
        store.write(tables -> {
            LambdaVersion latest = rows.existing(tables, target.name(), LambdaVersion.LATEST);
            List<LambdaVersion> all = LambdaVersion.published(tables, target.name());
            all.removeIf(each -> !qualifier.isEmpty() && !each.version().equals(qualifier));
            for (LambdaVersion each : all) {
                if (!qualifier.isEmpty()) LambdaAliases.checkUnnamed(latest, each.version());
                String arn = each.arn(settings.accountId()) + ":" + each.version();
                unless(
                        Distributions.using(tables, LambdaRules.uses(arn)).isEmpty(),
                        "InvalidArgument",
                        "Lambda was unable to delete " + arn + " because it is a replicated function. Please see our"
                                + " documentation for Deleting Lambda@Edge Functions and Replicas.");
            }
            for (LambdaVersion each : all) tables.delete(Kind.LAMBDA_VERSION, each.id());
            if (qualifier.isEmpty()) {
                tables.delete(Kind.LAMBDA, latest.id());
                LambdaUrls.forget(tables, latest.name(), null);
            }
            return all.size();
        });
        tidy();
        return new Answer(204, Fields.EMPTY, new byte[0]);
    }

    private Answer addPermission(Question question) throws Refused {
        JsonNode given = LambdaInput.json(question.body());
        Target target = rows.target(question);
        String sid = text(given, "StatementId", "");
        String action = text(given, "Action", "");
        String principal = text(given, "Principal", "");
        unless(sid.matches("[a-zA-Z0-9_-]{1,100}"), "ValidationException", "The StatementId is not valid.");
        unless(action.matches("lambda:[*a-zA-Z]+|\\*"), "ValidationException", "The Action is not valid.");
        unless(principal.matches("[^\\s\"]{1,256}"), "InvalidArgument", "The provided principal was invalid.");
        return LambdaRows.answer(201, store.write(tables -> {
            LambdaVersion latest = rows.existing(tables, target.name(), LambdaVersion.LATEST);
            String qualifier = checked(tables, target);
            Map<String, Map<String, String>> all = copy(latest.statements());
            Map<String, String> mine = all.computeIfAbsent(qualifier, _ -> new TreeMap<>());
            unless(
                    !mine.containsKey(sid),
                    "EntityAlreadyExists",
                    "The statement id (" + sid + ") provided already exists. Please provide a new statement id, or"
                            + " remove the existing statement.");
            unless(mine.size() < STATEMENTS_MAX, "InvalidArgument", "The policy has too many statements.");
            String resource =
                    latest.arn(settings.accountId()) + (qualifier.equals(LambdaVersion.LATEST) ? "" : ":" + qualifier);
            String statement = statement(given, sid, action, principal, resource);
            mine.put(sid, statement);
            rows.replace(tables, latest.with(all, LambdaRows.revision()));
            return JSON.createObjectNode().put("Statement", statement);
        }));
    }

    private static String statement(JsonNode given, String sid, String action, String principal, String resource)
            throws Refused {
        ObjectNode statement = JSON.createObjectNode().put("Sid", sid).put("Effect", "Allow");
        if (principal.equals("*")) statement.put("Principal", "*");
        else statement.putObject("Principal").put(principal.contains(".") ? "Service" : "AWS", principal);
        statement.put("Action", action).put("Resource", resource);
        String source = text(given, "SourceArn", "");
        String account = text(given, "SourceAccount", "");
        if (source.isEmpty() && account.isEmpty()) return statement.toString();
        ObjectNode condition = statement.putObject("Condition");
        if (!account.isEmpty()) condition.putObject("StringEquals").put("AWS:SourceAccount", account);
        if (!source.isEmpty()) condition.putObject("ArnLike").put("AWS:SourceArn", source);
        return statement.toString();
    }

    private Answer policy(Question question) throws Refused {
        Target target = rows.target(question);
        return LambdaRows.answer(200, store.read(tables -> {
            LambdaVersion latest = rows.existing(tables, target.name(), LambdaVersion.LATEST);
            Map<String, String> mine = latest.statements().getOrDefault(checked(tables, target), Map.of());
            unless(!mine.isEmpty(), "EntityNotFound", "The resource you requested does not exist.");
            String policy = "{\"Version\":\"2012-10-17\",\"Id\":\"default\",\"Statement\":["
                    + String.join(",", mine.values()) + "]}";
            return JSON.createObjectNode().put("Policy", policy).put("RevisionId", latest.revision());
        }));
    }

    private Answer removePermission(Question question) throws Refused {
        Target target = rows.target(question);
        store.write(tables -> {
            LambdaVersion latest = rows.existing(tables, target.name(), LambdaVersion.LATEST);
            Map<String, Map<String, String>> all = copy(latest.statements());
            Map<String, String> mine = all.getOrDefault(checked(tables, target), Map.of());
            unless(
                    mine.remove(question.part()) != null,
                    "EntityNotFound",
                    "Statement " + question.part() + " is not found in resource policy.");
            rows.replace(tables, latest.with(all, LambdaRows.revision()));
            return latest;
        });
        return new Answer(204, Fields.EMPTY, new byte[0]);
    }

    private static Map<String, Map<String, String>> copy(Map<String, Map<String, String>> statements) {
        Map<String, Map<String, String>> copy = new TreeMap<>();
        statements.forEach((qualifier, mine) -> copy.put(qualifier, new TreeMap<>(mine)));
        return copy;
    }

    /** The version that a policy is of, which is there. */
    private String checked(Tables tables, Target target) throws Refused, SQLException {
        String qualifier = target.qualifier().isEmpty() ? LambdaVersion.LATEST : target.qualifier();
        rows.resolved(tables, target.name(), qualifier);
        return qualifier;
    }

    /** What may be set at Lambda and never at its edges. */
    private Answer nothingOf(Question question) throws Refused {
        rows.version(question);
        return LambdaRows.answer(200, JSON.createObjectNode());
    }

    private static String base64(String hex) {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
    }

    private JsonNode qualified(LambdaVersion version) {
        return shown(version, version.version());
    }

    /** @param qualifier by which it was asked for: its number, an alias, or empty */
    private JsonNode shown(LambdaVersion version, String qualifier) {
        ObjectNode shown = JSON.createObjectNode()
                .put("FunctionName", version.name())
                .put("FunctionArn", version.arn(settings.accountId()) + (qualifier.isEmpty() ? "" : ":" + qualifier))
                .put("Runtime", version.runtime())
                .put("Role", version.role())
                .put("Handler", version.handler())
                .put("CodeSize", version.codeSize())
                .put("Description", version.description())
                .put("Timeout", version.timeout())
                .put("MemorySize", version.memory())
                .put("LastModified", version.modified())
                .put("CodeSha256", base64(version.codeSha256()))
                .put("Version", version.version())
                .put("RevisionId", version.revision())
                .put("State", "Active")
                .put("LastUpdateStatus", "Successful")
                .put("PackageType", "Zip");
        shown.putObject("TracingConfig").put("Mode", "PassThrough");
        shown.putArray("Architectures").add("x86_64");
        shown.putObject("EphemeralStorage").put("Size", 512);
        shown.putObject("SnapStart").put("ApplyOn", "None").put("OptimizationStatus", "Off");
        shown.putObject("LoggingConfig")
                .put("LogFormat", "Text")
                .put("LogGroup", "/aws/lambda/us-east-1." + version.name());
        return shown;
    }
}
