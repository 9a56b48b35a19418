package dev.perigee.edge.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.perigee.core.serve.Offer;
import dev.perigee.core.tls.Seal;
import dev.perigee.core.tls.SecurityPolicy;
import dev.perigee.core.tls.ServerCertificate;
import java.security.KeyPairGenerator;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class QuicContextsTest {
    private static ServerCertificate unusable(String id) {
        return new ServerCertificate(id, List.of(id + ".example"), List.of("AAAA"), "not sealed");
    }

    /** Whoever begins handshakes must not fill the log. */
    @Test
    void aCertificateThatCannotBeUsedIsTriedAndToldOfOnceForEachPlan() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        var contexts = new QuicContexts(new TlsContexts(
                unusable("default"),
                generator.generateKeyPair().getPrivate(),
                Seal.ephemeral(),
                InstantSource.system()));
        ServerCertificate own = unusable("own");
        Offer offer = new Offer("E1", own, SecurityPolicy.TLS_V1_2_2021, true, true, null, null);
        Logger logger = (Logger) LoggerFactory.getLogger(QuicContexts.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        logger.setAdditive(false);
        try {
            for (int i = 0; i < 3; i++) assertNull(contexts.of(offer));
            assertEquals(1, lines.list.size());
            contexts.keepOnly(Set.of(own));
            for (int i = 0; i < 3; i++) assertNull(contexts.of(offer));
            assertEquals(2, lines.list.size());
        } finally {
            logger.setAdditive(true);
            logger.detachAppender(lines);
        }
    }
}
