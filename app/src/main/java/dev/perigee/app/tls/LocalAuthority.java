package dev.perigee.app.tls;

import dev.perigee.app.folder.OwnerFile;
import dev.perigee.control.CertificateIssuer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * The certificate authority of one data folder. Whoever trusts it trusts it for local names only: the certificate itself
 * says for which, so that a stolen key opens nothing else. What it may not certify is certified by a second authority without
 * such limits, made when that is first asked for, which nobody is told to trust.
 */
public final class LocalAuthority {
    static final Duration AUTHORITY_LIFETIME = Duration.ofDays(3653);
    // Browsers refuse certificates that are valid for longer than 398 days.
    static final Duration LEAF_LIFETIME = Duration.ofDays(397);
    static final Duration RENEW_BEFORE = Duration.ofDays(30);
    private static final int COMMON_NAME_MAX = 64;

    private static final String EDGE = "Perigee edge";

    private final Path file;
    private final X509Certificate certificate;
    private final PrivateKey key;

    private LocalAuthority(Path file, X509Certificate certificate, PrivateKey key) {
        this.file = file;
        this.certificate = certificate;
        this.key = key;
    }

    /** The authority of a local system. Call it while holding the data folder's lock, or when it surely exists. */
    public static LocalAuthority of(Path folder, String domainSuffix, Instant now)
            throws IOException, GeneralSecurityException {
        return open(
                folder,
                List.of(
                        domainSuffix,
                        "localhost",
                        "cloudfront.net",
                        "s3.amazonaws.com",
                        "s3.us-east-1.amazonaws.com",
                        // Nobody owns a name there (RFC 2606), so this opens nothing, and aliases can be tried.
                        "test",
                        "example",
                        "invalid",
                        "internal"),
                now);
    }

    /**
     * The authority in this folder, made on first use.
     *
     * @param domains that it may certify, and all below them; empty for any
     */
    static LocalAuthority open(Path folder, List<String> domains, Instant now)
            throws IOException, GeneralSecurityException {
        OwnerFile.folder(folder);
        Path certificateFile = certificateFile(folder);
        Path keyFile = folder.resolve("ca-key.pem");
        if (!Files.exists(certificateFile)) {
            KeyPair pair = Issuance.keyPair();
            X509Certificate made = Issuance.authority(pair, domains, now, now.plus(AUTHORITY_LIFETIME));
            OwnerFile.write(keyFile, PemFile.privateKey(pair.getPrivate()));
            OwnerFile.write(certificateFile, PemFile.certificate(made));
        }
        return new LocalAuthority(
                certificateFile, PemFile.readCertificate(certificateFile), PemFile.readPrivateKey(keyFile));
    }

    /** Where the authority of a folder is, whether it exists or not. */
    public static Path certificateFile(Path folder) {
        return folder.resolve("ca.pem");
    }

    /** The certificate that users trust. */
    public Path file() {
        return file;
    }

    X509Certificate certificate() {
        return certificate;
    }

    /** A certificate and its key, as files. */
    public record Leaf(Path chain, Path key) {}

    /**
     * The leaf of this name in a folder, issued anew when it is missing, about to expire, for other names, or of
     * another authority.
     */
    public Leaf leaf(Path folder, String name, SubjectNames names, Instant now)
            throws IOException, GeneralSecurityException {
        OwnerFile.folder(folder);
        var leaf = new Leaf(folder.resolve(name + ".pem"), folder.resolve(name + "-key.pem"));
        if (!usable(leaf, names, now)) {
            if (!Issuance.permits(certificate, names.domains())) {
                throw new GeneralSecurityException("the local CA " + file + " was made for other domains than "
                        + names.domains() + ": remove its folder to have a new one made, and trust that one");
            }
            KeyPair pair = Issuance.keyPair();
            X509Certificate issued = Issuance.leaf(certificate, key, pair.getPublic(), EDGE, names, now, LEAF_LIFETIME);
            OwnerFile.write(leaf.key(), PemFile.privateKey(pair.getPrivate()));
            OwnerFile.write(leaf.chain(), PemFile.certificate(issued));
        }
        return leaf;
    }

    /**
     * A server's side of TLS for these names, with a leaf that is never stored: for listeners that come and go, such as
     * those of the tour.
     */
    public SSLContext serverContext(SubjectNames names, Instant now) throws IOException, GeneralSecurityException {
        KeyPair pair = Issuance.keyPair();
        X509Certificate leaf = Issuance.leaf(certificate, key, pair.getPublic(), EDGE, names, now, LEAF_LIFETIME);
        // PKCS #12 would encrypt the key with 10,000 rounds, for a store that is never written.
        KeyStore store = KeyStore.getInstance("JKS");
        store.load(null, null);
        store.setKeyEntry("server", pair.getPrivate(), new char[0], new Certificate[] {leaf});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    /** A certificate for these names, with the chain up to the authority, and its key; neither is stored. */
    public CertificateIssuer.Issued issue(List<String> names, boolean rsa, Instant now)
            throws GeneralSecurityException {
        try {
            LocalAuthority able = Issuance.permits(certificate, names) ? this : forAnyDomain(now);
            return able.issued(names, rsa, now);
        } catch (IOException e) {
            throw new GeneralSecurityException("cannot issue for " + names, e);
        }
    }

    /** Where the authority is that certifies what the one in this folder may not, whether it exists or not. */
    public static Path fileForAnyDomain(Path folder) {
        return certificateFile(folder.resolve("any"));
    }

    private synchronized LocalAuthority forAnyDomain(Instant now) throws IOException, GeneralSecurityException {
        return open(file.resolveSibling("any"), List.of(), now);
    }

    private CertificateIssuer.Issued issued(List<String> names, boolean rsa, Instant now)
            throws IOException, GeneralSecurityException {
        KeyPair pair = rsa ? Issuance.rsaKeyPair() : Issuance.keyPair();
        // A common name of more than 64 characters would be no valid one (RFC 5280, upper bounds).
        String subject = names.stream()
                .filter(name -> name.length() <= COMMON_NAME_MAX)
                .findFirst()
                .orElse("Perigee");
        var subjects = new SubjectNames(Set.copyOf(names), Set.of());
        X509Certificate leaf = Issuance.leaf(certificate, key, pair.getPublic(), subject, subjects, now, LEAF_LIFETIME);
        return new CertificateIssuer.Issued(List.of(leaf, certificate), pair.getPrivate());
    }

    private boolean usable(Leaf leaf, SubjectNames names, Instant now) throws IOException {
        if (!Files.exists(leaf.chain()) || !Files.exists(leaf.key())) return false;
        try {
            X509Certificate stored = PemFile.readCertificate(leaf.chain());
            stored.verify(certificate.getPublicKey());
            return now.plus(RENEW_BEFORE).isBefore(stored.getNotAfter().toInstant())
                    && names.equals(SubjectNames.of(stored))
                    && Issuance.belongTogether(stored.getPublicKey(), PemFile.readPrivateKey(leaf.key()));
        } catch (GeneralSecurityException | IllegalArgumentException damagedOrForeign) {
            return false;
        }
    }
}
