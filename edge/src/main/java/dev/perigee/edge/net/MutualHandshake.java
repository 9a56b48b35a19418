package dev.perigee.edge.net;

import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.internal.tcnative.SSL;
import javax.net.ssl.SSLEngine;

/**
 * Keeps sessions from being resumed where viewers show certificates (decision 014). Netty switches tickets on for every
 * context and has no way back but for a single handshake.
 */
final class MutualHandshake {
    private MutualHandshake() {}

    /** To be called before the handshake begins. */
    static void withoutTickets(SSLEngine engine) {
        SSL.setOptions(pointer(engine), SSL.SSL_OP_NO_TICKET);
    }

    /** Whether the handshake has shown and proven everything anew. */
    static boolean isWhole(SSLEngine engine) {
        return !SSL.isSessionReused(pointer(engine));
    }

    private static long pointer(SSLEngine engine) {
        if (engine instanceof ReferenceCountedOpenSslEngine boring) return boring.sslPointer();
        throw new IllegalStateException("mutual TLS without BoringSSL");
    }
}
