package dev.perigee.testkit;

import dev.perigee.core.tls.Seal;
import dev.perigee.core.tls.ServerCertificate;
import dev.perigee.core.tls.TrustStore;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** A key and a certificate made for this run: an authority's, or a server's or client's. */
public final class TestCertificate {
    private static final int LINE = 64;
    private static final Instant END = Instant.parse("2099-01-01T00:00:00Z");
    private static final AtomicLong SERIAL = new AtomicLong(1);

    private final X509Certificate certificate;
    private final KeyPair keys;

    TestCertificate(X509Certificate certificate, KeyPair keys) {
        this.certificate = certificate;
        this.keys = keys;
    }

    /** Signed by itself, for the edges of scenarios. */
    static TestCertificate create() {
        return made("CN=Perigee tests", null, false, "*.cloudfront.net", "localhost");
    }

    /** One that signs others. */
    public static TestCertificate authority(String name) {
        return made("CN=" + name, null, true);
    }

    /** One for these DNS names, signed by this one, for servers and clients. */
    public TestCertificate issue(String... names) {
        return made("CN=" + (names.length == 0 ? "nobody" : names[0]), this, false, names);
    }

    /** As {@link #issue}, but it has expired. */
    public TestCertificate issueExpired(String... names) {
        return made("CN=expired", this, false, Instant.parse("2001-01-01T00:00:00Z"), names);
    }

    /** One for these DNS names, signed by itself. */
    public static TestCertificate selfSigned(String... names) {
        return made("CN=" + names[0], null, false, names);
    }

    /** As {@link #selfSigned}, with an RSA key of 2048 bits. */
    public static TestCertificate rsa(String... names) {
        return made("CN=" + names[0], null, false, END, RsaKeys.next(), names);
    }

    /** As a plan has it, its private key sealed. */
    public ServerCertificate inPlan(String id, Seal seal, String... names) {
        try {
            String der = Base64.getEncoder().encodeToString(certificate.getEncoded());
            String sealed = seal.close(id, keys.getPrivate().getEncoded());
            return new ServerCertificate(id, List.of(names), List.of(der), sealed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static TestCertificate made(
            String subject, @Nullable TestCertificate issuer, boolean authority, String... names) {
        return made(subject, issuer, authority, END, names);
    }

    private static TestCertificate made(
            String subject, @Nullable TestCertificate issuer, boolean authority, Instant until, String... names) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return made(subject, issuer, authority, until, generator.generateKeyPair(), names);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static TestCertificate made(
            String subject,
            @Nullable TestCertificate issuer,
            boolean authority,
            Instant until,
            KeyPair keys,
            String... names) {
        try {
            X500Name name = new X500Name(subject);
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    issuer == null
                            ? name
                            : X500Name.getInstance(
                                    issuer.certificate.getSubjectX500Principal().getEncoded()),
                    BigInteger.valueOf(SERIAL.getAndIncrement()),
                    Date.from(Instant.parse("2000-01-01T00:00:00Z")),
                    Date.from(until),
                    name,
                    keys.getPublic());
            if (authority) builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            if (names.length > 0) {
                GeneralName[] list = new GeneralName[names.length];
                for (int i = 0; i < names.length; i++) list[i] = new GeneralName(GeneralName.dNSName, names[i]);
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(list));
            }
            if (issuer != null) {
                KeyPurposeId[] uses = {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth};
                builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(uses));
            }
            PrivateKey signing = (issuer == null ? keys : issuer.keys).getPrivate();
            String algorithm = signing.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
            var signer = new JcaContentSignerBuilder(algorithm).build(signing);
            return new TestCertificate(new JcaX509CertificateConverter().getCertificate(builder.build(signer)), keys);
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public X509Certificate certificate() {
        return certificate;
    }

    String publicKeyHash() {
        byte[] hash = Content.newSha256().digest(certificate.getPublicKey().getEncoded());
        return Base64.getEncoder().encodeToString(hash);
    }

    public PrivateKey privateKey() {
        return keys.getPrivate();
    }

    /** The certificates, DER in Base64, as a trust store of a plan. */
    public static TrustStore trustStore(String id, TestCertificate... authorities) {
        List<String> encoded = new ArrayList<>();
        try {
            for (TestCertificate authority : authorities)
                encoded.add(Base64.getEncoder().encodeToString(authority.certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        return new TrustStore(id, encoded);
    }

    /** The certificate as a PEM block. */
    public String pem() {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The key as a PEM block, PKCS#8. */
    public String keyPem() {
        return pem("PRIVATE KEY", keys.getPrivate().getEncoded());
    }

    Path writeChain(Path directory) throws IOException {
        return Files.writeString(directory.resolve("chain.pem"), pem());
    }

    Path writeKey(Path directory) throws IOException {
        return Files.writeString(directory.resolve("key.pem"), keyPem());
    }

    /**
     * A listening socket on a free loopback port that shows this certificate.
     *
     * @param clients whose certificates it demands; null when it asks for none
     */
    public SSLServerSocket listener(@Nullable TestCertificate clients) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    keyManagers().getKeyManagers(),
                    clients == null ? null : trust(clients).getTrustManagers(),
                    null);
            var socket = (SSLServerSocket) context.getServerSocketFactory().createServerSocket();
            socket.setNeedClientAuth(clients != null);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            return socket;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private KeyManagerFactory keyManagers() throws GeneralSecurityException, IOException {
        // PKCS #12 would encrypt the key with 10,000 rounds, for a store that is never written.
        KeyStore store = KeyStore.getInstance("JKS");
        store.load(null, null);
        store.setKeyEntry("key", keys.getPrivate(), new char[0], new Certificate[] {certificate});
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(store, new char[0]);
        return own;
    }

    /** Sockets that trust this certificate and nothing else. */
    SSLSocketFactory trustingSockets() {
        return trust().getSocketFactory();
    }

    /** A connection to who listens on this port of this machine and shows a certificate of this authority. */
    public Socket trustedConnection(int port) throws IOException {
        return trustingSockets().createSocket("localhost", port);
    }

    SSLContext trust() {
        return trustShowing(null);
    }

    /** As {@link #trust()}, showing this certificate. */
    SSLContext trustShowing(@Nullable TestCertificate shown) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    shown == null ? null : shown.keyManagers().getKeyManagers(),
                    trust(this).getTrustManagers(),
                    null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Trust in this certificate and nothing else. */
    X509TrustManager trustManager() {
        try {
            return (X509TrustManager) trust(this).getTrustManagers()[0];
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static TrustManagerFactory trust(TestCertificate root) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("root", root.certificate);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        return trust;
    }

    private static String pem(String type, byte[] der) {
        StringWriter text = new StringWriter();
        text.append("-----BEGIN ").append(type).append("-----\n");
        text.append(Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(der));
        return text.append("\n-----END ").append(type).append("-----\n").toString();
    }
}
