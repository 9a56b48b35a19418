package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.control.api.LambdaApi.Answer;
import dev.perigee.control.api.LambdaApi.Question;
import dev.perigee.control.api.Refused;
import dev.perigee.core.http.Fields;
import java.util.Map;
import java.util.TreeMap;

/** Tags of Lambda functions, which say something to their owners alone. */
final class LambdaTags {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int TAGS_MAX = 50;

    private final Store store;
    private final LambdaRows rows;

    LambdaTags(Store store, LambdaRows rows) {
        this.store = store;
        this.rows = rows;
    }

    /** Tags as a call gives them, or none. */
    static Map<String, String> of(JsonNode given) throws Refused {
        Map<String, String> tags = new TreeMap<>();
        for (Map.Entry<String, JsonNode> each : given.properties()) {
            String key = each.getKey();
            JsonNode value = each.getValue();
            unless(
                    !key.isEmpty() && key.length() <= 128 && !key.startsWith("aws:"),
                    "InvalidArgument",
                    "The key of a tag has 1 to 128 characters and does not begin with aws:.");
            unless(
                    value.isTextual() && value.textValue().length() <= 256,
                    "InvalidArgument",
                    "The value of a tag has at most 256 characters.");
            tags.put(key, value.textValue());
        }
        unless(tags.size() <= TAGS_MAX, "InvalidArgument", "There are more than " + TAGS_MAX + " tags.");
        return tags;
    }

    Answer add(Question question) throws Refused {
        Map<String, String> given = of(LambdaInput.json(question.body()).path("Tags"));
        return changed(question, tags -> tags.putAll(given));
    }

    Answer remove(Question question) throws Refused {
        return changed(question, tags -> tags.keySet().removeAll(question.tagKeys()));
    }

    private interface Change {
        void to(Map<String, String> tags);
    }

    private Answer changed(Question question, Change change) throws Refused {
        String name = name(question);
        store.write(tables -> {
            LambdaVersion latest = rows.existing(tables, name, LambdaVersion.LATEST);
            Map<String, String> tags = new TreeMap<>(latest.tags());
            change.to(tags);
            unless(tags.size() <= TAGS_MAX, "InvalidArgument", "There are more than " + TAGS_MAX + " tags.");
            rows.replace(tables, latest.withTags(tags));
            return tags.size();
        });
        return new Answer(204, Fields.EMPTY, new byte[0]);
    }

    Answer list(Question question) throws Refused {
        String name = name(question);
        return LambdaRows.answer(200, store.read(tables -> {
            ObjectNode document = JSON.createObjectNode();
            ObjectNode shown = document.putObject("Tags");
            rows.existing(tables, name, LambdaVersion.LATEST).tags().forEach(shown::put);
            return document;
        }));
    }

    private String name(Question question) throws Refused {
        LambdaInput.Target target = rows.target(question);
        unless(
                target.qualifier().isEmpty(),
                "InvalidArgument",
                "Tags on function aliases and versions are not supported. Please specify a function ARN.");
        return target.name();
    }
}
