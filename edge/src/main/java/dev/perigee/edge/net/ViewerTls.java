package dev.perigee.edge.net;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** TLS towards viewers: 1.3 and 1.2, BoringSSL where it is there. */
final class ViewerTls {
    private ViewerTls() {}

    static SslContext context(Path certificateChain, Path privateKey) throws IOException {
        try (var chain = Files.newInputStream(certificateChain);
                var key = Files.newInputStream(privateKey)) {
            return SslContextBuilder.forServer(chain, key)
                    .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .build();
        } catch (IllegalArgumentException e) {
            throw new IOException("no usable certificate and key in " + certificateChain + " and " + privateKey, e);
        }
    }
}
