package dev.perigee.edge.net;

import dev.perigee.core.plan.Plan;
import dev.perigee.core.serve.Offer;
import dev.perigee.core.serve.Routes;
import dev.perigee.core.tls.Challenges;
import dev.perigee.core.tls.ClientFingerprints;
import dev.perigee.core.tls.ClientGreeting;
import dev.perigee.core.tls.ServerCertificate;
import dev.perigee.edge.EdgeConfig;
import dev.perigee.edge.EdgeLimits;
import dev.perigee.edge.serve.Plans;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AsyncMapping;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** TLS towards viewers: certificate and policy by the name that the viewer asks for. */
final class ViewerTls {
    /** What a viewer says first is a few hundred octets, with key shares of post-quantum groups under 2 KiB. */
    private static final int CLIENT_HELLO_MAX = 16 << 10;

    private static final int DNS_NAME = 2;

    /** Threads that judge viewers' certificates, and how many handshakes may wait for them; one more fails. */
    private static final int JUDGES = 2;

    private static final int JUDGEMENTS_MAX = 256;

    private final TlsContexts contexts;
    private final QuicContexts quic;
    private final Plans plans;
    private final long timeoutMillis;
    private final long lastWriteMillis;
    /** A chain that was never seen takes milliseconds (decision 014), which the other viewers of a loop must not wait for. */
    private final ThreadPoolExecutor judges = new ThreadPoolExecutor(
            JUDGES,
            JUDGES,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(JUDGEMENTS_MAX),
            Thread.ofPlatform().daemon().name("tls-judge-", 0).factory());

    private ViewerTls(TlsContexts contexts, Plans plans, EdgeLimits limits) {
        this.contexts = contexts;
        this.quic = new QuicContexts(contexts);
        this.plans = plans;
        this.timeoutMillis = limits.handshakeTimeout().toMillis();
        this.lastWriteMillis = limits.stallTimeout().toMillis();
        judges.allowCoreThreadTimeOut(true);
    }

    /** Reads the default certificate and its key. */
    static ViewerTls of(EdgeConfig config, Plans plans) throws IOException {
        Path chain = config.certificateChain();
        try {
            PrivateKey key = PemKeys.read(config.privateKey());
            TlsContexts contexts = new TlsContexts(certificate(chain), key, config.seal(), config.clock());
            contexts.prepare();
            return new ViewerTls(contexts, plans, config.limits());
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("no usable certificate and key in " + chain + " and " + config.privateKey(), e);
        }
    }

    private static ServerCertificate certificate(Path file) throws IOException, GeneralSecurityException {
        try (var stream = Files.newInputStream(file)) {
            List<String> chain = new ArrayList<>();
            X509Certificate leaf = null;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(stream)) {
                if (leaf == null) leaf = (X509Certificate) certificate;
                chain.add(Base64.getEncoder().encodeToString(certificate.getEncoded()));
            }
            if (leaf == null) throw new GeneralSecurityException("no certificate in " + file);
            return new ServerCertificate("default", names(leaf), chain, "");
        }
    }

    private static List<String> names(X509Certificate leaf) throws CertificateParsingException {
        List<String> names = new ArrayList<>();
        Collection<List<?>> alternatives = leaf.getSubjectAlternativeNames();
        if (alternatives == null) return names;
        for (List<?> alternative : alternatives) {
            if (alternative.get(0).equals(DNS_NAME))
                names.add(alternative.get(1).toString().toLowerCase(Locale.ROOT));
        }
        return names;
    }

    /** The first handler of an encrypted connection. What it chooses, it notes in the names. */
    ChannelHandler handler(TlsNames names) {
        return new Handshake(names);
    }

    /** Forgets what only earlier plans needed. */
    void planInstalled() {
        Plan plan = plans.current().plan();
        Set<ServerCertificate> kept = new HashSet<>(plan.certificates());
        kept.add(contexts.byDefault());
        Challenges challenges = plan.challenges();
        if (challenges != null) kept.addAll(challenges.tls());
        contexts.keepOnly(kept, plan.trustStores());
        quic.keepOnly(kept);
    }

    QuicContexts quic() {
        return quic;
    }

    /** Judges nobody any more. */
    void close() {
        judges.shutdownNow();
    }

    private final class Handshake extends SniHandler {
        private final TlsNames names;

        private Handshake(TlsNames names) {
            super(choosing(names), CLIENT_HELLO_MAX, timeoutMillis);
            this.names = names;
        }

        @Override
        protected Future<SslContext> lookup(ChannelHandlerContext ctx, @Nullable ByteBuf hello) throws Exception {
            if (hello != null && !ClientHello.leadsToTls12(hello)) names.withoutHttp2();
            Routes routes = plans.current();
            if (hello != null && routes.hasTlsChallenges() && ClientHello.offers(hello, Challenges.PROTOCOL)) {
                String name = ClientHello.name(hello);
                ServerCertificate proof = name == null ? null : routes.challengeCertificate(name);
                if (proof != null) return contexts.ofProof(proof, ctx.executor().newPromise());
            }
            if (hello != null && routes.wantsFingerprints()) {
                ClientGreeting greeting = ClientGreeting.read(ByteBufUtil.getBytes(hello));
                if (greeting != null) names.greeted(ClientFingerprints.of(greeting));
            }
            return super.lookup(ctx, hello);
        }

        @Override
        protected SslHandler newSslHandler(SslContext context, ByteBufAllocator allocator) {
            boolean mutual = names.isMutual();
            SslHandler handler =
                    mutual ? context.newHandler(allocator, judges) : super.newSslHandler(context, allocator);
            handler.setHandshakeTimeoutMillis(timeoutMillis);
            handler.setCloseNotifyFlushTimeoutMillis(lastWriteMillis);
            if (mutual) MutualHandshake.withoutTickets(handler.engine());
            return handler;
        }
    }

    private AsyncMapping<String, SslContext> choosing(TlsNames names) {
        return (@Nullable String name, Promise<SslContext> promise) -> {
            Offer offer = Offer.to(plans.current(), name == null ? null : Hosts.name(name));
            names.offered(offer, contexts.byDefault());
            return contexts.of(offer, offer.http2() && names.mayHaveHttp2(), promise);
        };
    }
}
