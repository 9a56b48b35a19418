package dev.perigee.core.serve;

import dev.perigee.core.plan.Distribution;
import dev.perigee.core.tls.MutualTls;
import dev.perigee.core.tls.SecurityPolicy;
import dev.perigee.core.tls.ServerCertificate;
import dev.perigee.core.tls.TlsSettings;
import dev.perigee.core.tls.TrustStore;
import org.jspecify.annotations.Nullable;

/**
 * What a handshake offers to a viewer, chosen by the name it asks for (SNI).
 *
 * @param distribution id of the distribution that it is made for, null when the name is nobody's, or none was given
 * @param certificate null for the edge's default certificate
 * @param policy the distribution's, also under its name below the domain suffix
 * @param http2 whether HTTP/2 is offered; to who names nobody, if the default distribution offers it
 * @param http3 whether a handshake of QUIC is answered; to who names nobody, unless the default distribution has no HTTP/3
 * @param mutual what is asked of the viewer's certificate; null for nothing
 * @param trustStore that mutual names
 */
public record Offer(
        @Nullable String distribution,
        @Nullable ServerCertificate certificate,
        SecurityPolicy policy,
        boolean http2,
        boolean http3,
        @Nullable MutualTls mutual,
        @Nullable TrustStore trustStore) {
    /** QUIC has no other (RFC 9001). */
    private static final String TLS_OF_QUIC = "TLSv1.3";

    /**
     * Chooses. An alias has the distribution's certificate; so has a deeper name that only a wildcard alias leads to, although
     * that certificate will not please the viewer. The name that comes with the distribution, an unknown name, and none at all
     * have the default certificate.
     *
     * @param name in lower case, null when the viewer named none
     */
    public static Offer to(Routes routes, @Nullable String name) {
        Distribution distribution = name == null ? null : routes.owner(name);
        if (name == null || distribution == null) {
            Distribution fallback = routes.distribution("");
            boolean http2 = fallback != null && fallback.versions().http2();
            // As over TCP: who is wrong about the name learns so from the certificate, or by a 403.
            boolean http3 = fallback == null || http3(fallback);
            return new Offer(null, null, TlsSettings.DEFAULT.policy(), http2, http3, null, null);
        }
        TlsSettings settings = distribution.tls();
        ServerCertificate own = settings.certificate() == null ? null : routes.certificate(settings.certificate());
        boolean assigned = own != null && distribution.hosts().contains(name) && !own.covers(name);
        MutualTls mutual = settings.mutual();
        String trusted = mutual == null ? null : mutual.trustStore();
        return new Offer(
                distribution.id(),
                assigned ? null : own,
                settings.policy(),
                distribution.versions().http2(),
                http3(distribution),
                mutual,
                trusted == null ? null : routes.trustStore(trusted));
    }

    /** Whether a distribution is served over HTTP/3, which its other viewers are told; never with mutual TLS. */
    public static boolean http3(Distribution distribution) {
        TlsSettings tls = distribution.tls();
        return distribution.versions().http3()
                && tls.mutual() == null
                && tls.policy().protocols().contains(TLS_OF_QUIC);
    }

    /**
     * Whether a request for this host may be answered on a connection that this was offered to; if not, the answer is 421. What
     * belongs to another distribution is answered when the certificate that was presented is good for the host, and when the
     * connection is as safe as that distribution wants its own to be. A distribution with mutual TLS answers where the
     * handshake was made for it, and asked of the viewer what is asked now.
     *
     * @param byDefault the edge's default certificate
     * @param protocol of the connection, by Java's name, likewise the cipher suite
     */
    public boolean serves(Routes routes, String host, ServerCertificate byDefault, String protocol, String cipher) {
        Distribution answering = routes.distribution(host);
        if (answering != null && answering.tls().mutual() != null) return isMadeFor(answering);
        Distribution owner = routes.owner(host);
        // A host that is nobody's is refused elsewhere, or is what the default distribution was chosen for.
        if (owner == null || owner.id().equals(distribution)) return true;
        ServerCertificate presented = certificate == null ? byDefault : certificate;
        return presented.covers(host) && owner.tls().policy().allows(protocol, cipher);
    }

    /** As {@link #serves}, on a connection of QUIC: what belongs to a distribution without HTTP/3 is not answered there. */
    public boolean servesOverQuic(
            Routes routes, String host, ServerCertificate byDefault, String protocol, String cipher) {
        Distribution answering = routes.distribution(host);
        return (answering == null || http3(answering)) && serves(routes, host, byDefault, protocol, cipher);
    }

    /** Another trust store, or other authorities in it, count from the next handshake on. */
    private boolean isMadeFor(Distribution answering) {
        MutualTls wanted = answering.tls().mutual();
        return mutual != null
                && wanted != null
                && mutual.mode() == wanted.mode()
                && answering.id().equals(distribution);
    }
}
