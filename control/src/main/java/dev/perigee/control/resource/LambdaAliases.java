package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;
import static dev.perigee.control.resource.LambdaInput.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.perigee.control.api.LambdaApi.Answer;
import dev.perigee.control.api.LambdaApi.Question;
import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.LambdaVersion.Alias;
import dev.perigee.core.http.Fields;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Names for versions of Lambda functions. Tools make them, and calls may use them; CloudFront wants numbers. */
final class LambdaAliases {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int ALIASES_MAX = 50;

    private final Store store;
    private final LambdaRows rows;

    LambdaAliases(Store store, LambdaRows rows) {
        this.store = store;
        this.rows = rows;
    }

    /** Refuses to take away a version that has a name. */
    static void checkUnnamed(LambdaVersion latest, String version) throws Refused {
        for (Map.Entry<String, Alias> each : latest.aliases().entrySet()) {
            unless(
                    !each.getValue().version().equals(version),
                    "EntityAlreadyExists",
                    "The version " + version + " has the alias " + each.getKey() + ".");
        }
    }

    Answer create(Question question) throws Refused {
        JsonNode given = LambdaInput.json(question.body());
        String name = text(given, "Name", "");
        unless(
                name.matches("[a-zA-Z0-9_-]{1,128}") && !name.matches("[0-9]+"),
                "ValidationException",
                "The Name of an alias has letters, digits, hyphens and underscores, and is no number.");
        return LambdaRows.answer(201, store.write(tables -> {
            LambdaVersion latest = latest(tables, question);
            unless(
                    !latest.aliases().containsKey(name),
                    "EntityAlreadyExists",
                    "Alias already exists: " + arn(latest, name));
            unless(
                    latest.aliases().size() < ALIASES_MAX,
                    "InvalidArgument",
                    "The function has " + ALIASES_MAX + " aliases already, which is the limit.");
            return put(tables, latest, name, given, null);
        }));
    }

    Answer update(Question question) throws Refused {
        JsonNode given = LambdaInput.json(question.body());
        return LambdaRows.answer(200, store.write(tables -> {
            LambdaVersion latest = latest(tables, question);
            Alias old = existing(latest, question.part());
            String wanted = text(given, "RevisionId", "");
            unless(
                    wanted.isEmpty() || wanted.equals(old.revision()),
                    "PreconditionFailed",
                    "The RevisionId provided does not match the latest RevisionId of the alias.");
            return put(tables, latest, question.part(), given, old);
        }));
    }

    private JsonNode put(Tables tables, LambdaVersion latest, String name, JsonNode given, @Nullable Alias old)
            throws Refused, SQLException {
        unless(
                given.path("RoutingConfig").path("AdditionalVersionWeights").isEmpty(),
                "InvalidArgument",
                "An alias of several versions cannot be had here: edges run the version that a distribution names.");
        String version = text(given, "FunctionVersion", old == null ? "" : old.version());
        unless(
                version.equals(LambdaVersion.LATEST) || version.matches("[0-9]{1,9}"),
                "ValidationException",
                "The FunctionVersion is not the number of a version.");
        rows.existing(tables, latest.name(), version);
        Alias made = new Alias(
                version,
                LambdaInput.description(text(given, "Description", old == null ? "" : old.description())),
                LambdaRows.revision());
        Map<String, Alias> all = new TreeMap<>(latest.aliases());
        all.put(name, made);
        rows.replace(tables, latest.withAliases(all));
        return shown(latest, name, made);
    }

    Answer get(Question question) throws Refused {
        return LambdaRows.answer(200, store.read(tables -> {
            LambdaVersion latest = latest(tables, question);
            return shown(latest, question.part(), existing(latest, question.part()));
        }));
    }

    Answer list(Question question) throws Refused {
        String version = question.query().getOrDefault("FunctionVersion", "");
        List<JsonNode> found = store.read(tables -> {
            LambdaVersion latest = latest(tables, question);
            List<JsonNode> items = new ArrayList<>();
            for (Map.Entry<String, Alias> each : latest.aliases().entrySet()) {
                if (version.isEmpty() || each.getValue().version().equals(version)) {
                    items.add(shown(latest, each.getKey(), each.getValue()));
                }
            }
            return items;
        });
        return LambdaRows.page("Aliases", found, question);
    }

    /** Of one that is not there, too. */
    Answer delete(Question question) throws Refused {
        store.write(tables -> {
            LambdaVersion latest = latest(tables, question);
            Map<String, Alias> all = new TreeMap<>(latest.aliases());
            if (all.remove(question.part()) != null) {
                rows.replace(tables, latest.withAliases(all));
                LambdaUrls.forget(tables, latest.name(), question.part());
            }
            return all.size();
        });
        return new Answer(204, Fields.EMPTY, new byte[0]);
    }

    private LambdaVersion latest(Tables tables, Question question) throws Refused, SQLException {
        return rows.existing(tables, rows.target(question).name(), LambdaVersion.LATEST);
    }

    private Alias existing(LambdaVersion latest, String name) throws Refused {
        Alias found = latest.aliases().get(name);
        if (found == null) throw new Refused("EntityNotFound", "Cannot find alias arn: " + arn(latest, name));
        return found;
    }

    private String arn(LambdaVersion latest, String name) {
        return latest.arn(rows.account()) + ":" + name;
    }

    private JsonNode shown(LambdaVersion latest, String name, Alias alias) {
        return JSON.createObjectNode()
                .put("AliasArn", arn(latest, name))
                .put("Name", name)
                .put("FunctionVersion", alias.version())
                .put("Description", alias.description())
                .put("RevisionId", alias.revision());
    }
}
