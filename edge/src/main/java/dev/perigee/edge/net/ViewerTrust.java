package dev.perigee.edge.net;

import dev.perigee.core.tls.ClientRefused;
import dev.perigee.core.tls.ClientTrust;
import dev.perigee.core.tls.MutualTls;
import dev.perigee.core.tls.TrustStore;
import io.netty.handler.ssl.OpenSslCertificateException;
import io.netty.internal.tcnative.CertificateVerifier;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Judges viewers' certificates in the handshake, as BoringSSL asks; the verdict decides which alert the viewer gets. */
final class ViewerTrust extends X509ExtendedTrustManager {
    private final @Nullable ClientTrust trust;
    private final boolean advertisesNames;
    private final InstantSource clock;

    private ViewerTrust(@Nullable ClientTrust trust, boolean advertisesNames, InstantSource clock) {
        this.trust = trust;
        this.advertisesNames = advertisesNames;
        this.clock = clock;
    }

    /** @param store null only where the origin judges */
    static ViewerTrust of(MutualTls mutual, @Nullable TrustStore store, InstantSource clock)
            throws CertificateException {
        if (mutual.mode() == MutualTls.Mode.PASSTHROUGH) return new ViewerTrust(null, false, clock);
        if (store == null) throw new CertificateException("no trust store " + mutual.trustStore());
        return new ViewerTrust(new ClientTrust(store, mutual.ignoresExpiry()), mutual.advertisesNames(), clock);
    }

    private void check(X509Certificate[] shown) throws CertificateException {
        try {
            List<X509Certificate> chain = ClientTrust.read(shown);
            if (trust != null) trust.check(chain, clock.instant());
        } catch (ClientRefused refused) {
            throw new OpenSslCertificateException(refused.getMessage(), alert(refused.reason()));
        } catch (RuntimeException unreadable) {
            // What a viewer sends is not trusted: whatever it makes the library throw is the fault of the certificate.
            throw new CertificateException("a certificate that cannot be judged", unreadable);
        }
    }

    private static int alert(ClientRefused.Reason reason) {
        return switch (reason) {
            case MAX_CHAIN_DEPTH_EXCEEDED -> CertificateVerifier.X509_V_ERR_CERT_CHAIN_TOO_LONG;
            case UNTRUSTED -> CertificateVerifier.X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
            case NOT_YET_VALID -> CertificateVerifier.X509_V_ERR_CERT_NOT_YET_VALID;
            case EXPIRED -> CertificateVerifier.X509_V_ERR_CERT_HAS_EXPIRED;
            case INTENT_INVALID, TYPE_UNSUPPORTED -> CertificateVerifier.X509_V_ERR_INVALID_PURPOSE;
            case MAX_SIZE_EXCEEDED, INVALID -> CertificateVerifier.X509_V_ERR_CERT_REJECTED;
        };
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        throw notForServers();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        throw notForServers();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw notForServers();
    }

    private static CertificateException notForServers() {
        return new CertificateException("judges viewers only");
    }

    /** Their names are sent to viewers: all of them, or none. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return trust != null && advertisesNames
                ? trust.authorities().toArray(X509Certificate[]::new)
                : new X509Certificate[0];
    }
}
