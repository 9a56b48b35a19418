package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Handlers;
import dev.perigee.control.api.ObjectSource;
import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.KeyValueStores.Contents;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.CreateKeyValueStoreRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateKeyValueStoreResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteKeyValueStoreRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteKeyValueStoreResponse;
import software.amazon.awssdk.services.cloudfront.model.DescribeKeyValueStoreRequest;
import software.amazon.awssdk.services.cloudfront.model.DescribeKeyValueStoreResponse;
import software.amazon.awssdk.services.cloudfront.model.KeyValueStore;
import software.amazon.awssdk.services.cloudfront.model.KeyValueStoreList;
import software.amazon.awssdk.services.cloudfront.model.ListKeyValueStoresRequest;
import software.amazon.awssdk.services.cloudfront.model.ListKeyValueStoresResponse;
import software.amazon.awssdk.services.cloudfront.model.Tag;
import software.amazon.awssdk.services.cloudfront.model.UpdateKeyValueStoreRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateKeyValueStoreResponse;

/** The operations on key value stores; those on what is in them are {@link KeyOperations}. */
final class KeyValueStoreOperations {
    /** An import is over when its store is there, so a store is never in another state. */
    static final String READY = "READY";

    private static final Kind KIND = KeyValueStores.KIND;
    /** CloudFront's documentation has no number. */
    private static final int MAX = 100;

    private static final int COMMENT_MAX = 128;
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

    private final Store store;
    private final Settings settings;
    private final @Nullable ObjectSource objects;

    KeyValueStoreOperations(Store store, Settings settings, @Nullable ObjectSource objects) {
        this.store = store;
        this.settings = settings;
        this.objects = objects;
    }

    void addTo(Handlers handlers) {
        handlers.on(CreateKeyValueStoreRequest::builder, CreateKeyValueStoreRequest.class, this::create)
                .on(DescribeKeyValueStoreRequest::builder, DescribeKeyValueStoreRequest.class, this::describe)
                .on(UpdateKeyValueStoreRequest::builder, UpdateKeyValueStoreRequest.class, this::update)
                .on(DeleteKeyValueStoreRequest::builder, DeleteKeyValueStoreRequest.class, this::delete)
                .on(ListKeyValueStoresRequest::builder, ListKeyValueStoresRequest.class, this::list);
    }

    private CreateKeyValueStoreResponse create(CreateKeyValueStoreRequest request) throws Refused {
        String name = request.name();
        unless(
                NAME.matcher(name).matches(),
                "InvalidArgument",
                "The name '" + name + "' does not have 1 to 64 letters, digits, hyphens and underscores.");
        String comment = checked(request.comment());
        // Before anything is imported for nothing.
        store.read(tables -> requireFree(tables, name));
        Map<String, String> pairs = KeyValueImport.pairs(request.importSource(), objects);
        List<Tag> tags = request.tags() == null ? List.of() : request.tags().items();
        Row row = store.write(tables -> insert(tables, name, comment, pairs, tags));
        return CreateKeyValueStoreResponse.builder()
                .keyValueStore(shape(row))
                .eTag(row.etag())
                .location(Settings.LOCATION + "key-value-store/" + arn(row))
                .build();
    }

    private static String requireFree(Tables tables, String name) throws Refused, SQLException {
        unless(
                tables.named(KIND, name) == null,
                "EntityAlreadyExists",
                "A key value store with the name '" + name + "' exists already.");
        unless(
                tables.count(KIND) < MAX,
                "EntityLimitExceeded",
                "There are " + MAX + " key value stores already, which is the limit.");
        return name;
    }

    private Row insert(Tables tables, String name, String comment, Map<String, String> pairs, List<Tag> tags)
            throws Refused, SQLException {
        requireFree(tables, name);
        Instant now = settings.clock().instant();
        String id = UUID.randomUUID().toString();
        Row row = new Row(id, name, null, tables.revision(), settings.ids().etag(), comment, now, now);
        tables.insert(KIND, row);
        long bytes = 0;
        for (Map.Entry<String, String> pair : pairs.entrySet()) {
            bytes += KeyValueStores.size(pair.getKey(), pair.getValue());
        }
        KeyValueStores.insert(tables, new Contents(id, KeyOperations.etag(settings), pairs.size(), bytes, now), pairs);
        Tags.add(tables, arn(row), tags);
        return row;
    }

    private static String checked(@Nullable String comment) throws Refused {
        if (comment == null) return "";
        unless(
                comment.length() <= COMMENT_MAX,
                "InvalidArgument",
                "The Comment has " + comment.length() + " characters, more than " + COMMENT_MAX + ".");
        return comment;
    }

    private DescribeKeyValueStoreResponse describe(DescribeKeyValueStoreRequest request) throws Refused {
        Row row = store.read(tables -> KeyValueStores.named(tables, request.name()));
        return DescribeKeyValueStoreResponse.builder()
                .keyValueStore(shape(row))
                .eTag(row.etag())
                .build();
    }

    private UpdateKeyValueStoreResponse update(UpdateKeyValueStoreRequest request) throws Refused {
        String comment = checked(request.comment());
        Row row = store.write(tables -> {
            Row old = KeyValueStores.named(tables, request.name());
            Preconditions.check(request.ifMatch(), old.etag(), "key value store " + old.name());
            Row changed = new Row(
                    old.id(),
                    old.name(),
                    null,
                    old.revision(),
                    settings.ids().etag(),
                    comment,
                    old.created(),
                    settings.clock().instant());
            tables.replace(KIND, changed);
            return changed;
        });
        return UpdateKeyValueStoreResponse.builder()
                .keyValueStore(shape(row))
                .eTag(row.etag())
                .build();
    }

    private DeleteKeyValueStoreResponse delete(DeleteKeyValueStoreRequest request) throws Refused {
        store.write(tables -> {
            Row old = KeyValueStores.named(tables, request.name());
            Preconditions.check(request.ifMatch(), old.etag(), "key value store " + old.name());
            String user = KeyValueStores.user(tables, old.id(), Kind.FUNCTION, Kind.LIVE_FUNCTION);
            unless(
                    user == null,
                    "CannotDeleteEntityWhileInUse",
                    "The key value store " + old.name() + " is associated with the function " + user + ".");
            KeyValueStores.delete(tables, old.id());
            Tags.drop(tables, arn(old));
            return old;
        });
        return DeleteKeyValueStoreResponse.builder().build();
    }

    private ListKeyValueStoresResponse list(ListKeyValueStoresRequest request) throws Refused {
        Page page = Page.of(request.marker(), request.maxItems());
        boolean any = request.status() == null || request.status().equals(READY);
        List<Row> rows = any ? store.read(tables -> tables.page(KIND, page.marker(), page.rows())) : List.of();
        List<KeyValueStore> items = page.shown(rows).stream().map(this::shape).toList();
        return ListKeyValueStoresResponse.builder()
                .keyValueStoreList(KeyValueStoreList.builder()
                        .maxItems(page.maxItems())
                        .quantity(items.size())
                        .items(items)
                        .nextMarker(page.truncated(rows) ? items.getLast().id() : null)
                        .build())
                .build();
    }

    private String arn(Row row) {
        return KeyValueStores.arn(settings.accountId(), row.id());
    }

    private KeyValueStore shape(Row row) {
        return KeyValueStore.builder()
                .name(row.name())
                .id(row.id())
                .comment(row.body())
                .arn(arn(row))
                .status(READY)
                .lastModifiedTime(row.modified())
                .build();
    }
}
