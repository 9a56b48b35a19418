package dev.perigee.core.plan;

import dev.perigee.core.encrypt.FieldEncryption;
import dev.perigee.core.http.Method;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A cache behavior with everything it refers to.
 *
 * @param pathPattern as configured ({@code *} and {@code ?} are the wildcards); {@code *} for the default behavior
 * @param origin asked first, and alone when there is no failover
 * @param failover the other member, when the behavior targets an origin group
 * @param allowedMethods methods a viewer may use
 * @param cachedMethods methods whose responses may be stored
 * @param compress whether the edge may compress
 * @param cachePolicy from the policy, or from legacy ForwardedValues and TTL fields
 * @param forwarding what goes to the origin besides the cache key
 * @param responseHeaders headers policy, if attached
 * @param grpc whether calls of gRPC go to the origin over HTTP/2 (GrpcConfig)
 * @param trustedKeys by which every request must be signed (TrustedKeyGroups, TrustedSigners); null when none need be
 * @param encryption which fields of forms are closed on their way to the origin; null for none
 * @param functions that run for its requests; null for none
 * @param realtime what is told at once of its requests; null for nothing
 * @param lambdas the Lambda functions that run for its requests; null for none
 */
public record Behavior(
        String pathPattern,
        Origin origin,
        @Nullable Failover failover,
        ViewerProtocolPolicy viewerProtocolPolicy,
        Set<Method> allowedMethods,
        Set<Method> cachedMethods,
        boolean compress,
        CachePolicy cachePolicy,
        Forwarding forwarding,
        @Nullable ResponseHeadersPolicy responseHeaders,
        boolean grpc,
        @Nullable TrustedKeys trustedKeys,
        @Nullable FieldEncryption encryption,
        @Nullable ViewerFunctions functions,
        @Nullable RealtimeLog realtime,
        @Nullable EdgeLambdas lambdas) {
    public Behavior {
        allowedMethods = Set.copyOf(EnumSet.copyOf(allowedMethods));
        cachedMethods = Set.copyOf(EnumSet.copyOf(cachedMethods));
        if (!allowedMethods.containsAll(cachedMethods)) {
            throw new IllegalArgumentException("behavior " + pathPattern + " caches a method that it does not allow");
        }
        if (encryption != null && viewerProtocolPolicy == ViewerProtocolPolicy.ALLOW_ALL) {
            throw new IllegalArgumentException("behavior " + pathPattern + " encrypts fields that come in clear");
        }
    }

    /** A behavior without real-time log and Lambda functions. */
    public Behavior(
            String pathPattern,
            Origin origin,
            @Nullable Failover failover,
            ViewerProtocolPolicy viewerProtocolPolicy,
            Set<Method> allowedMethods,
            Set<Method> cachedMethods,
            boolean compress,
            CachePolicy cachePolicy,
            Forwarding forwarding,
            @Nullable ResponseHeadersPolicy responseHeaders,
            boolean grpc,
            @Nullable TrustedKeys trustedKeys,
            @Nullable FieldEncryption encryption,
            @Nullable ViewerFunctions functions) {
        this(
                pathPattern,
                origin,
                failover,
                viewerProtocolPolicy,
                allowedMethods,
                cachedMethods,
                compress,
                cachePolicy,
                forwarding,
                responseHeaders,
                grpc,
                trustedKeys,
                encryption,
                functions,
                null,
                null);
    }

    /** A behavior that anybody may use. */
    public Behavior(
            String pathPattern,
            Origin origin,
            @Nullable Failover failover,
            ViewerProtocolPolicy viewerProtocolPolicy,
            Set<Method> allowedMethods,
            Set<Method> cachedMethods,
            boolean compress,
            CachePolicy cachePolicy,
            Forwarding forwarding,
            @Nullable ResponseHeadersPolicy responseHeaders,
            boolean grpc) {
        this(
                pathPattern,
                origin,
                failover,
                viewerProtocolPolicy,
                allowedMethods,
                cachedMethods,
                compress,
                cachePolicy,
                forwarding,
                responseHeaders,
                grpc,
                null,
                null,
                null,
                null,
                null);
    }

    /** A behavior without functions. */
    public Behavior(
            String pathPattern,
            Origin origin,
            @Nullable Failover failover,
            ViewerProtocolPolicy viewerProtocolPolicy,
            Set<Method> allowedMethods,
            Set<Method> cachedMethods,
            boolean compress,
            CachePolicy cachePolicy,
            Forwarding forwarding,
            @Nullable ResponseHeadersPolicy responseHeaders,
            boolean grpc,
            @Nullable TrustedKeys trustedKeys) {
        this(
                pathPattern,
                origin,
                failover,
                viewerProtocolPolicy,
                allowedMethods,
                cachedMethods,
                compress,
                cachePolicy,
                forwarding,
                responseHeaders,
                grpc,
                trustedKeys,
                null,
                null,
                null,
                null);
    }

    /** The same with these Lambda functions. */
    public Behavior with(@Nullable EdgeLambdas others) {
        return new Behavior(
                pathPattern,
                origin,
                failover,
                viewerProtocolPolicy,
                allowedMethods,
                cachedMethods,
                compress,
                cachePolicy,
                forwarding,
                responseHeaders,
                grpc,
                trustedKeys,
                encryption,
                functions,
                realtime,
                others);
    }

    /** The same for one origin only: what the other member of the group is asked by. */
    public Behavior of(Origin only) {
        return new Behavior(
                pathPattern,
                only,
                null,
                viewerProtocolPolicy,
                allowedMethods,
                cachedMethods,
                compress,
                cachePolicy,
                forwarding,
                responseHeaders,
                grpc,
                trustedKeys,
                encryption,
                functions,
                realtime,
                lambdas);
    }

    /** The same with other origins. */
    public Behavior to(Origin first, @Nullable Failover second) {
        return new Behavior(
                pathPattern,
                first,
                second,
                viewerProtocolPolicy,
                allowedMethods,
                cachedMethods,
                compress,
                cachePolicy,
                forwarding,
                responseHeaders,
                grpc,
                trustedKeys,
                encryption,
                functions,
                realtime,
                lambdas);
    }

    /** The same with another cache policy. */
    public Behavior with(CachePolicy other) {
        return new Behavior(
                pathPattern,
                origin,
                failover,
                viewerProtocolPolicy,
                allowedMethods,
                cachedMethods,
                compress,
                other,
                forwarding,
                responseHeaders,
                grpc,
                trustedKeys,
                encryption,
                functions,
                realtime,
                lambdas);
    }

    public enum ViewerProtocolPolicy {
        ALLOW_ALL,
        HTTPS_ONLY,
        REDIRECT_TO_HTTPS
    }
}
