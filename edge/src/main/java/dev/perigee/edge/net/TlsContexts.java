package dev.perigee.edge.net;

import dev.perigee.core.serve.Offer;
import dev.perigee.core.tls.Challenges;
import dev.perigee.core.tls.CipherSuite;
import dev.perigee.core.tls.MutualTls;
import dev.perigee.core.tls.Seal;
import dev.perigee.core.tls.SecurityPolicy;
import dev.perigee.core.tls.ServerCertificate;
import dev.perigee.core.tls.TrustStore;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS contexts of an edge: one for each certificate, policy and choice of protocols, made when a viewer first needs it and
 * kept while the plan has the certificate. They are keyed by value, so a plan that changes other things changes nothing here,
 * and a certificate that was replaced is presented from the next handshake on.
 *
 * <p>Each context has ticket keys of its own: a session resumes into the same certificate and policy or not at all. Under
 * mutual TLS none resumes.
 */
final class TlsContexts {
    private static final Logger LOG = LoggerFactory.getLogger(TlsContexts.class);
    static final int SESSION_SECONDS = 3600;
    private static final long TICKET_KEY_NANOS = TimeUnit.HOURS.toNanos(6);
    /** Those of CloudFront that BoringSSL has; the SecP256r1MLKEM768 hybrid is missing. */
    static final String[] GROUPS = {"X25519MLKEM768", "X25519", "P-256", "P-384"};

    private static final ApplicationProtocolConfig WITH_HTTP2 =
            offering(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1);
    private static final ApplicationProtocolConfig HTTP1_ONLY = offering(ApplicationProtocolNames.HTTP_1_1);
    private static final ApplicationProtocolConfig PROOF = offering(Challenges.PROTOCOL);

    /**
     * Of the key store in which Netty hands a key over, and which nobody else sees. The usual type, PKCS #12, is made for disks: it
     * would derive a key from no password by 10,000 rounds, there and back, which costs ten times as much as all else of a context.
     */
    private static final String KEY_STORE = "JKS";

    /** For viewers who are not asked for certificates. By default Netty would read all that the JDK trusts, for each context. */
    private static final TrustManagerFactory NOBODY = trustingNobody();

    private static final SecureRandom RANDOM = new SecureRandom();

    private final ServerCertificate byDefault;
    private final PrivateKey defaultKey;
    private final Seal seal;
    private final InstantSource clock;
    private final Map<Key, Entry> entries = new ConcurrentHashMap<>();

    /** What is offered besides encryption. */
    private enum Protocols {
        HTTP1,
        HTTP2_AND_1,
        /** Only the handshake itself is wanted, by a certificate authority. */
        NONE
    }

    /**
     * What a context is made for.
     *
     * @param protocols what is offered besides encryption (ALPN)
     * @param mutual what is asked of viewers' certificates, null for nothing
     * @param trustStore whom they may come from; null where nobody is asked, or the origin judges
     */
    private record Key(
            ServerCertificate certificate,
            SecurityPolicy policy,
            Protocols protocols,
            @Nullable MutualTls mutual,
            @Nullable TrustStore trustStore) {}

    /** @param clock by which viewers' certificates are valid */
    TlsContexts(ServerCertificate byDefault, PrivateKey defaultKey, Seal seal, InstantSource clock) {
        this.byDefault = byDefault;
        this.defaultKey = defaultKey;
        this.seal = seal;
        this.clock = clock;
    }

    ServerCertificate byDefault() {
        return byDefault;
    }

    /** Makes what every viewer without a name needs, to find out before the first one whether it can be used. */
    void prepare() throws IOException {
        try {
            make(new Key(byDefault, SecurityPolicy.TLS_V1, Protocols.HTTP1, null, null));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("the edge's certificate and key cannot be used", e);
        }
    }

    /** The context of an offer: at once when it is there, else made on a thread that may take its time. */
    Future<SslContext> of(Offer offer, boolean http2, Promise<SslContext> promise) {
        ServerCertificate certificate = offer.certificate() == null ? byDefault : offer.certificate();
        Protocols protocols = http2 ? Protocols.HTTP2_AND_1 : Protocols.HTTP1;
        return of(new Key(certificate, offer.policy(), protocols, offer.mutual(), offer.trustStore()), promise);
    }

    /** The context that proves a name to a certificate authority. */
    Future<SslContext> ofProof(ServerCertificate certificate, Promise<SslContext> promise) {
        return of(new Key(certificate, SecurityPolicy.TLS_V1_2_2021, Protocols.NONE, null, null), promise);
    }

    private Future<SslContext> of(Key key, Promise<SslContext> promise) {
        Entry entry = entries.computeIfAbsent(key, this::begin);
        CompletableFuture<SslContext> made = entry.made;
        if (made.isDone() && !made.isCompletedExceptionally()) {
            entry.renewTicketKey(System.nanoTime());
            return promise.setSuccess(made.join());
        }
        var _ = made.whenComplete((context, failure) -> {
            if (context != null) promise.trySuccess(context);
            else promise.tryFailure(failure);
        });
        return promise;
    }

    private Entry begin(Key key) {
        var entry = new Entry(key.mutual() == null);
        Thread.ofVirtual().name("tls context").start(() -> {
            try {
                SslContext context = make(key);
                entry.renewTicketKey(context, System.nanoTime());
                entry.made.complete(context);
            } catch (Throwable failure) {
                LOG.error(
                        "certificate {} cannot be presented: {}",
                        key.certificate().id(),
                        failure.toString());
                entry.made.completeExceptionally(failure);
            }
        });
        return entry;
    }

