package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;
import static dev.perigee.control.resource.LambdaInput.number;
import static dev.perigee.control.resource.LambdaInput.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.control.api.FunctionUrls;
import dev.perigee.control.api.LambdaApi.Answer;
import dev.perigee.control.api.LambdaApi.Question;
import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.LambdaInput.Target;
import dev.perigee.control.resource.LambdaUrl.Cors;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import dev.perigee.core.http.Fields;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Function URLs: what the API says about them, and what is behind them. */
final class LambdaUrls implements FunctionUrls {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String REGION = "us-east-1";
    private static final int VALUES_MAX = 100;
    private static final int METHODS_MAX = 6;
    private static final int AGE_MAX = 86_400;
    private static final String MISSING = "The resource you requested does not exist.";

    private final Store store;
    private final Settings settings;
    private final LambdaRows rows;
    private final LambdaInvocations invocations;

    LambdaUrls(Store store, Settings settings, LambdaRows rows, LambdaInvocations invocations) {
        this.store = store;
        this.settings = settings;
        this.rows = rows;
        this.invocations = invocations;
    }

    /** Takes away the URLs of what is taken away. */
    static void forget(Tables tables, String function, @Nullable String alias) throws SQLException {
        for (LambdaUrl url : LambdaUrl.all(tables, function)) {
            if (alias == null || url.alias().equals(alias)) tables.delete(Kind.LAMBDA_URL, url.id());
        }
    }

    Answer create(Question question) throws Refused {
        JsonNode given = LambdaInput.json(question.body());
        boolean signed = signed(text(given, "AuthType", ""));
        Cors cors = cors(given.path("Cors"));
        checkMode(given);
        return LambdaRows.answer(201, store.write(tables -> {
            Target target = existing(tables, question);
            unless(
                    LambdaUrl.of(tables, target.name(), target.qualifier()) == null,
                    "EntityAlreadyExists",
                    "Failed to create function url config for [functionArn = " + arn(target)
                            + "]. Error message: FunctionUrlConfig exists for this Lambda function");
            String id = settings.ids().functionUrl(candidate -> tables.find(Kind.LAMBDA_URL, candidate) != null);
            String now = rows.now();
            LambdaUrl made = new LambdaUrl(id, target.name(), target.qualifier(), signed, cors, now, now);
            tables.insert(Kind.LAMBDA_URL, row(tables, made));
            ObjectNode shown = shown(made, question);
            shown.remove("LastModifiedTime");
            return shown;
        }));
    }

    Answer get(Question question) throws Refused {
        return LambdaRows.answer(200, store.read(tables -> shown(found(tables, question), question)));
    }

    Answer update(Question question) throws Refused {
        JsonNode given = LambdaInput.json(question.body());
        checkMode(given);
        return LambdaRows.answer(200, store.write(tables -> {
            LambdaUrl old = found(tables, question);
            String access = text(given, "AuthType", "");
            JsonNode cors = given.path("Cors");
            LambdaUrl made = new LambdaUrl(
                    old.id(),
                    old.function(),
                    old.alias(),
                    access.isEmpty() ? old.signed() : signed(access),
                    cors.isMissingNode() ? old.cors() : cors(cors),
                    old.created(),
                    rows.now());
            tables.replace(Kind.LAMBDA_URL, row(tables, made));
            return shown(made, question);
        }));
    }

    Answer delete(Question question) throws Refused {
        store.write(tables -> {
            LambdaUrl old = found(tables, question);
            tables.delete(Kind.LAMBDA_URL, old.id());
            return old;
        });
        return new Answer(204, Fields.EMPTY, new byte[0]);
    }

    Answer list(Question question) throws Refused {
        Target target = rows.target(question);
        List<JsonNode> found = store.read(tables -> {
            rows.existing(tables, target.name(), LambdaVersion.LATEST);
            List<JsonNode> items = new ArrayList<>();
            for (LambdaUrl url : LambdaUrl.all(tables, target.name())) items.add(shown(url, question));
            return items;
        });
        return LambdaRows.page("FunctionUrlConfigs", found, question);
    }

    /** What is to have the URL, or has it: a function or an alias of it. */
    private Target existing(Tables tables, Question question) throws Refused, SQLException {
        Target target = rows.target(question);
        String alias = target.qualifier().equals(LambdaVersion.LATEST) ? "" : target.qualifier();
        unless(
                !alias.matches("[0-9]+"),
                "ValidationException",
                "1 validation error detected: Value '" + alias + "' at 'qualifier' failed to satisfy constraint: a"
                        + " function URL is of a function or of an alias, not of a version");
        LambdaVersion latest = rows.existing(tables, target.name(), LambdaVersion.LATEST);
        unless(alias.isEmpty() || latest.aliases().containsKey(alias), "EntityNotFound", MISSING);
        return new Target(target.name(), alias);
    }

    private LambdaUrl found(Tables tables, Question question) throws Refused, SQLException {
        Target target = existing(tables, question);
        LambdaUrl found = LambdaUrl.of(tables, target.name(), target.qualifier());
        if (found == null) throw new Refused("EntityNotFound", MISSING);
        return found;
    }

