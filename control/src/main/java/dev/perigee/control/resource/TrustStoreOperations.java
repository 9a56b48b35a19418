package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Handlers;
import dev.perigee.control.api.ObjectSource;
import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.CaCertificatesBundleS3Location;
import software.amazon.awssdk.services.cloudfront.model.CaCertificatesBundleSource;
import software.amazon.awssdk.services.cloudfront.model.CreateTrustStoreRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateTrustStoreResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteTrustStoreRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteTrustStoreResponse;
import software.amazon.awssdk.services.cloudfront.model.GetTrustStoreRequest;
import software.amazon.awssdk.services.cloudfront.model.GetTrustStoreResponse;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByTrustStoreRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByTrustStoreResponse;
import software.amazon.awssdk.services.cloudfront.model.ListTrustStoresRequest;
import software.amazon.awssdk.services.cloudfront.model.ListTrustStoresResponse;
import software.amazon.awssdk.services.cloudfront.model.Tag;
import software.amazon.awssdk.services.cloudfront.model.TrustStore;
import software.amazon.awssdk.services.cloudfront.model.TrustStoreStatus;
import software.amazon.awssdk.services.cloudfront.model.TrustStoreSummary;
import software.amazon.awssdk.services.cloudfront.model.UpdateTrustStoreRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateTrustStoreResponse;

/**
 * The operations on trust stores. The bundle is read while the caller waits, once, so a trust store that exists is active;
 * what is wrong with the bundle is the answer, and nothing is kept.
 */
final class TrustStoreOperations {
    private static final Kind KIND = Kind.TRUST_STORE;
    /** CloudFront's quota per account. */
    private static final int MAX = 20;

    private static final int NAME_MAX = 128;
    private static final Pattern REGION = Pattern.compile("[a-z]{2}(-[a-z]+)+-[0-9]");

    private final Store store;
    private final Settings settings;
    private final DistributionViews views;
    private final @Nullable ObjectSource objects;

    TrustStoreOperations(Store store, Settings settings, @Nullable ObjectSource objects) {
        this.store = store;
        this.settings = settings;
        this.views = new DistributionViews(settings);
        this.objects = objects;
    }

    void addTo(Handlers handlers) {
        handlers.on(CreateTrustStoreRequest::builder, CreateTrustStoreRequest.class, this::create)
                .on(GetTrustStoreRequest::builder, GetTrustStoreRequest.class, this::get)
                .on(UpdateTrustStoreRequest::builder, UpdateTrustStoreRequest.class, this::update)
                .on(DeleteTrustStoreRequest::builder, DeleteTrustStoreRequest.class, this::delete)
                .on(ListTrustStoresRequest::builder, ListTrustStoresRequest.class, this::list)
                .on(
                        ListDistributionsByTrustStoreRequest::builder,
                        ListDistributionsByTrustStoreRequest.class,
                        this::users);
    }

    private CreateTrustStoreResponse create(CreateTrustStoreRequest request) throws Refused {
        String name = request.name();
        unless(
                !name.isBlank() && name.length() <= NAME_MAX,
                "InvalidArgument",
                "The name '" + name + "' does not have 1 to " + NAME_MAX + " characters.");
        String body = bundle(request.caCertificatesBundleSource());
        List<Tag> tags = request.tags() == null ? List.of() : request.tags().items();
        Row row = store.write(tables -> insert(tables, name, body, tags));
        return CreateTrustStoreResponse.builder()
                .trustStore(shape(row))
                .eTag(row.etag())
                .build();
    }

    private Row insert(Tables tables, String name, String body, List<Tag> tags) throws Refused, SQLException {
        unless(
                tables.named(KIND, name) == null,
                "EntityAlreadyExists",
                "The name '" + name + "' belongs to another trust store already.");
        unless(
                tables.count(KIND) < MAX,
                "EntityLimitExceeded",
                "There are " + MAX + " trust stores already, which is the limit.");
        Instant now = settings.clock().instant();
        String id = settings.ids().trustStore(candidate -> tables.find(KIND, candidate) != null);
        Row row = new Row(id, name, null, tables.advance(), settings.ids().etag(), body, now, now);
        tables.insert(KIND, row);
        Tags.add(tables, arn(row), tags);
        return row;
    }

    private GetTrustStoreResponse get(GetTrustStoreRequest request) throws Refused {
        Row row = store.read(tables -> TrustStores.identified(tables, settings.accountId(), request.identifier()));
        return GetTrustStoreResponse.builder()
                .trustStore(shape(row))
                .eTag(row.etag())
                .build();
    }

