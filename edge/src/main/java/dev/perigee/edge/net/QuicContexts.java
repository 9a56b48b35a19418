package dev.perigee.edge.net;

import dev.perigee.core.serve.Offer;
import dev.perigee.core.tls.SecurityPolicy;
import dev.perigee.core.tls.ServerCertificate;
import io.netty.handler.codec.quic.BoringSSLContextOption;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.util.Mapping;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS contexts of QUIC, whose TLS is another library's than that of TCP: one for each certificate and policy, made when
 * a viewer first needs it and kept while the plan has the certificate. A context's ticket keys are its own, so a session
 * resumes into the same certificate and policy or not at all. Data before the end of a handshake is never taken: it can be
 * replayed (RFC 9001 section 9.2), and what it saves is one round trip of a viewer who comes back.
 */
final class QuicContexts {
    private static final Logger LOG = LoggerFactory.getLogger(QuicContexts.class);
    private static final String HTTP_3 = "h3";

    private final TlsContexts keys;
    private final Map<Key, QuicSslContext> made = new ConcurrentHashMap<>();
    /** Of which none can be made: not tried, and not complained of, at each handshake that anybody begins. */
    private final Set<Key> refused = ConcurrentHashMap.newKeySet();

    private record Key(ServerCertificate certificate, SecurityPolicy policy) {}

    QuicContexts(TlsContexts keys) {
        this.keys = keys;
    }

    ServerCertificate byDefault() {
        return keys.byDefault();
    }

    /**
     * The context of an offer, or null when its certificate cannot be used. QUIC wants it at once: making one takes the loop
     * a millisecond or two, once for each certificate.
     */
    @Nullable
    QuicSslContext of(Offer offer) {
        ServerCertificate certificate = offer.certificate() == null ? keys.byDefault() : offer.certificate();
        Key key = new Key(certificate, offer.policy());
        QuicSslContext known = made.get(key);
        if (known != null) return known;
        if (refused.contains(key)) return null;
        try {
            // Two loops may make one at the same time; neither waits for the other, and one is kept.
            QuicSslContext context = make(keys.privateKey(certificate), TlsContexts.chain(certificate));
            QuicSslContext earlier = made.putIfAbsent(key, context);
            return earlier == null ? context : earlier;
        } catch (GeneralSecurityException | RuntimeException e) {
            if (refused.add(key))
                LOG.error("certificate {} cannot be presented over QUIC: {}", certificate.id(), e.toString());
            return null;
        }
    }

    void keepOnly(Set<ServerCertificate> certificates) {
        made.keySet().removeIf(key -> !certificates.contains(key.certificate()));
        // With a new plan each gets another chance.
        refused.clear();
    }

    private static QuicSslContext make(PrivateKey key, X509Certificate[] chain) {
        return common(new OneKey(key, chain))
                .option(BoringSSLContextOption.GROUPS, TlsContexts.GROUPS)
                .sessionTimeout(TlsContexts.SESSION_SECONDS)
                .build();
    }

    /** What a handshake begins with, until the viewer's name tells which context it goes on with. Without one it fails. */
    static QuicSslContext choosing(Mapping<? super String, ? extends QuicSslContext> byName) {
        return common(new NoKey()).sni(byName).build();
    }

    private static QuicSslContextBuilder common(X509ExtendedKeyManager key) {
        return QuicSslContextBuilder.forServer(key, null)
                // Nobody is asked for a certificate; the usual roots would take tens of milliseconds to read.
                .trustManager(new TrustsNobody())
                .applicationProtocols(HTTP_3)
                .earlyData(false);
    }

    private static final class TrustsNobody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("no client certificate is asked for");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("this is the server");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** For viewers that name nobody. */
    private static class NoKey extends X509ExtendedKeyManager {
        @Override
        public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }

        @Override
        public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }

        @Override
        public X509Certificate @Nullable [] getCertificateChain(String alias) {
            return null;
        }

        @Override
        public @Nullable PrivateKey getPrivateKey(String alias) {
            return null;
        }
    }

    /** A key with its certificates, without the key store that would encrypt it first. */
    private static final class OneKey extends NoKey {
        private static final String ALIAS = "key";

        private final PrivateKey key;
        private final X509Certificate[] chain;

        OneKey(PrivateKey key, X509Certificate[] chain) {
            this.key = key;
            this.chain = chain;
        }

        @Override
        public @Nullable String chooseEngineServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            // The viewer's kinds of keys do not matter: there is this one, or a failed handshake.
            return ALIAS;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return chain.clone();
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key;
        }
    }
}
