package dev.perigee.lab.tour;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** TLS as a new viewer speaks it: version 1.3, no session to resume, certificate and host name verified. */
final class ViewerTls {
    private final TrustManager[] trust;

    private ViewerTls(TrustManager[] trust) {
        this.trust = trust;
    }

    /** Trusts the authorities of a PEM file and nobody else. */
    static ViewerTls trusting(Path pem) throws IOException {
        try (InputStream in = Files.newInputStream(pem)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Certificate authority : CertificateFactory.getInstance("X.509").generateCertificates(in))
                store.setCertificateEntry("authority-" + store.size(), authority);
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return new ViewerTls(factory.getTrustManagers());
        } catch (GeneralSecurityException unusable) {
            throw new IOException("no certificate authority in " + pem, unusable);
        }
    }

    /** A context of its own for every viewer: a context remembers sessions, and a new viewer has none. */
    SSLContext newViewer() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust, null);
            return context;
        } catch (GeneralSecurityException missing) {
            throw new IOException("this JDK has no TLS", missing);
        }
    }

    /** A socket whose handshake has not begun, over an established connection to a host. */
    static SSLSocket over(Socket connection, SSLContext context, String host, int port) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(connection, host, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3"});
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        parameters.setServerNames(List.of(new SNIHostName(host)));
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        return socket;
    }
}
