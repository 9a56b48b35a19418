package dev.perigee.core.firewall;

import java.util.List;

/** By what requests are counted apart. A request that lacks one of the keys is not counted. */
public sealed interface RateKey {
    /** The address of the connection. */
    record Address() implements RateKey {}

    /** The first address of a header field. */
    record ForwardedAddress(Statement.Forwarded forwarded) implements RateKey {}

    /** A part of the request. */
    record Part(Component component, List<Transformation> transformations) implements RateKey {
        public Part {
            transformations = List.copyOf(transformations);
        }
    }

    /** The labels that begin with this namespace. */
    record Labels(String namespace) implements RateKey {}
}
