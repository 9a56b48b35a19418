package dev.perigee.control.resource;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import dev.perigee.core.plan.EdgeLambda;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One version of a Lambda function at rest. What is being worked on is the version {@code $LATEST}; its row also knows the number
 * of the newest published one.
 *
 * @param codeSha256 in hexadecimal, by which the package is kept
 * @param revision changes with every change
 * @param newest number of the newest version that was ever published
 * @param statements of the function's policy, by qualifier and statement id
 * @param tags of the function
 * @param aliases of the function, by name
 */
record LambdaVersion(
        String name,
        String version,
        String runtime,
        String role,
        String handler,
        String description,
        int timeout,
        int memory,
        String codeSha256,
        long codeSize,
        String modified,
        String revision,
        int newest,
        Map<String, Map<String, String>> statements,
        Map<String, String> tags,
        Map<String, Alias> aliases) {
    static final String LATEST = "$LATEST";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** A name for a version, which may change. */
    record Alias(String version, String description, String revision) {}

    LambdaVersion {
        statements = new TreeMap<>(statements);
        // Rows of earlier programs have neither.
        tags = tags == null ? Map.of() : new TreeMap<>(tags);
        aliases = aliases == null ? Map.of() : new TreeMap<>(aliases);
    }

    String id() {
        return version.equals(LATEST) ? name : name + ":" + version;
    }

    static Kind kind(String version) {
        return version.equals(LATEST) ? Kind.LAMBDA : Kind.LAMBDA_VERSION;
    }

    String body() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of texts and numbers", e);
        }
    }

    static LambdaVersion of(Row row) {
        try {
            return JSON.readValue(row.body(), LambdaVersion.class);
        } catch (JsonProcessingException e) {
            throw new StoreFailure(new SQLException("the Lambda function " + row.id() + " cannot be read", e));
        }
    }

    static @Nullable LambdaVersion find(Tables tables, String name, String version) throws SQLException {
        Row row = tables.find(kind(version), version.equals(LATEST) ? name : name + ":" + version);
        return row == null ? null : of(row);
    }

    /** All published versions of a function, the oldest first. */
    static List<LambdaVersion> published(Tables tables, String name) throws SQLException {
        List<LambdaVersion> all = new ArrayList<>();
        for (Row row : tables.all(Kind.LAMBDA_VERSION)) {
            if (row.id().startsWith(name + ":")) all.add(of(row));
        }
        all.sort((a, b) -> Integer.compare(Integer.parseInt(a.version()), Integer.parseInt(b.version())));
        return all;
    }

    String arn(String account) {
        return "arn:aws:lambda:us-east-1:" + account + ":function:" + name;
    }

    EdgeLambda compiled(String account) {
        return new EdgeLambda(arn(account) + ":" + version, runtime, handler, memory, timeout, codeSha256);
    }

    /** What plans may refer to. */
    static List<EdgeLambda> all(Tables tables, String account) throws SQLException {
        List<EdgeLambda> all = new ArrayList<>();
        for (Row row : tables.all(Kind.LAMBDA_VERSION)) all.add(of(row).compiled(account));
        return all;
    }

    LambdaVersion with(Map<String, Map<String, String>> others, String newRevision) {
        Change change = new Change(this);
        change.statements = others;
        change.revision = newRevision;
        return change.made();
    }

    LambdaVersion withTags(Map<String, String> others) {
        Change change = new Change(this);
        change.tags = others;
        return change.made();
    }

    LambdaVersion withAliases(Map<String, Alias> others) {
        Change change = new Change(this);
        change.aliases = others;
        return change.made();
    }

    LambdaVersion withCode(String sha256, long size, String when, String newRevision) {
        Change change = new Change(this);
        change.codeSha256 = sha256;
        change.codeSize = size;
        change.modified = when;
        change.revision = newRevision;
        return change.made();
    }

    /** What is being worked on, once this number is published. */
    LambdaVersion withNewest(int number) {
        Change change = new Change(this);
        change.newest = number;
        return change.made();
    }

    /** A version of this number. */
    LambdaVersion published(int number, String said, String when, String newRevision) {
        Change change = new Change(this);
        change.version = Integer.toString(number);
        change.description = said;
        change.modified = when;
        change.revision = newRevision;
        change.newest = number;
        change.statements = Map.of();
        change.tags = Map.of();
        change.aliases = Map.of();
        return change.made();
    }

    /** Another version that differs in what is set here. */
    private static final class Change {
        private final LambdaVersion of;
        private String version;
        private String description;
        private String codeSha256;
        private long codeSize;
        private String modified;
        private String revision;
        private int newest;
        private Map<String, Map<String, String>> statements;
        private Map<String, String> tags;
        private Map<String, Alias> aliases;

        Change(LambdaVersion of) {
            this.of = of;
            version = of.version;
            description = of.description;
            codeSha256 = of.codeSha256;
            codeSize = of.codeSize;
            modified = of.modified;
            revision = of.revision;
            newest = of.newest;
            statements = of.statements;
            tags = of.tags;
            aliases = of.aliases;
        }

        LambdaVersion made() {
            return new LambdaVersion(
                    of.name,
                    version,
                    of.runtime,
                    of.role,
                    of.handler,
                    description,
                    of.timeout,
                    of.memory,
                    codeSha256,
                    codeSize,
                    modified,
                    revision,
                    newest,
                    statements,
                    tags,
                    aliases);
        }
    }

    /** Whether publishing it again would give the same. */
    boolean sameAs(LambdaVersion other) {
        return runtime.equals(other.runtime)
                && role.equals(other.role)
                && handler.equals(other.handler)
                && timeout == other.timeout
                && memory == other.memory
                && codeSha256.equals(other.codeSha256);
    }
}
