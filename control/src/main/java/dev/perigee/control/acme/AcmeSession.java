package dev.perigee.control.acme;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.connector.Connection;
import org.shredzone.acme4j.connector.DefaultConnection;
import org.shredzone.acme4j.connector.HttpConnector;
import org.shredzone.acme4j.connector.NetworkSettings;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeServerException;
import org.shredzone.acme4j.provider.GenericAcmeProvider;
import org.shredzone.acme4j.toolbox.JSONBuilder;

/** The way to an authority, for one attempt: who is trusted, how long is waited, and what it said of coming back. */
final class AcmeSession implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int NONCE_ROUNDS_MAX = 5;

    private final HttpClient client;
    private final Session session;
    private volatile @Nullable Instant retryAfter;

    AcmeSession(AcmeConfig config) throws GeneralSecurityException, IOException {
        client = HttpClient.newBuilder()
                .connectTimeout(TIMEOUT)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .sslContext(trusting(config.roots()))
                .build();
        session = new Session(config.directory(), new Provider());
        session.networkSettings().setTimeout(TIMEOUT);
        session.setLocale(Locale.ENGLISH);
    }

    Session session() {
        return session;
    }

    /** When the authority wants to be asked again, by its last refusal; null when it did not say. */
    @Nullable
    Instant retryAfter() {
        return retryAfter;
    }

    private final class Provider extends GenericAcmeProvider {
        @Override
        public HttpClient createHttpClient(NetworkSettings settings) {
            return client;
        }

        @Override
        public Connection connect(URI server, NetworkSettings settings, HttpClient with) {
            return new Listening(createHttpConnector(settings, with));
        }
    }

    /** Also hears what a refusal without a problem document says, such as a 503 by a proxy before the authority. */
    private final class Listening extends DefaultConnection {
        Listening(HttpConnector connector) {
            super(connector);
        }

        @Override
        protected void sendRequest(Session of, URL url, Consumer<HttpRequest.Builder> body) throws IOException {
            super.sendRequest(of, url, body);
            HttpResponse<?> response = lastResponse;
            if (response != null && response.statusCode() >= 400) retryAfter = named();
        }

        /** acme4j tries ten nonces; some authorities under load, and Pebble if it is told to, refuse more in a row. */
        @Override
        protected int sendSignedRequest(
                URL url, @Nullable JSONBuilder claims, Session of, KeyPair keys, @Nullable URL account, String accept)
                throws AcmeException {
            for (int round = 1; ; round++) {
                try {
                    return super.sendSignedRequest(url, claims, of, keys, account, accept);
                } catch (AcmeServerException e) {
                    if (round == NONCE_ROUNDS_MAX || !AcmeFailures.isBadNonce(e)) throw e;
                    close();
                }
            }
        }

        private @Nullable Instant named() {
            try {
                return getRetryAfter().orElse(null);
            } catch (RuntimeException unreadable) {
                return null;
            }
        }
    }

    private static SSLContext trusting(List<X509Certificate> roots) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        int number = 0;
        for (X509Certificate root : jdkRoots()) trusted.setCertificateEntry("jdk" + number++, root);
        for (X509Certificate root : roots) trusted.setCertificateEntry("given" + number++, root);
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    private static List<X509Certificate> jdkRoots() throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager trust) return Arrays.asList(trust.getAcceptedIssuers());
        }
        return List.of();
    }

    /** At once: answers that nobody reads to their end would keep it open. */
    @Override
    public void close() {
        client.shutdownNow();
    }
}
