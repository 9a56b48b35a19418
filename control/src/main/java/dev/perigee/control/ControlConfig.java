package dev.perigee.control;

import dev.perigee.control.access.Caller;
import dev.perigee.control.acme.AcmeConfig;
import dev.perigee.control.publish.EdgeLink;
import dev.perigee.core.tls.Seal;
import dev.perigee.lambda.LambdaEngine;
import dev.perigee.lambda.RunLog;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a control plane needs to know.
 *
 * @param address where the API listens; port 0 for any free one
 * @param database file of the store; created when missing
 * @param auditLog file that tells of every change and every refusal; created when missing
 * @param accountId the account that owns everything
 * @param domainSuffixes under which distributions are reached; new domain names get the first
 * @param keys secret by access key id, of administrators that are always there; never printed
 * @param s3 where requests to S3 go
 * @param defaultDistribution id of the distribution that answers for unknown hosts
 * @param clock for times that resources show; signatures are checked against the time of the wall
 * @param seal keeps private keys closed, at rest and on their way to the edges, which have the same
 * @param issuer of certificates that are requested; null where nobody issues any at once
 * @param acme where certificates are ordered instead; null for nowhere
 * @param edges all that must be kept on the newest plan
 * @param reader a key besides those of the store, for this process itself; null for none
 * @param lambdas keeps and runs Lambda functions; null for none
 * @param invoked told of runs that callers of Lambda's API have asked for
 * @param edgeKey that edges sign requests to origins with, which function URLs may be; null for none
 */
public record ControlConfig(
        InetSocketAddress address,
        Path database,
        Path auditLog,
        String accountId,
        List<String> domainSuffixes,
        Map<String, String> keys,
        @Nullable S3Link s3,
        @Nullable String defaultDistribution,
        InstantSource clock,
        Seal seal,
        @Nullable CertificateIssuer issuer,
        @Nullable AcmeConfig acme,
        List<EdgeLink> edges,
        @Nullable Caller reader,
        @Nullable LambdaEngine lambdas,
        RunLog invoked,
        @Nullable Caller edgeKey) {
    public ControlConfig {
        domainSuffixes = List.copyOf(domainSuffixes);
        keys = Map.copyOf(keys);
        edges = List.copyOf(edges);
        if (domainSuffixes.isEmpty()) throw new IllegalArgumentException("there is no domain suffix");
        if (!accountId.matches("[0-9]{12}")) {
            throw new IllegalArgumentException("account id " + accountId + " does not have 12 digits");
        }
    }

    /** Without Lambda functions. */
    public ControlConfig(
            InetSocketAddress address,
            Path database,
            Path auditLog,
            String accountId,
            List<String> domainSuffixes,
            Map<String, String> keys,
            @Nullable S3Link s3,
            @Nullable String defaultDistribution,
            InstantSource clock,
            Seal seal,
            @Nullable CertificateIssuer issuer,
            @Nullable AcmeConfig acme,
            List<EdgeLink> edges,
            @Nullable Caller reader) {
        this(
                address,
                database,
                auditLog,
                accountId,
                domainSuffixes,
                keys,
                s3,
                defaultDistribution,
                clock,
                seal,
                issuer,
                acme,
                edges,
                reader,
                null,
                (_, _, _, _, _) -> {},
                null);
    }

    @Override
    public String toString() {
        return "ControlConfig[address=" + address + ", database=" + database + ", accountId=" + accountId
                + ", domainSuffixes=" + domainSuffixes + ", keys=" + keys.keySet() + ", s3=" + s3
                + ", defaultDistribution=" + defaultDistribution + ", edges="
                + edges.stream().map(EdgeLink::pop).toList() + "]";
    }
}
