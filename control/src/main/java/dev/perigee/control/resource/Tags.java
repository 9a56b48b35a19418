package dev.perigee.control.resource;

import dev.perigee.control.api.Handlers;
import dev.perigee.control.api.Refused;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.cloudfront.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.cloudfront.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.cloudfront.model.Tag;
import software.amazon.awssdk.services.cloudfront.model.TagResourceRequest;
import software.amazon.awssdk.services.cloudfront.model.TagResourceResponse;
import software.amazon.awssdk.services.cloudfront.model.UntagResourceRequest;
import software.amazon.awssdk.services.cloudfront.model.UntagResourceResponse;

/** Tags of resources. They are no part of a plan and advance no revision, but for those that are {@link GuardTags}. */
final class Tags {
    private static final int MAX = 50;
    private static final int KEY_MAX = 128;
    private static final int VALUE_MAX = 256;
    static final Pattern ALLOWED = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*");

    private final Store store;
    private final Settings settings;

    Tags(Store store, Settings settings) {
        this.store = store;
        this.settings = settings;
    }

    void addTo(Handlers handlers) {
        handlers.on(TagResourceRequest::builder, TagResourceRequest.class, this::tag)
                .on(UntagResourceRequest::builder, UntagResourceRequest.class, this::untag)
                .on(ListTagsForResourceRequest::builder, ListTagsForResourceRequest.class, this::list);
    }

    private TagResourceResponse tag(TagResourceRequest request) throws Refused {
        store.write(tables -> {
            checkExists(tables, request.resource());
            List<Tag> tags = request.tags().items();
            add(tables, request.resource(), tags);
            if (GuardTags.matter(tags.stream().map(Tag::key).toList())) deploy(tables, request.resource());
            return "tagged";
        });
        return TagResourceResponse.builder().build();
    }

    private UntagResourceResponse untag(UntagResourceRequest request) throws Refused {
        store.write(tables -> {
            checkExists(tables, request.resource());
            for (String key : request.tagKeys().items()) {
                tables.update("DELETE FROM tags WHERE arn = ? AND name = ?", request.resource(), key);
            }
            if (GuardTags.matter(request.tagKeys().items())) deploy(tables, request.resource());
            return "untagged";
        });
        return UntagResourceResponse.builder().build();
    }

    private ListTagsForResourceResponse list(ListTagsForResourceRequest request) throws Refused {
        List<Tag> tags = store.read(tables -> {
            checkExists(tables, request.resource());
            return of(tables, request.resource());
        });
        return ListTagsForResourceResponse.builder()
                .tags(software.amazon.awssdk.services.cloudfront.model.Tags.builder()
                        .items(tags)
                        .build())
                .build();
    }

    static List<Tag> of(Tables tables, String arn) throws SQLException {
        List<Tag> tags = new ArrayList<>();
        tables.query(
                "SELECT name, value FROM tags WHERE arn = ? ORDER BY name",
                row -> tags.add(Tag.builder()
                        .key(row.getString("name"))
                        .value(row.getString("value"))
                        .build()),
                arn);
        return tags;
    }

    /** Adds tags, replacing values of keys that are there. */
    static void add(Tables tables, String arn, List<Tag> tags) throws Refused, SQLException {
        Set<String> keys = new HashSet<>();
        for (Tag tag : tags) {
            check(tag);
            GuardTags.check(arn, tag);
            Refused.unless(keys.add(tag.key()), "InvalidTagging", "The tag key '" + tag.key() + "' is given twice.");
            tables.update(
                    "INSERT INTO tags (arn, name, value) VALUES (?, ?, ?)"
                            + " ON CONFLICT (arn, name) DO UPDATE SET value = excluded.value",
                    arn,
                    tag.key(),
                    Defaults.or(tag.value(), ""));
        }
        long count = tables.number("SELECT COUNT(*) FROM tags WHERE arn = ?", arn);
        Refused.unless(count <= MAX, "InvalidTagging", arn + " would have " + count + " tags, more than " + MAX + ".");
    }

    static void drop(Tables tables, String arn) throws SQLException {
        tables.update("DELETE FROM tags WHERE arn = ?", arn);
    }

    private static void check(Tag tag) throws Refused {
        String key = tag.key();
        String value = Defaults.or(tag.value(), "");
        Refused.unless(
                !key.isEmpty() && key.length() <= KEY_MAX,
                "InvalidTagging",
                "The tag key '" + key + "' does not have 1 to " + KEY_MAX + " characters.");
        Refused.unless(
                value.length() <= VALUE_MAX,
                "InvalidTagging",
                "The value of tag '" + key + "' has " + value.length() + " characters, more than " + VALUE_MAX + ".");
        Refused.unless(
                !key.toLowerCase(Locale.ROOT).startsWith("aws:"),
                "InvalidTagging",
                "The tag key '" + key + "' begins with the reserved aws:.");
        Refused.unless(
                ALLOWED.matcher(key).matches() && ALLOWED.matcher(value).matches(),
                "InvalidTagging",
                "The tag '" + key + "' = '" + value + "' has a character that is not allowed.");
    }

    /** The distribution is in progress until every edge knows. */
    private void deploy(Tables tables, String arn) throws SQLException {
        String prefix = Ids.arn(settings.accountId(), Tables.Kind.DISTRIBUTION.column, "");
        if (arn.startsWith(prefix))
            tables.touch(Tables.Kind.DISTRIBUTION, arn.substring(prefix.length()), tables.advance());
    }

    private void checkExists(Tables tables, String arn) throws Refused, SQLException {
        boolean exists = exists(tables, Tables.Kind.DISTRIBUTION, arn)
                || exists(tables, Tables.Kind.TRUST_STORE, arn)
                || exists(tables, Tables.Kind.FUNCTION, arn)
                || exists(tables, Tables.Kind.KEY_VALUE_STORE, arn);
        Refused.unless(exists, "NoSuchResource", "The resource " + arn + " does not exist.");
    }

    private boolean exists(Tables tables, Tables.Kind kind, String arn) throws SQLException {
        String prefix = Ids.arn(settings.accountId(), kind.column, "");
        return arn.startsWith(prefix) && tables.find(kind, arn.substring(prefix.length())) != null;
    }
}
