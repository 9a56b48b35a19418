package dev.perigee.control.resource;

import dev.perigee.control.resource.Tables.Row;
import java.sql.SQLException;
import java.util.List;
import software.amazon.awssdk.services.cloudfront.model.Distribution;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.DistributionList;
import software.amazon.awssdk.services.cloudfront.model.DistributionSummary;

/** Distributions as the API shows them; their status is what the edges say, never a timer. */
final class DistributionViews {
    private final Settings settings;

    DistributionViews(Settings settings) {
        this.settings = settings;
    }

    String arn(String id) {
        return Ids.arn(settings.accountId(), "distribution", id);
    }

    boolean deployed(Row row) {
        return settings.acknowledged().getAsLong() >= row.revision();
    }

    private String status(Row row) {
        return deployed(row) ? "Deployed" : "InProgress";
    }

    Distribution distribution(Tables tables, Row row) throws SQLException {
        DistributionConfig config = Distributions.configOf(row);
        return Distribution.builder()
                .id(row.id())
                .arn(arn(row.id()))
                .status(status(row))
                .lastModifiedTime(row.modified())
                .inProgressInvalidationBatches(Math.toIntExact(Invalidations.open(
                        tables, row.id(), settings.acknowledged().getAsLong())))
                .domainName(row.domain())
                .activeTrustedSigners(ActiveTrust.signers(config))
                .activeTrustedKeyGroups(ActiveTrust.keyGroups(tables, config))
                .distributionConfig(config)
                .build();
    }

    /** @param rows of the page, and the first of the next */
    DistributionList list(Page page, List<Row> rows) {
        List<Row> shown = page.shown(rows);
        DistributionList.Builder list = DistributionList.builder()
                .marker(page.marker())
                .maxItems(page.maxItems())
                .isTruncated(page.truncated(rows))
                .quantity(shown.size())
                .items(shown.stream().map(this::summary).toList());
        if (page.truncated(rows)) list.nextMarker(shown.getLast().id());
        return list.build();
    }

    private DistributionSummary summary(Row row) {
        DistributionConfig config = Distributions.configOf(row);
        return DistributionSummary.builder()
                .id(row.id())
                .arn(arn(row.id()))
                .eTag(row.etag())
                .status(status(row))
                .lastModifiedTime(row.modified())
                .domainName(row.domain())
                .aliases(config.aliases())
                .origins(config.origins())
                .originGroups(config.originGroups())
                .defaultCacheBehavior(config.defaultCacheBehavior())
                .cacheBehaviors(config.cacheBehaviors())
                .customErrorResponses(config.customErrorResponses())
                .comment(config.comment())
                .priceClass(config.priceClassAsString())
                .enabled(config.enabled())
                .viewerCertificate(config.viewerCertificate())
                .restrictions(config.restrictions())
                .webACLId(config.webACLId())
                .httpVersion(config.httpVersionAsString())
                .isIPV6Enabled(config.isIPV6Enabled())
                .staging(config.staging())
                .viewerMtlsConfig(config.viewerMtlsConfig())
                .build();
    }
}
