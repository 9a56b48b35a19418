package dev.perigee.control.resource;

import dev.perigee.control.api.Refused;
import dev.perigee.control.compile.Compilation;
import dev.perigee.control.compile.CompileOptions;
import dev.perigee.control.compile.DistributionResource;
import dev.perigee.control.compile.PlanCompiler;
import dev.perigee.control.compile.Snapshot;
import dev.perigee.control.resource.Tables.Row;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;

/**
 * Compiles a distribution before its config is accepted. One that passed the rules and yet makes no plan would be shown
 * as deployed while edges serve an older version, or none; so the caller is told instead.
 */
final class Trial {
    private Trial() {}

    /** Refuses what has just been written for this distribution, if no plan can be made of it; the write is undone. */
    static void check(Tables tables, Settings settings, Row distribution) throws Refused, SQLException {
        String domain = Objects.requireNonNull(distribution.domain(), "every distribution has a domain name");
        var resource = new DistributionResource(distribution.id(), domain, Distributions.configOf(distribution));
        var snapshot = new Snapshot(
                distribution.revision(),
                distribution.revision(),
                List.of(resource),
                OriginAccessControls.all(tables),
                Policies.CACHE.all(tables),
                Policies.ORIGIN_REQUEST.all(tables),
                Policies.RESPONSE_HEADERS.all(tables),
                Certificates.all(tables),
                TrustStores.all(tables),
                null,
                List.of(),
                0,
                KeyGroups.all(tables),
                EncryptionConfigs.all(tables),
                WafStore.webAcls(tables, settings.accountId()),
                Functions.live(tables),
                // What is in them says nothing about distributions.
                List.of(),
                RealtimeLogConfigs.all(tables),
                LambdaVersion.all(tables, settings.accountId()));
        var options = new CompileOptions(List.of(settings.domainSuffix()), null);
        Compilation compilation = new PlanCompiler(options).compile(snapshot);
        if (compilation.problems().isEmpty()) return;
        throw new Refused(
                "InvalidArgument",
                "The distribution " + distribution.id() + " cannot be deployed: it "
                        + compilation.problems().getFirst().message() + ".");
    }
}
