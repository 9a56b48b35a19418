package dev.perigee.edge;

import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.Plan;
import dev.perigee.core.tls.Seal;
import dev.perigee.core.tls.ServerCertificate;
import dev.perigee.edge.net.PemKeys;
import dev.perigee.edge.origin.OriginIdentities;
import dev.perigee.edge.origin.OriginIdentity;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The certificates that plans have the edge show to origins, with their keys opened. */
final class ClientCertificates {
    private static final Logger LOG = LoggerFactory.getLogger(ClientCertificates.class);

    private final OriginIdentities identities;
    private final Seal seal;
    /** What is shown now, as plans had it; and what is shown from the plan on that was prepared last. */
    private Map<String, ServerCertificate> shown = Map.of();

    private Map<String, ServerCertificate> opened = Map.of();

    ClientCertificates(OriginIdentities identities, Seal seal) {
        this.identities = identities;
        this.seal = seal;
    }

    /** Opens what a plan needs, before it is in force: no request of it finds its certificate missing. */
    synchronized void prepare(Plan plan) {
        Set<String> wanted = new HashSet<>();
        for (Distribution distribution : plan.distributions()) wanted.addAll(distribution.originCertificates());
        var next = new HashMap<String, ServerCertificate>();
        for (ServerCertificate certificate : plan.certificates()) {
            if (!wanted.contains(certificate.id())) continue;
            boolean known = certificate.equals(shown.get(certificate.id()));
            if (known || open(certificate)) next.put(certificate.id(), certificate);
        }
        opened = Map.copyOf(next);
    }

    /** Forgets what the plan in force has no use for, once it is in force. */
    synchronized void forgetOthers() {
        for (String old : shown.keySet()) {
            if (!opened.containsKey(old)) identities.remove(old);
        }
        shown = opened;
    }

    private boolean open(ServerCertificate certificate) {
        try {
            List<X509Certificate> chain = new ArrayList<>();
            for (String encoded : certificate.chain()) {
                byte[] der = Base64.getDecoder().decode(encoded);
                chain.add((X509Certificate)
                        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der)));
            }
            var key = PemKeys.privateKey(seal.open(certificate.id(), certificate.sealedKey()));
            identities.put(certificate.id(), new OriginIdentity(chain, key));
            return true;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            LOG.error("certificate {} cannot be shown to origins: {}", certificate.id(), e.toString());
            return false;
        }
    }
}
