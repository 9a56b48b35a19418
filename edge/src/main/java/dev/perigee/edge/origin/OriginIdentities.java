package dev.perigee.edge.origin;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Client certificates for origins by the ARN that plans name them by; their keys never stand in a plan. They may change
 * while the edge runs: the next connection shows the new one.
 */
public final class OriginIdentities {
    private final ConcurrentHashMap<String, OriginIdentity> byArn = new ConcurrentHashMap<>();

    public void put(String arn, OriginIdentity identity) {
        byArn.put(arn, identity);
    }

    public void remove(String arn) {
        byArn.remove(arn);
    }

    @Nullable
    OriginIdentity find(String arn) {
        return byArn.get(arn);
    }
}
