package dev.perigee.core.plan;

/** How the edge proves itself to an origin (origin access control, origin mutual TLS). Keys never stand in a plan. */
public sealed interface OriginAccess {
    /** Requests are not signed: no access control, or SigningBehavior {@code never}. */
    record Anonymous() implements OriginAccess {}

    /**
     * Requests are signed with SigV4.
     *
     * @param service name in the credential scope: {@code s3}, {@code lambda}, {@code mediastore}, {@code mediapackagev2}
     * @param region of the origin
     * @param yieldsToViewer SigningBehavior {@code no-override}: a viewer's Authorization header stays
     */
    record Signed(String service, String region, boolean yieldsToViewer) implements OriginAccess {}

    /**
     * A client certificate is shown to an origin that asks for one over TLS.
     *
     * @param arn of the certificate
     */
    record Certificate(String arn) implements OriginAccess {}
}