    private static boolean signed(String access) throws Refused {
        return switch (access) {
            case "AWS_IAM" -> true;
            case "NONE" -> false;
            default ->
                throw new Refused(
                        "ValidationException",
                        "1 validation error detected: Value '" + access
                                + "' at 'authType' failed to satisfy constraint: Member must satisfy enum value set:"
                                + " [NONE, AWS_IAM]");
        };
    }

    private static void checkMode(JsonNode given) throws Refused {
        String mode = text(given, "InvokeMode", "BUFFERED");
        unless(
                mode.equals("BUFFERED"),
                "InvalidArgument",
                "The InvokeMode " + mode
                        + " cannot be had here: what a function returns is taken whole. Use BUFFERED.");
    }

    private static @Nullable Cors cors(JsonNode given) throws Refused {
        if (given.isMissingNode() || given.isNull() || given.isEmpty()) return null;
        unless(given.isObject(), "InvalidArgument", "Cors must be an object.");
        return new Cors(
                given.path("AllowCredentials").asBoolean(),
                values(given, "AllowHeaders", VALUES_MAX),
                values(given, "AllowMethods", METHODS_MAX),
                values(given, "AllowOrigins", VALUES_MAX),
                values(given, "ExposeHeaders", VALUES_MAX),
                number(given, "MaxAge", 0, 0, AGE_MAX));
    }

    private static List<String> values(JsonNode given, String key, int max) throws Refused {
        List<String> values = new ArrayList<>();
        for (JsonNode each : given.path(key)) {
            unless(
                    each.isTextual() && each.textValue().matches("[!-~]{1,1024}"),
                    "ValidationException",
                    "The Cors has a value in " + key + " that is not one of a header.");
            values.add(each.textValue());
        }
        unless(values.size() <= max, "ValidationException", "The Cors has more than " + max + " " + key + ".");
        return values;
    }

    private Row row(Tables tables, LambdaUrl url) throws SQLException {
        var now = settings.clock().instant();
        return new Row(
                url.id(), url.name(), null, tables.revision(), settings.ids().etag(), url.body(), now, now);
    }

    private String arn(Target target) {
        String arn = "arn:aws:lambda:" + REGION + ":" + settings.accountId() + ":function:" + target.name();
        return target.qualifier().isEmpty() ? arn : arn + ":" + target.qualifier();
    }

    /** The URL is one that leads here: to the port that the API was asked at. */
    private ObjectNode shown(LambdaUrl url, Question question) {
        String host = question.headers().first("Host");
        int colon = host == null ? -1 : host.lastIndexOf(':');
        String port = host == null || colon < host.indexOf(']') || colon < 0 ? "" : host.substring(colon);
        ObjectNode shown = JSON.createObjectNode()
                .put("FunctionUrl", "http://" + url.id() + ".lambda-url." + REGION + ".localhost" + port + "/")
                .put("FunctionArn", arn(new Target(url.function(), url.alias())))
                .put("AuthType", url.signed() ? "AWS_IAM" : "NONE")
                .put("CreationTime", url.created())
                .put("LastModifiedTime", url.modified())
                .put("InvokeMode", "BUFFERED");
        Cors cors = url.cors();
        if (cors == null) return shown;
        ObjectNode of = shown.putObject("Cors");
        of.put("AllowCredentials", cors.allowCredentials());
        put(of, "AllowHeaders", cors.allowHeaders());
        put(of, "AllowMethods", cors.allowMethods());
        put(of, "AllowOrigins", cors.allowOrigins());
        put(of, "ExposeHeaders", cors.exposeHeaders());
        of.put("MaxAge", cors.maxAge());
        return shown;
    }

    private static void put(ObjectNode of, String key, List<String> values) {
        if (!values.isEmpty()) values.forEach(of.putArray(key)::add);
    }

    @Override
    public Access access(String id) throws Refused {
        LambdaUrl url = store.read(tables -> LambdaUrl.find(tables, id));
        if (url == null) return Access.NONE;
        return url.signed() ? Access.SIGNED : Access.ANYBODY;
    }

    @Override
    public @Nullable Answer preflight(String id, Fields headers) throws Refused {
        LambdaUrl url = store.read(tables -> LambdaUrl.find(tables, id));
        return url == null || url.cors() == null ? null : UrlCors.preflight(url.cors(), headers);
    }

    private record Behind(LambdaUrl url, LambdaVersion version) {}

    @Override
    public Answer call(Visit visit) throws Refused {
        Behind behind = store.read(tables -> {
            LambdaUrl url = LambdaUrl.find(tables, visit.id());
            if (url == null) throw new Refused("EntityNotFound", "There is no function URL " + visit.id() + " here.");
            String qualifier = url.alias().isEmpty() ? LambdaVersion.LATEST : url.alias();
            return new Behind(url, rows.resolved(tables, url.function(), qualifier));
        });
        byte[] event = UrlEvent.of(visit, settings.accountId(), settings.clock().instant());
        Answer answer = UrlAnswer.of(invocations.outcome(behind.version(), event, visit.requestId()));
        Cors cors = behind.url().cors();
        return cors == null ? answer : UrlCors.added(cors, visit.headers(), answer);
    }
}
