package dev.perigee.edge.origin;

import dev.perigee.core.tls.ServerCertificate;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** TLS towards origins: trusts the JDK's roots and those of the configuration, and always verifies the name. */
final class OriginTls {
    private static final Set<String> KNOWN = Set.of("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3");

    private static final int CONTEXTS_MAX = 256;
    /** Among the alternative names of a certificate (RFC 5280 section 4.2.1.6). */
    private static final int DNS_NAME = 2;

    private final List<X509Certificate> extraRoots;
    private final ConcurrentHashMap<Kind, SslContext> contexts = new ConcurrentHashMap<>();
    private @Nullable TrustManagerFactory trust;

    /** What connections of one context have in common. */
    private record Kind(Set<String> protocols, @Nullable OriginIdentity identity, boolean http2, boolean namesItself) {}

    OriginTls(List<X509Certificate> extraRoots) {
        this.extraRoots = List.copyOf(extraRoots);
    }

    /**
     * The context for an origin's OriginSslProtocols. CloudFront's list ends at TLSv1.2, which stands for 1.2 and up.
     * SSLv3 exists in no library any more.
     *
     * @param http2 whether HTTP/2 is asked for, and nothing else is
     * @param namesItself whether the certificate is to be for the name in SNI or the origin's own; else whoever connects asks
     *     {@link #admits} once the handshake is done
     * @throws SSLException when no protocol of the list can be spoken
     */
    SslContext context(List<String> sslProtocols, @Nullable OriginIdentity identity, boolean http2, boolean namesItself)
            throws SSLException {
        Set<String> protocols = new TreeSet<>(sslProtocols);
        protocols.retainAll(KNOWN);
        if (sslProtocols.isEmpty()) protocols.add("TLSv1.2");
        if (protocols.isEmpty()) throw new SSLException("no usable protocol in " + sslProtocols);
        if (protocols.contains("TLSv1.2")) protocols.add("TLSv1.3");
        var kind = new Kind(protocols, identity, http2, namesItself);
        SslContext context = contexts.get(kind);
        if (context != null) return context;
        // Certificates come and go; connections keep the context that they were made with.
        if (contexts.size() >= CONTEXTS_MAX) contexts.clear();
        SslContext built = build(kind);
        SslContext first = contexts.putIfAbsent(kind, built);
        return first == null ? built : first;
    }

    /**
     * TLS with the origin's name in SNI, or the viewer's Host where that is forwarded. The certificate has to be for that
     * name or for the origin's own (developer guide, "Require HTTPS for communication between CloudFront and your custom
     * origin"): the JDK's trust manager looks at the name in SNI first, and then at the peer's.
     */
    static SslHandler handler(SslContext context, Target target, ByteBufAllocator allocator) {
        SslHandler handler = context.newHandler(
                allocator, target.originName(), target.address().getPort());
        // Netty sends no name of one label; servers under development have no other, and some insist on it.
        boolean usual = target.serverName().equalsIgnoreCase(target.originName());
        if (usual && target.originName().indexOf('.') >= 0) return handler;
        SNIHostName asked = inSni(target.serverName());
        if (asked == null) return handler;
        SSLParameters parameters = handler.engine().getSSLParameters();
        parameters.setServerNames(List.of(asked));
        handler.engine().setSSLParameters(parameters);
        return handler;
    }

    /** Whether the certificate of a handshake that is done is for one of the names that the target wants, where it wants any. */
    static boolean admits(SslHandler handler, Target target) {
        if (target.certificates().isEmpty()) return true;
        try {
            if (!(handler.engine().getSession().getPeerCertificates()[0] instanceof X509Certificate certificate))
                return false;
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names == null) return false;
            for (List<?> name : names) {
                if (Integer.valueOf(DNS_NAME).equals(name.getFirst())
                        && isWanted(String.valueOf(name.getLast()).toLowerCase(Locale.ROOT), target.certificates()))
                    return true;
            }
            return false;
        } catch (SSLPeerUnverifiedException | CertificateParsingException _) {
            return false;
        }
    }

    /** An asterisk stands for one label, in the certificate and in what is wanted. */
    static boolean isWanted(String name, List<String> wanted) {
        if (ServerCertificate.covers(wanted, name)) return true;
        for (String each : wanted) {
            if (ServerCertificate.covers(List.of(name), each)) return true;
        }
        return false;
    }

    /** Null for what cannot stand in SNI: an address, or a host that is no name (RFC 6066 section 3). */
    private static @Nullable SNIHostName inSni(String host) {
        if (NetUtil.isValidIpV4Address(host)) return null;
        try {
            return new SNIHostName(host);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private SslContext build(Kind kind) throws SSLException {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                .trustManager(trust())
                .endpointIdentificationAlgorithm(kind.namesItself() ? "HTTPS" : null)
                .protocols(kind.protocols());
        OriginIdentity identity = kind.identity();
        if (identity != null) {
            // As for viewers: the usual type of key store encrypts what never leaves this process.
            builder.keyManager(identity.key(), identity.chain().toArray(X509Certificate[]::new))
                    .keyStoreType("JKS");
        }
        if (kind.http2()) {
            builder.applicationProtocolConfig(new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                    ApplicationProtocolNames.HTTP_2));
        }
        return builder.build();
    }

    private synchronized TrustManagerFactory trust() throws SSLException {
        TrustManagerFactory built = trust;
        if (built == null) {
            try {
                built = trustOf(extraRoots);
            } catch (GeneralSecurityException | IOException e) {
                throw new SSLException("trusted roots cannot be read", e);
            }
            trust = built;
        }
        return built;
    }

    private static TrustManagerFactory trustOf(List<X509Certificate> extraRoots)
            throws GeneralSecurityException, IOException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        if (extraRoots.isEmpty()) return factory;
        KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
        all.load(null, null);
        int count = 0;
        for (TrustManager manager : factory.getTrustManagers()) {
            if (!(manager instanceof X509TrustManager roots)) continue;
            for (X509Certificate root : roots.getAcceptedIssuers()) all.setCertificateEntry("jdk-" + count++, root);
        }
        for (X509Certificate root : extraRoots) all.setCertificateEntry("extra-" + count++, root);
        TrustManagerFactory both = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        both.init(all);
        return both;
    }
}
