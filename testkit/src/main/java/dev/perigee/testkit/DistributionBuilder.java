package dev.perigee.testkit;

import dev.perigee.core.plan.AccessLogging;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.ErrorRule;
import dev.perigee.core.plan.GeoRestriction;
import dev.perigee.core.plan.Guards;
import dev.perigee.core.plan.OfferedVersions;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.tls.MutualTls;
import dev.perigee.core.tls.SecurityPolicy;
import dev.perigee.core.tls.TlsSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A distribution for a plan, with one default behavior towards the scripted origin. */
public final class DistributionBuilder {
    /** The name that viewers ask for unless told otherwise. */
    public static final String HOST = "d111111abcdef8.cloudfront.net";

    private final int originPort;
    private final List<String> hosts = new ArrayList<>();
    private final List<BehaviorBuilder> behaviors = new ArrayList<>();
    private final List<Origin> choices = new ArrayList<>();
    private final BehaviorBuilder byDefault;
    private final List<ErrorRule> errors = new ArrayList<>();
    private String id = "EDFDVBD6EXAMPLE";
    private String domainName = HOST;
    private boolean enabled = true;
    private @Nullable String rootObject;
    private @Nullable String cacheTagHeader;
    private OfferedVersions versions = OfferedVersions.HTTP_2;
    private @Nullable String webAcl;
    private boolean versionsChosen;
    private TlsSettings tls = TlsSettings.DEFAULT;
    private @Nullable GeoRestriction geo;
    private @Nullable Guards guards;
    private @Nullable AccessLogging logging;

    private DistributionBuilder(int originPort) {
        this.originPort = originPort;
        this.byDefault = new BehaviorBuilder("*", originPort);
    }

    /** A distribution of this origin. */
    public static DistributionBuilder distribution(ScriptedOrigin origin) {
        return distribution(origin.port());
    }

    /** A distribution of the origin on this loopback port. */
    public static DistributionBuilder distribution(int originPort) {
        return new DistributionBuilder(originPort);
    }

    /** Another identity: id and domain name. */
    public DistributionBuilder named(String otherId, String otherDomainName) {
        id = otherId;
        domainName = otherDomainName;
        return this;
    }

    public DistributionBuilder alias(String host) {
        hosts.add(host);
        return this;
    }

    public DistributionBuilder disabled() {
        enabled = false;
        return this;
    }

    public DistributionBuilder rootObject(String name) {
        rootObject = name;
        return this;
    }

    /** ErrorCachingMinTTL for a status. */
    public DistributionBuilder errorTtl(int status, long seconds) {
        errors.add(new ErrorRule(status, seconds, null, 0));
        return this;
    }

    /** A custom error page: the page of this path, under another status unless that is 0. */
    public DistributionBuilder errorPage(int status, long ttlSeconds, String pagePath, int shownStatus) {
        errors.add(new ErrorRule(status, ttlSeconds, pagePath, shownStatus));
        return this;
    }

    /** Lower-case name of the response header with cache tags. */
    public DistributionBuilder cacheTags(String header) {
        cacheTagHeader = header;
        return this;
    }

    /** WebACLId: the id of a web ACL of the plan. */
    public DistributionBuilder webAcl(String id) {
        webAcl = id;
        return this;
    }

    /** HttpVersion. */
    public DistributionBuilder offers(OfferedVersions offered) {
        versions = offered;
        versionsChosen = true;
        return this;
    }

    /** HttpVersion, unless the test has chosen one. */
    void offersUnlessChosen(OfferedVersions offered) {
        if (!versionsChosen) versions = offered;
    }

    /** A certificate of the plan for the aliases, and how viewers are met. */
    public DistributionBuilder tls(String certificate, SecurityPolicy policy) {
        tls = new TlsSettings(certificate, policy);
        return this;
    }

    /** What is asked of viewers' certificates. */
    public DistributionBuilder mutual(MutualTls mutual) {
        tls = tls.with(mutual);
        return this;
    }

    /** Serves viewers from these countries only, or from all others. */
    public DistributionBuilder countries(boolean allowed, String... codes) {
        geo = new GeoRestriction(allowed, List.of(codes));
        return this;
    }

    /** Limits of our own. */
    public DistributionBuilder guards(int requestsPerSecond, long capMicroUsd) {
        guards = new Guards(requestsPerSecond, capMicroUsd, 0);
        return this;
    }

    /** Logging: the bucket of this name, below this prefix. */
    public DistributionBuilder logsTo(String bucket, String prefix, boolean cookies) {
        logging = new AccessLogging(bucket + ".s3.amazonaws.com", "us-east-1", prefix, cookies);
        return this;
    }

    /** A behavior after those already given. */
    public DistributionBuilder behavior(String pattern, Consumer<BehaviorBuilder> changes) {
        BehaviorBuilder behavior = new BehaviorBuilder(pattern, originPort);
        changes.accept(behavior);
        behaviors.add(behavior);
        return this;
    }

    /** Changes the default behavior. */
    public DistributionBuilder byDefault(Consumer<BehaviorBuilder> changes) {
        changes.accept(byDefault);
        return this;
    }

    public Distribution build() {
        List<Behavior> all = Stream.concat(behaviors.stream(), Stream.of(byDefault))
                .map(BehaviorBuilder::build)
                .toList();
        List<String> names =
                Stream.concat(Stream.of(domainName), hosts.stream()).toList();
        return new Distribution(
                id,
                domainName,
                names,
                enabled,
                all,
                rootObject,
                errors,
                cacheTagHeader,
                versions,
                tls,
                geo,
                guards,
                webAcl,
                logging,
                choices,
                List.of());
    }

    /** Origins that functions may choose from. */
    public DistributionBuilder choice(Consumer<OriginBuilder> changes) {
        OriginBuilder origin = OriginBuilder.origin(originPort);
        changes.accept(origin);
        choices.add(origin.build());
        return this;
    }
}
