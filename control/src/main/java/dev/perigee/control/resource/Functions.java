package dev.perigee.control.resource;

import dev.perigee.control.api.Refused;
import dev.perigee.control.api.Xml;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import dev.perigee.core.plan.EdgeFunction;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.CreateFunctionRequest;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.FunctionAssociations;
import software.amazon.awssdk.services.cloudfront.model.FunctionStage;

/** CloudFront Functions at rest: a row a stage, whose body is the document that would create it. */
final class Functions {
    private static final String ROOT = "CreateFunctionRequest";

    private Functions() {}

    /** The kind of rows that a stage has. */
    static Kind kind(@Nullable String stage) {
        return FunctionStage.LIVE.toString().equals(stage) ? Kind.LIVE_FUNCTION : Kind.FUNCTION;
    }

    static List<EdgeFunction> live(Tables tables) throws SQLException {
        List<EdgeFunction> functions = new ArrayList<>();
        for (Row row : tables.all(Kind.LIVE_FUNCTION)) functions.add(compiled(row));
        return functions;
    }

    static EdgeFunction compiled(Row row) {
        CreateFunctionRequest given = content(row);
        EdgeFunction.JsRuntime runtime = EdgeFunction.JsRuntime.JS_1_0;
        for (EdgeFunction.JsRuntime each : EdgeFunction.JsRuntime.values()) {
            if (each.word().equals(given.functionConfig().runtimeAsString())) runtime = each;
        }
        // What is not UTF-8 is not refused, as broken source is not; it becomes the character for what is none.
        String source = new String(given.functionCode().asByteArrayUnsafe(), StandardCharsets.UTF_8);
        return new EdgeFunction(row.id(), runtime, source, KeyValueStores.of(given.functionConfig()));
    }

    static Row existing(Tables tables, Kind kind, String name) throws Refused, SQLException {
        Row row = tables.find(kind, name);
        if (row == null) {
            String stage = kind == Kind.LIVE_FUNCTION ? " in the stage LIVE" : "";
            throw new Refused("NoSuchFunctionExists", "The function " + name + " does not exist" + stage + ".");
        }
        return row;
    }

    static String body(CreateFunctionRequest content) {
        return Xml.write(ROOT, content);
    }

    static CreateFunctionRequest content(Row row) {
        return Xml.parse(row.body(), ROOT, CreateFunctionRequest.builder(), CreateFunctionRequest.class);
    }

    /** Whether a distribution has it run. */
    static Predicate<DistributionConfig> uses(String arn) {
        return config -> {
            if (names(config.defaultCacheBehavior().functionAssociations(), arn)) return true;
            for (CacheBehavior behavior : config.cacheBehaviors().items()) {
                if (names(behavior.functionAssociations(), arn)) return true;
            }
            return false;
        };
    }

    private static boolean names(@Nullable FunctionAssociations associations, String arn) {
        return associations != null && associations.items().stream().anyMatch(each -> arn.equals(each.functionARN()));
    }
}