    /** Forgets the contexts of certificates and of trust stores that are in use no longer. */
    void keepOnly(Set<ServerCertificate> kept, Collection<TrustStore> trustStores) {
        Set<@Nullable TrustStore> trusted = new HashSet<>(trustStores);
        trusted.add(null);
        // One that could not be made gets another chance.
        entries.entrySet()
                .removeIf(entry -> !kept.contains(entry.getKey().certificate())
                        || !trusted.contains(entry.getKey().trustStore())
                        || entry.getValue().made.isCompletedExceptionally());
    }

    private SslContext make(Key key) throws GeneralSecurityException, IOException {
        ServerCertificate certificate = key.certificate();
        SslContextBuilder builder = SslContextBuilder.forServer(privateKey(certificate), chain(certificate))
                .keyStoreType(KEY_STORE)
                .trustManager(NOBODY);
        if (OpenSsl.isAvailable()) {
            builder.sslProvider(SslProvider.OPENSSL)
                    .option(OpenSslContextOption.GROUPS, GROUPS)
                    .protocols(key.policy().protocols().stream()
                            .filter(protocol -> !protocol.equals("SSLv3"))
                            .toList())
                    .ciphers(ciphers(key.policy()), IdentityCipherSuiteFilter.INSTANCE)
                    .sessionTimeout(SESSION_SECONDS);
        } else if (key.mutual() != null) {
            throw new GeneralSecurityException("mutual TLS needs BoringSSL, which this platform lacks");
        } else {
            // Without BoringSSL the JDK decides which of its ciphers are good enough.
            builder.sslProvider(SslProvider.JDK)
                    .protocols(
                            key.policy() == SecurityPolicy.TLS_V1_3_2025
                                    ? List.of("TLSv1.3")
                                    : List.of("TLSv1.3", "TLSv1.2"));
        }
        builder.applicationProtocolConfig(offered(key.protocols()));
        MutualTls mutual = key.mutual();
        if (mutual == null) return builder.build();
        SslContext context = builder.clientAuth(
                        mutual.mode() == MutualTls.Mode.REQUIRED ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL)
                .trustManager(ViewerTrust.of(mutual, key.trustStore(), clock))
                .build();
        // What a viewer shows is judged anew in every handshake (decision 014); see MutualHandshake for tickets.
        ((OpenSslSessionContext) context.sessionContext()).setSessionCacheEnabled(false);
        return context;
    }

    private static TrustManagerFactory trustingNobody() {
        try {
            KeyStore none = KeyStore.getInstance(KEY_STORE);
            none.load(null, null);
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(none);
            return factory;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every JDK has such a key store", e);
        }
    }

    PrivateKey privateKey(ServerCertificate certificate) throws GeneralSecurityException {
        return certificate.equals(byDefault)
                ? defaultKey
                : PemKeys.privateKey(seal.open(certificate.id(), certificate.sealedKey()));
    }

    private static ApplicationProtocolConfig offered(Protocols protocols) {
        return switch (protocols) {
            case HTTP1 -> HTTP1_ONLY;
            case HTTP2_AND_1 -> WITH_HTTP2;
            case NONE -> PROOF;
        };
    }

    /** In this order; a viewer that knows none of them gets none and may go on with HTTP/1.1. */
    private static ApplicationProtocolConfig offering(String... protocols) {
        return new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                protocols);
    }

    /** What BoringSSL has of a policy, in its order. All suites of TLS 1.3 are always on there. */
    private static List<String> ciphers(SecurityPolicy policy) {
        return Stream.concat(
                        Stream.of(CipherSuite.values()).filter(CipherSuite::isTls13),
                        policy.ciphers().stream().filter(suite -> !suite.isTls13()))
                .map(CipherSuite::iana)
                .filter(OpenSsl::isCipherSuiteAvailable)
                .toList();
    }

    static X509Certificate[] chain(ServerCertificate certificate) throws GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        X509Certificate[] chain = new X509Certificate[certificate.chain().size()];
        for (int i = 0; i < chain.length; i++) {
            byte[] der = Base64.getDecoder().decode(certificate.chain().get(i));
            chain[i] = (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
        }
        return chain;
    }

    /** One context, made or being made, and the keys of its tickets. */
    private static final class Entry {
        private final CompletableFuture<SslContext> made = new CompletableFuture<>();
        private final boolean resumes;
        private @Nullable OpenSslSessionTicketKey ticketKey;
        private volatile long renewed;

        private Entry(boolean resumes) {
            this.resumes = resumes;
        }

        private void renewTicketKey(long now) {
            if (resumes && now - renewed > TICKET_KEY_NANOS) renewTicketKey(made.join(), now);
        }

        /** Tickets open with the key before as well, so that nobody's session ends with the change. */
        private synchronized void renewTicketKey(SslContext context, long now) {
            if (!resumes) return;
            OpenSslSessionTicketKey before = ticketKey;
            if (before != null && now - renewed <= TICKET_KEY_NANOS) return;
            if (!(context.sessionContext() instanceof OpenSslSessionContext sessions)) return;
            OpenSslSessionTicketKey next = new OpenSslSessionTicketKey(
                    random(OpenSslSessionTicketKey.NAME_SIZE),
                    random(OpenSslSessionTicketKey.HMAC_KEY_SIZE),
                    random(OpenSslSessionTicketKey.AES_KEY_SIZE));
            if (before == null) sessions.setTicketKeys(next);
            else sessions.setTicketKeys(next, before);
            ticketKey = next;
            renewed = now;
        }

        private static byte[] random(int size) {
            byte[] bytes = new byte[size];
            RANDOM.nextBytes(bytes);
            return bytes;
        }
    }
}
