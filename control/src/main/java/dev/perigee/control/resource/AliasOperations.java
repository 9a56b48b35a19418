package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Handlers;
import dev.perigee.control.api.Refused;
import dev.perigee.control.api.Xml;
import dev.perigee.control.resource.AliasClaims.Claim;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import software.amazon.awssdk.services.cloudfront.model.Aliases;
import software.amazon.awssdk.services.cloudfront.model.AssociateAliasRequest;
import software.amazon.awssdk.services.cloudfront.model.AssociateAliasResponse;
import software.amazon.awssdk.services.cloudfront.model.ConflictingAlias;
import software.amazon.awssdk.services.cloudfront.model.ConflictingAliasesList;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.ListConflictingAliasesRequest;
import software.amazon.awssdk.services.cloudfront.model.ListConflictingAliasesResponse;

/** Aliases that move from one distribution to another, and those that overlap. */
final class AliasOperations {
    private static final int SHOWN = 7;

    private final Store store;
    private final Settings settings;

    AliasOperations(Store store, Settings settings) {
        this.store = store;
        this.settings = settings;
    }

    void addTo(Handlers handlers) {
        handlers.on(AssociateAliasRequest::builder, AssociateAliasRequest.class, this::associate)
                .on(ListConflictingAliasesRequest::builder, ListConflictingAliasesRequest.class, this::conflicting);
    }

    /** One account needs no proof in the DNS that the alias is its own: whoever had it has the certificate's word. */
    private AssociateAliasResponse associate(AssociateAliasRequest request) throws Refused {
        String alias = request.alias().toLowerCase(Locale.ROOT);
        store.write(tables -> {
            Row target = Distributions.existing(tables, request.targetDistributionId());
            DistributionConfig config = Distributions.configOf(target);
            List<String> aliases = new ArrayList<>(config.aliases().items());
            if (aliases.contains(alias)) return alias;
            aliases.add(alias);
            AliasClaims.checkNames(aliases, settings.domainSuffix());
            checkCovered(tables, target, config, alias);
            String owner = AliasClaims.owner(tables, alias);
            long revision = tables.advance();
            if (owner != null) {
                Row source = Distributions.existing(tables, owner);
                List<String> left =
                        new ArrayList<>(Distributions.configOf(source).aliases().items());
                left.remove(alias);
                replaceAliases(tables, source, left, revision);
            }
            replaceAliases(tables, target, aliases, revision);
            return alias;
        });
        return AssociateAliasResponse.builder().build();
    }

    private static void checkCovered(Tables tables, Row distribution, DistributionConfig config, String alias)
            throws Refused, SQLException {
        unless(
                ViewerCertificateRules.covers(config, tables, alias),
                "InvalidArgument",
                "Distribution " + distribution.id() + " has no certificate that covers " + alias + ".");
    }

    private void replaceAliases(Tables tables, Row row, List<String> aliases, long revision)
            throws Refused, SQLException {
        DistributionConfig config = Distributions.configOf(row).toBuilder()
                .aliases(Aliases.builder()
                        .quantity(aliases.size())
                        .items(aliases)
                        .build())
                .build();
        AliasClaims.claim(tables, row.id(), aliases);
        tables.replace(
                Kind.DISTRIBUTION,
                new Row(
                        row.id(),
                        row.name(),
                        row.domain(),
                        revision,
                        settings.ids().etag(),
                        Xml.write("DistributionConfig", config),
                        row.created(),
                        settings.clock().instant()));
    }

    private ListConflictingAliasesResponse conflicting(ListConflictingAliasesRequest request) throws Refused {
        Page page = Page.of(
                request.marker(),
                request.maxItems() == null ? null : request.maxItems().toString());
        String alias = request.alias().toLowerCase(Locale.ROOT);
        AliasClaims.checkNames(List.of(alias), settings.domainSuffix());
        List<Claim> claims = store.read(tables -> {
            Row row = Distributions.existing(tables, request.distributionId());
            checkCovered(tables, row, Distributions.configOf(row), alias);
            return AliasClaims.overlapping(tables, alias, row.id());
        });
        List<Claim> after = claims.stream()
                .filter(claim -> claim.alias().compareTo(page.marker()) > 0)
                .limit(page.rows())
                .toList();
        List<Claim> shown = page.shown(after);
        ConflictingAliasesList.Builder list = ConflictingAliasesList.builder()
                .maxItems(page.maxItems())
                .quantity(shown.size())
                .items(shown.stream()
                        .map(claim -> ConflictingAlias.builder()
                                .alias(claim.alias())
                                .distributionId(hidden(claim.distribution()))
                                .accountId(hidden(settings.accountId()))
                                .build())
                        .toList());
        if (page.truncated(after)) list.nextMarker(shown.getLast().alias());
        return ListConflictingAliasesResponse.builder()
                .conflictingAliasesList(list.build())
                .build();
    }

    /** As CloudFront shows ids that may be another account's: the end only. */
    private static String hidden(String id) {
        int hidden = Math.max(0, id.length() - SHOWN);
        return "*".repeat(hidden) + id.substring(hidden);
    }
}
