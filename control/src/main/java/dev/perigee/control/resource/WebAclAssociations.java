package dev.perigee.control.resource;

import dev.perigee.control.api.Handlers;
import dev.perigee.control.api.Refused;
import dev.perigee.control.api.Xml;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.AssociateDistributionWebAclRequest;
import software.amazon.awssdk.services.cloudfront.model.AssociateDistributionWebAclResponse;
import software.amazon.awssdk.services.cloudfront.model.DisassociateDistributionWebAclRequest;
import software.amazon.awssdk.services.cloudfront.model.DisassociateDistributionWebAclResponse;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByWebAclIdRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByWebAclIdResponse;

/** Which web ACL decides for which distribution. */
final class WebAclAssociations {
    private final Store store;
    private final Settings settings;
    private final DistributionViews views;

    WebAclAssociations(Store store, Settings settings) {
        this.store = store;
        this.settings = settings;
        this.views = new DistributionViews(settings);
    }

    void addTo(Handlers handlers) {
        handlers.on(
                        AssociateDistributionWebAclRequest::builder,
                        AssociateDistributionWebAclRequest.class,
                        this::associate)
                .on(
                        DisassociateDistributionWebAclRequest::builder,
                        DisassociateDistributionWebAclRequest.class,
                        this::disassociate)
                .on(ListDistributionsByWebAclIdRequest::builder, ListDistributionsByWebAclIdRequest.class, this::list);
    }

    /** Refuses an id that is none of a web ACL here. */
    static void checkReference(Tables tables, @Nullable String id) throws Refused, SQLException {
        if (id == null || id.isEmpty()) return;
        Refused.unless(
                WafStore.find(tables, WafKind.WEB_ACL, id) != null,
                "InvalidWebACLId",
                "The web ACL '" + id
                        + "' does not exist; WebACLId is the ARN of a web ACL of WAFv2 with scope CLOUDFRONT.");
    }

    private AssociateDistributionWebAclResponse associate(AssociateDistributionWebAclRequest request) throws Refused {
        String arn = request.webACLArn();
        Row row = store.write(tables -> {
            Row old = current(tables, request.id(), request.ifMatch());
            if (WafStore.find(tables, WafKind.WEB_ACL, arn) == null) {
                throw new Refused("EntityNotFound", "The web ACL '" + arn + "' does not exist.");
            }
            return replace(tables, old, arn);
        });
        return AssociateDistributionWebAclResponse.builder()
                .id(row.id())
                .webACLArn(arn)
                .eTag(row.etag())
                .build();
    }

    private DisassociateDistributionWebAclResponse disassociate(DisassociateDistributionWebAclRequest request)
            throws Refused {
        Row row = store.write(tables -> replace(tables, current(tables, request.id(), request.ifMatch()), ""));
        return DisassociateDistributionWebAclResponse.builder()
                .id(row.id())
                .eTag(row.etag())
                .build();
    }

    private static Row current(Tables tables, String id, @Nullable String ifMatch) throws Refused, SQLException {
        Row row = tables.find(Kind.DISTRIBUTION, id);
        if (row == null) throw new Refused("EntityNotFound", "The distribution " + id + " does not exist.");
        // The header is optional in these two operations.
        if (ifMatch != null) Preconditions.check(ifMatch, row.etag(), "distribution " + id);
        return row;
    }

    private Row replace(Tables tables, Row old, String arn) throws Refused, SQLException {
        DistributionConfig config =
                Distributions.configOf(old).toBuilder().webACLId(arn).build();
        Row row = new Row(
                old.id(),
                old.name(),
                old.domain(),
                tables.advance(),
                settings.ids().etag(),
                Xml.write("DistributionConfig", config),
                old.created(),
                settings.clock().instant());
        tables.replace(Kind.DISTRIBUTION, row);
        Trial.check(tables, settings, row);
        return row;
    }

    /** The word null stands for distributions without any (CloudFront's API reference). */
    private ListDistributionsByWebAclIdResponse list(ListDistributionsByWebAclIdRequest request) throws Refused {
        Page page = Page.of(request.marker(), request.maxItems());
        String wanted = request.webACLId().equals("null") ? "" : request.webACLId();
        List<Row> rows = store.read(tables -> {
            checkReference(tables, wanted);
            return Distributions.using(
                    tables, config -> wanted.equals(Objects.requireNonNullElse(config.webACLId(), "")));
        });
        List<Row> after = rows.stream()
                .filter(row -> row.id().compareTo(page.marker()) > 0)
                .limit(page.rows())
                .toList();
        return ListDistributionsByWebAclIdResponse.builder()
                .distributionList(views.list(page, after))
                .build();
    }
}
