package dev.perigee.core.tls;

import dev.perigee.core.tls.ClientRefused.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether what a viewer shows leads to an authority of a trust store. Every authority there is trusted for itself,
 * also one that is not a root; what its certificate says of itself (names, path length, purposes) limits it all the same.
 *
 * <p>Signatures are verified from the authority downwards, so a key that a viewer made up is never computed with.
 */
public final class ClientTrust {
    /** CloudFront's quota for the depth of a chain: how many certificates a viewer may show. */
    public static final int CHAIN_MAX = 4;

    private static final String NAME_CONSTRAINTS = "2.5.29.30";

    private final List<Anchor> anchors;
    private final boolean ignoresExpiry;

    /**
     * An authority of the trust store.
     *
     * @param names selects the certificates whose names it may certify, null for all: validators look at the constraints of
     *     certificates on the path only
     */
    private record Anchor(
            X509Certificate certificate, @Nullable X509CertSelector names) {}

    /** @throws CertificateException when something in the trust store is no certificate */
    public ClientTrust(TrustStore store, boolean ignoresExpiry) throws CertificateException {
        this.ignoresExpiry = ignoresExpiry;
        List<Anchor> all = new ArrayList<>();
        for (String encoded : store.authorities()) {
            X509Certificate authority = parsed(Base64.getDecoder().decode(encoded));
            all.add(new Anchor(authority, names(authority.getExtensionValue(NAME_CONSTRAINTS))));
        }
        anchors = List.copyOf(all);
    }

    /** @param constraints the extension in the octet string (DER) that it is wrapped in */
    private static @Nullable X509CertSelector names(byte @Nullable [] constraints) throws CertificateException {
        if (constraints == null) return null;
        int lengthOctets = constraints[1] >= 0 ? 1 : 1 + (constraints[1] & 0x7f);
        X509CertSelector selector = new X509CertSelector();
        try {
            selector.setNameConstraints(Arrays.copyOfRange(constraints, 1 + lengthOctets, constraints.length));
        } catch (IOException e) {
            throw new CertificateException("name constraints that cannot be read", e);
        }
        return selector;
    }

    private static X509Certificate parsed(byte[] der) throws CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    /** The certificates of the trust store. */
    public List<X509Certificate> authorities() {
        return anchors.stream().map(Anchor::certificate).toList();
    }

    /**
     * Reads what a viewer has shown, whoever issued it.
     *
     * @param shown its own first
     */
    public static List<X509Certificate> read(X509Certificate[] shown) throws ClientRefused {
        if (shown.length == 0) throw new ClientRefused(Reason.INVALID, "no certificate");
        if (shown.length > CHAIN_MAX) {
            throw new ClientRefused(Reason.MAX_CHAIN_DEPTH_EXCEEDED, "a chain of " + shown.length + " certificates");
        }
        List<X509Certificate> chain = new ArrayList<>(shown.length);
        for (X509Certificate certificate : shown) chain.add(read(certificate));
        return List.copyOf(chain);
    }

    private static X509Certificate read(X509Certificate shown) throws ClientRefused {
        byte[] der;
        try {
            der = shown.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new ClientRefused(Reason.INVALID, "a certificate that cannot be read");
        }
        if (der.length > CertificateForm.BYTES_MAX) {
            throw new ClientRefused(Reason.MAX_SIZE_EXCEEDED, "a certificate of " + der.length + " octets");
        }
        try {
            return parsed(der);
        } catch (CertificateException e) {
            throw new ClientRefused(Reason.INVALID, "a certificate that cannot be read");
        }
    }

    /** Accepts by returning. */
    public void check(List<X509Certificate> chain, Instant now) throws ClientRefused {
        ClientRefused problem = search(chain.subList(0, 1), chain, now);
        if (problem != null) throw problem;
    }

    /** What keeps every continuation of this path from an authority, or null when one reaches it. */
    private @Nullable ClientRefused search(List<X509Certificate> path, List<X509Certificate> shown, Instant now) {
        X509Certificate last = path.getLast();
        ClientRefused problem = new ClientRefused(Reason.UNTRUSTED, "issued by nobody who is trusted");
        for (Anchor anchor : anchors) {
            if (!issues(anchor.certificate(), last)) continue;
            problem = problem(path, anchor, now);
            if (problem == null) return null;
        }
        for (X509Certificate next : shown) {
            if (path.contains(next) || !issues(next, last)) continue;
            List<X509Certificate> longer = new ArrayList<>(path);
            longer.add(next);
            ClientRefused further = search(longer, shown, now);
            if (further == null) return null;
            if (problem.reason() == Reason.UNTRUSTED) problem = further;
        }
        return problem;
    }

