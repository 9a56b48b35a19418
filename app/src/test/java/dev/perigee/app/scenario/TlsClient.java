package dev.perigee.app.scenario;

import dev.perigee.testkit.TestCertificate;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** A viewer that looks at what it is shown in the handshake, and believes everything. */
public final class TlsClient {
    private static final int PATIENCE_MILLISECONDS = 20_000;

    private final SSLContext context;
    private String[] offered = {};
    private final AtomicInteger shown = new AtomicInteger();
    private volatile List<Principal> authorities = List.of();

    public TlsClient() {
        this(List.of());
    }

    private TlsClient(List<TestCertificate> chain) {
        try {
            context = SSLContext.getInstance("TLS");
            KeyManager[] keys = chain.isEmpty() ? null : new KeyManager[] {new Shower(chain)};
            context.init(keys, new TrustManager[] {new Believer()}, null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One that shows this certificate to whoever asks for any, and these behind it. */
    public static TlsClient showing(TestCertificate own, TestCertificate... others) {
        List<TestCertificate> chain = new ArrayList<>(List.of(own));
        chain.addAll(List.of(others));
        return new TlsClient(chain);
    }

    /** Names of the authorities that the edge wants certificates of, by the last handshake that asked for one. */
    public List<Principal> authorities() {
        return authorities;
    }

    private final class Shower extends X509ExtendedKeyManager {
        private final List<TestCertificate> chain;

        private Shower(List<TestCertificate> chain) {
            this.chain = chain;
        }

        @Override
        public String chooseClientAlias(String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
            authorities = issuers == null ? List.of() : List.of(issuers);
            return "own";
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return chain.stream().map(TestCertificate::certificate).toArray(X509Certificate[]::new);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return chain.getFirst().privateKey();
        }

        @Override
        public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
            return new String[] {"own"};
        }

        @Override
        public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }
    }

    /** The same viewer, offering these protocols (ALPN). */
    public TlsClient offering(String... names) {
        offered = names;
        return this;
    }

    /** How many handshakes showed a certificate; those that resumed a session did not. */
    public int certificatesShown() {
        return shown.get();
    }

    private final class Believer extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            shown.incrementAndGet();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
            shown.incrementAndGet();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            shown.incrementAndGet();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** A connection after its handshake. */
    public static final class Connection implements AutoCloseable {
        private final SSLSocket socket;

        private Connection(SSLSocket socket) {
            this.socket = socket;
        }

        public SSLSession session() {
            return socket.getSession();
        }

        /** What was agreed on (ALPN); empty for nothing. */
        public String protocol() {
            return socket.getApplicationProtocol();
        }

        public X509Certificate certificate() throws IOException {
            return (X509Certificate) session().getPeerCertificates()[0];
        }

        /** The status of a GET for this host. */
        public int get(String host, String... lines) throws IOException {
            StringBuilder request = new StringBuilder("GET / HTTP/1.1\r\nHost: " + host + "\r\n");
            for (String line : lines) request.append(line).append("\r\n");
            return exchange(request.append("\r\n").toString());
        }

        /** The status of a request that is written as it is. */
        public int exchange(String request) throws IOException {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            var head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int octet = socket.getInputStream().read();
                if (octet < 0) throw new IOException("connection ended after: " + head);
                head.append((char) octet);
            }
            String lower = head.toString().toLowerCase(Locale.ROOT);
            int at = lower.indexOf("\r\ncontent-length: ") + "\r\ncontent-length: ".length();
            int length = Integer.parseInt(lower, at, lower.indexOf("\r\n", at), 10);
            int read = socket.getInputStream().readNBytes(length).length;
            if (read < length) throw new IOException("connection ended after " + read + " octets of " + length);
            return Integer.parseInt(head, 9, 12, 10);
        }

        /** Waits until the edge ends the connection, which it has to say; false when it says something else. */
        public boolean ends() throws IOException {
            return socket.getInputStream().read() < 0;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** Shakes hands, asking for a name or for none. */
    public Connection connect(InetSocketAddress edge, @Nullable String name, String... protocols) throws IOException {
        return connect(edge, name, List.of(), protocols);
    }

    /** Shakes hands with these cipher suites only, or with the usual ones. */
    public Connection connect(InetSocketAddress edge, @Nullable String name, List<String> ciphers, String... protocols)
            throws IOException {
        Socket plain = new Socket();
        try {
            plain.connect(edge, PATIENCE_MILLISECONDS);
            plain.setSoTimeout(PATIENCE_MILLISECONDS);
            // The address as peer: sessions are kept by it.
            SSLSocket socket =
                    (SSLSocket) context.getSocketFactory().createSocket(plain, "127.0.0.1", edge.getPort(), true);
            SSLParameters parameters = socket.getSSLParameters();
            if (name != null) parameters.setServerNames(List.of(new SNIHostName(name)));
            if (offered.length > 0) parameters.setApplicationProtocols(offered);
            if (protocols.length > 0) parameters.setProtocols(protocols);
            if (!ciphers.isEmpty()) parameters.setCipherSuites(ciphers.toArray(String[]::new));
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return new Connection(socket);
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }
}