    private UpdateTrustStoreResponse update(UpdateTrustStoreRequest request) throws Refused {
        // Who has not seen the newest state is told so before anything is read.
        store.read(tables -> current(tables, request.id(), request.ifMatch()));
        CaCertificatesBundleSource source = request.caCertificatesBundleSource();
        String given = source == null ? null : bundle(source);
        Row row = store.write(tables -> {
            Row old = current(tables, request.id(), request.ifMatch());
            Row changed = new Row(
                    old.id(),
                    old.name(),
                    null,
                    tables.advance(),
                    settings.ids().etag(),
                    given == null ? old.body() : given,
                    old.created(),
                    settings.clock().instant());
            tables.replace(KIND, changed);
            Distributions.touch(tables, Distributions.using(tables, TrustStores.uses(old.id())), changed.revision());
            return changed;
        });
        return UpdateTrustStoreResponse.builder()
                .trustStore(shape(row))
                .eTag(row.etag())
                .build();
    }

    private static Row current(Tables tables, String id, @Nullable String ifMatch) throws Refused, SQLException {
        Row row = TrustStores.existing(tables, id);
        Preconditions.check(ifMatch, row.etag(), "trust store " + id);
        return row;
    }

    private DeleteTrustStoreResponse delete(DeleteTrustStoreRequest request) throws Refused {
        store.write(tables -> {
            Row old = current(tables, request.id(), request.ifMatch());
            for (Row user : Distributions.using(tables, TrustStores.uses(old.id()))) {
                throw new Refused(
                        "CannotDeleteEntityWhileInUse",
                        "The trust store " + old.id() + " is in use by distribution " + user.id() + ".");
            }
            tables.delete(KIND, old.id());
            Tags.drop(tables, arn(old));
            return tables.advance();
        });
        return DeleteTrustStoreResponse.builder().build();
    }

    private ListTrustStoresResponse list(ListTrustStoresRequest request) throws Refused {
        Integer max = request.maxItems();
        Page page = Page.of(request.marker(), max == null ? null : max.toString());
        List<Row> rows = store.read(tables -> tables.page(KIND, page.marker(), page.rows()));
        List<TrustStoreSummary> items =
                page.shown(rows).stream().map(this::summary).toList();
        return ListTrustStoresResponse.builder()
                .trustStoreList(items)
                .nextMarker(page.truncated(rows) ? items.getLast().id() : null)
                .build();
    }

    private ListDistributionsByTrustStoreResponse users(ListDistributionsByTrustStoreRequest request) throws Refused {
        Page page = Page.of(request.marker(), request.maxItems());
        List<Row> rows = store.read(tables -> {
            Row used = TrustStores.identified(tables, settings.accountId(), request.trustStoreIdentifier());
            return Distributions.using(tables, TrustStores.uses(used.id()));
        });
        List<Row> after = rows.stream()
                .filter(row -> row.id().compareTo(page.marker()) > 0)
                .limit(page.rows())
                .toList();
        return ListDistributionsByTrustStoreResponse.builder()
                .distributionList(views.list(page, after))
                .build();
    }

    /** The body of a row, from the bundle at this place. */
    private String bundle(CaCertificatesBundleSource source) throws Refused {
        CaCertificatesBundleS3Location place = source.caCertificatesBundleS3Location();
        if (place == null) {
            throw new Refused("InvalidArgument", "The parameter CaCertificatesBundleS3Location is required.");
        }
        unless(
                REGION.matcher(place.region()).matches(),
                "InvalidArgument",
                "The Region '" + place.region() + "' is not the name of a region.");
        unless(
                !place.bucket().isBlank() && !place.key().isEmpty(),
                "InvalidArgument",
                "The Bucket '" + place.bucket() + "' and the Key '" + place.key() + "' name no object.");
        unless(
                place.version() == null || place.version().isEmpty(),
                "InvalidArgument",
                "The Version '" + place.version() + "' cannot be read: the buckets here keep no versions.");
        if (objects == null) throw new Refused("NotImplemented", "There is no S3 here to read the bundle from.");
        return TrustStores.body(CaBundle.read(objects.read(place.bucket(), place.key(), CaBundle.OCTETS_MAX)));
    }

    private String arn(Row row) {
        return Ids.arn(settings.accountId(), KIND.column, row.id());
    }

    private TrustStore shape(Row row) {
        return TrustStore.builder()
                .id(row.id())
                .arn(arn(row))
                .name(row.name())
                .status(TrustStoreStatus.ACTIVE)
                .numberOfCaCertificates(TrustStores.certificates(row).size())
                .lastModifiedTime(row.modified())
                .build();
    }

    private TrustStoreSummary summary(Row row) {
        return TrustStoreSummary.builder()
                .id(row.id())
                .arn(arn(row))
                .name(row.name())
                .status(TrustStoreStatus.ACTIVE)
                .numberOfCaCertificates(TrustStores.certificates(row).size())
                .lastModifiedTime(row.modified())
                .eTag(row.etag())
                .build();
    }
}
