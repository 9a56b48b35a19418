package dev.perigee.edge.net;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/** TLS towards viewers: 1.3 and 1.2, BoringSSL where it is there. */
final class ViewerTls {
    private static final List<String> KEY_ALGORITHMS = List.of("EC", "RSA", "EdDSA");
    private static final ApplicationProtocolConfig WITH_HTTP2 =
            offering(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1);
    private static final ApplicationProtocolConfig HTTP1_ONLY = offering(ApplicationProtocolNames.HTTP_1_1);

    private ViewerTls() {}

    /** For one certificate; HTTP/2 is offered in ALPN (RFC 7301), or no protocol at all. */
    static SslContext context(Path certificateChain, Path privateKey, boolean http2) throws IOException {
        try {
            return SslContextBuilder.forServer(key(privateKey), chain(certificateChain))
                    .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .applicationProtocolConfig(http2 ? WITH_HTTP2 : HTTP1_ONLY)
                    .build();
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("no usable certificate and key in " + certificateChain + " and " + privateKey, e);
        }
    }

    private static X509Certificate[] chain(Path file) throws IOException, GeneralSecurityException {
        try (var stream = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificates(stream).stream()
                    .map(X509Certificate.class::cast)
                    .toArray(X509Certificate[]::new);
        }
    }

    /** In this order; a viewer that knows none of them gets none and may go on with HTTP/1.1. */
    private static ApplicationProtocolConfig offering(String... protocols) {
        return new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                protocols);
    }

    /** PKCS#8 in PEM. Not by Netty, which loads all of Bouncy Castle for it where that is present: 0.5 s of a start. */
    private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
        String text = Files.readString(file, StandardCharsets.US_ASCII);
        byte[] content = Base64.getMimeDecoder().decode(text.replaceAll("-----(BEGIN|END) PRIVATE KEY-----", ""));
        var problem = new InvalidKeySpecException("not a PKCS#8 key of " + KEY_ALGORITHMS);
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(content));
            } catch (InvalidKeySpecException other) {
                problem.addSuppressed(other);
            }
        }
        throw problem;
    }
}