    private static boolean issues(X509Certificate issuer, X509Certificate issued) {
        return issuer.getSubjectX500Principal().equals(issued.getIssuerX500Principal());
    }

    private @Nullable ClientRefused problem(List<X509Certificate> path, Anchor anchor, Instant now) {
        X509Certificate authority = anchor.certificate();
        List<X509Certificate> all = new ArrayList<>(path);
        all.add(authority);
        for (X509Certificate certificate : all) {
            ClientRefused problem = ofItself(certificate, now);
            if (problem != null) return problem;
        }
        if (!CertificateForm.signs(path.getFirst())) {
            return new ClientRefused(Reason.INTENT_INVALID, "a key that is not for signatures");
        }
        ClientRefused limited = ofAuthority(path, anchor);
        return limited == null
                ? validated(path, anchor.certificate(), ignoresExpiry ? latestBegin(path) : now)
                : limited;
    }

    /** What its own certificate keeps an authority from: the path length, and names. */
    private static @Nullable ClientRefused ofAuthority(List<X509Certificate> path, Anchor anchor) {
        int between = 0;
        for (X509Certificate certificate : path) {
            boolean own = certificate.equals(path.getFirst());
            // RFC 5280 sections 4.2.1.9 and 4.2.1.10: what an authority issues to itself is not counted, nor
            // constrained.
            if (!own && issues(certificate, certificate)) continue;
            if (!own) between++;
            if (anchor.names() != null && !anchor.names().match(certificate)) {
                return new ClientRefused(Reason.INVALID, "a name that its authority may not certify");
            }
        }
        return between <= anchor.certificate().getBasicConstraints()
                ? null
                : new ClientRefused(Reason.INVALID, "an authority whose path length is exceeded");
    }

    /** What is wrong with one certificate of a path, whatever stands around it. */
    private @Nullable ClientRefused ofItself(X509Certificate certificate, Instant now) {
        String unsupported = CertificateForm.unsupported(certificate);
        if (unsupported != null) return new ClientRefused(Reason.TYPE_UNSUPPORTED, unsupported);
        if (!CertificateForm.isForClients(certificate)) {
            return new ClientRefused(Reason.INTENT_INVALID, "a certificate that is not for clients");
        }
        if (now.isBefore(certificate.getNotBefore().toInstant())) {
            return new ClientRefused(Reason.NOT_YET_VALID, "a certificate that is not valid yet");
        }
        if (!ignoresExpiry && now.isAfter(certificate.getNotAfter().toInstant())) {
            return new ClientRefused(Reason.EXPIRED, "a certificate that has expired");
        }
        return null;
    }

    /** When the youngest certificate of a path began: the moment to look at it, when it may have expired since. */
    private static Instant latestBegin(List<X509Certificate> path) {
        Instant latest = Instant.MIN;
        for (X509Certificate certificate : path) {
            Instant begin = certificate.getNotBefore().toInstant();
            if (begin.isAfter(latest)) latest = begin;
        }
        return latest;
    }

    /** Signatures, names, basic constraints, key usages, name constraints, critical extensions. */
    private static @Nullable ClientRefused validated(
            List<X509Certificate> path, X509Certificate authority, Instant at) {
        try {
            CertPath chain = CertificateFactory.getInstance("X.509").generateCertPath(path);
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(at));
            CertPathValidator.getInstance("PKIX").validate(chain, parameters);
            return null;
        } catch (CertPathValidatorException e) {
            boolean foreign = e.getReason() == CertPathValidatorException.BasicReason.INVALID_SIGNATURE;
            return new ClientRefused(foreign ? Reason.UNTRUSTED : Reason.INVALID, "not valid: " + e.getMessage());
        } catch (GeneralSecurityException e) {
            return new ClientRefused(Reason.INVALID, "not valid: " + e.getMessage());
        }
    }
}
