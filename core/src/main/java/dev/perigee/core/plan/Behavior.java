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

    /** A behavior that anybody may ask to GET and HEAD, over any protocol, and that sends no more to its origin than it must. */
    public static Builder builder(String pathPattern, Origin origin, CachePolicy cachePolicy) {
        return new Builder(pathPattern, origin, cachePolicy);
    }

    /** The same, to change something of it. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** The same with these Lambda functions. */
    public Behavior with(@Nullable EdgeLambdas others) {
        return toBuilder().lambdas(others).build();
    }

    /** The same for one origin only: what the other member of the group is asked by. */
    public Behavior of(Origin only) {
        return to(only, null);
    }

    /** The same with other origins. */
    public Behavior to(Origin first, @Nullable Failover second) {
        return toBuilder().origin(first).failover(second).build();
    }

    /** The same with another cache policy. */
    public Behavior with(CachePolicy other) {
        return toBuilder().cachePolicy(other).build();
    }

    public enum ViewerProtocolPolicy {
        ALLOW_ALL,
        HTTPS_ONLY,
        REDIRECT_TO_HTTPS
    }

    /** Makes behaviors; what is not said is as {@link #builder} has it. */
    public static final class Builder {
        private final String pathPattern;
        private Origin origin;
        private @Nullable Failover failover;
        private ViewerProtocolPolicy viewerProtocolPolicy = ViewerProtocolPolicy.ALLOW_ALL;
        private Set<Method> allowedMethods = EnumSet.of(Method.GET, Method.HEAD);
        private Set<Method> cachedMethods = EnumSet.of(Method.GET, Method.HEAD);
        private boolean compress;
        private CachePolicy cachePolicy;
        private Forwarding forwarding = Forwarding.NOTHING;
        private @Nullable ResponseHeadersPolicy responseHeaders;
        private boolean grpc;
        private @Nullable TrustedKeys trustedKeys;
        private @Nullable FieldEncryption encryption;
        private @Nullable ViewerFunctions functions;
        private @Nullable RealtimeLog realtime;
        private @Nullable EdgeLambdas lambdas;

        private Builder(String pathPattern, Origin origin, CachePolicy cachePolicy) {
            this.pathPattern = pathPattern;
            this.origin = origin;
            this.cachePolicy = cachePolicy;
        }

        private Builder(Behavior of) {
            pathPattern = of.pathPattern;
            origin = of.origin;
            cachePolicy = of.cachePolicy;
            failover = of.failover;
            viewerProtocolPolicy = of.viewerProtocolPolicy;
            allowedMethods = of.allowedMethods;
            cachedMethods = of.cachedMethods;
            compress = of.compress;
            forwarding = of.forwarding;
            responseHeaders = of.responseHeaders;
            grpc = of.grpc;
            trustedKeys = of.trustedKeys;
            encryption = of.encryption;
            functions = of.functions;
            realtime = of.realtime;
            lambdas = of.lambdas;
        }

        public Builder origin(Origin chosen) {
            origin = chosen;
            return this;
        }

        public Builder failover(@Nullable Failover chosen) {
            failover = chosen;
            return this;
        }

        public Builder viewerProtocolPolicy(ViewerProtocolPolicy chosen) {
            viewerProtocolPolicy = chosen;
            return this;
        }

        public Builder allowedMethods(Set<Method> chosen) {
            allowedMethods = chosen;
            return this;
        }

        public Builder cachedMethods(Set<Method> chosen) {
            cachedMethods = chosen;
            return this;
        }

        public Builder compress(boolean chosen) {
            compress = chosen;
            return this;
        }

        public Builder cachePolicy(CachePolicy chosen) {
            cachePolicy = chosen;
            return this;
        }

        public Builder forwarding(Forwarding chosen) {
            forwarding = chosen;
            return this;
        }

        public Builder lambdas(@Nullable EdgeLambdas chosen) {
            lambdas = chosen;
            return this;
        }

        public Behavior build() {
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
                    lambdas);
        }
    }
}
