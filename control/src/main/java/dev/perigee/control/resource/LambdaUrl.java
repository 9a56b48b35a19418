package dev.perigee.control.resource;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The URL of a function, or of one of its aliases, at rest.
 *
 * @param alias empty for the function as it is worked on
 * @param signed whether requests must be signed (AWS_IAM)
 * @param cors what browsers on other sites may do; null for nothing
 */
record LambdaUrl(
        String id,
        String function,
        String alias,
        boolean signed,
        @Nullable Cors cors,
        String created,
        String modified) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** As the API has it. */
    record Cors(
            boolean allowCredentials,
            List<String> allowHeaders,
            List<String> allowMethods,
            List<String> allowOrigins,
            List<String> exposeHeaders,
            int maxAge) {
        Cors {
            allowHeaders = List.copyOf(allowHeaders);
            allowMethods = List.copyOf(allowMethods);
            allowOrigins = List.copyOf(allowOrigins);
            exposeHeaders = List.copyOf(exposeHeaders);
        }
    }

    static @Nullable LambdaUrl find(Tables tables, String id) throws SQLException {
        Row row = tables.find(Kind.LAMBDA_URL, id);
        return row == null ? null : of(row);
    }

    static @Nullable LambdaUrl of(Tables tables, String function, String alias) throws SQLException {
        Row row = tables.named(Kind.LAMBDA_URL, function + ":" + alias);
        return row == null ? null : of(row);
    }

    static List<LambdaUrl> all(Tables tables, String function) throws SQLException {
        List<LambdaUrl> all = new ArrayList<>();
        for (Row row : tables.all(Kind.LAMBDA_URL)) {
            if (row.name().startsWith(function + ":")) all.add(of(row));
        }
        return all;
    }

    private static LambdaUrl of(Row row) {
        try {
            return JSON.readValue(row.body(), LambdaUrl.class);
        } catch (JsonProcessingException e) {
            throw new StoreFailure(new SQLException("the function URL " + row.id() + " cannot be read", e));
        }
    }

    String name() {
        return function + ":" + alias;
    }

    String body() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of texts and numbers", e);
        }
    }
}
