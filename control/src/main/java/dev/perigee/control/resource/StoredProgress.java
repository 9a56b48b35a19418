package dev.perigee.control.resource;

import dev.perigee.control.acme.AcmeProgress;
import dev.perigee.control.acme.AcmeProof;
import dev.perigee.control.resource.CertificateOrders.Account;
import dev.perigee.control.resource.CertificateOrders.Order;
import dev.perigee.control.resource.CertificateOrders.Proof;
import dev.perigee.control.resource.Certificates.Entry;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The progress of one certificate's order in the store: whatever ends this process, the next one goes on with it. */
final class StoredProgress implements AcmeProgress {
    private final Store store;
    private final Settings settings;
    private final Acknowledgements acknowledgements;
    private final String directory;
    private final Entry entry;

    StoredProgress(Store store, Settings settings, Acknowledgements acknowledgements, String directory, Entry entry) {
        this.store = store;
        this.settings = settings;
        this.acknowledgements = acknowledgements;
        this.directory = directory;
        this.entry = entry;
    }

    @Override
    public List<String> names() {
        return entry.names();
    }

    // ---- account

    @Override
    public KeyPair accountKey() {
        return SealedKeyPair.open(settings.seal(), directory, stored().sealedKey());
    }

    @Override
    public @Nullable URL account() {
        return url(stored().location());
    }

    /** The account at rest, its key made by whoever comes first. */
    private Account stored() {
        Account known = store.readUnrefused(tables -> CertificateOrders.account(tables, directory));
        if (known != null) return known;
        String sealed = SealedKeyPair.close(settings.seal(), directory, SealedKeyPair.made(false));
        return store.writeUnrefused(tables -> {
            Account meanwhile = CertificateOrders.account(tables, directory);
            if (meanwhile != null) return meanwhile;
            Account fresh = new Account("", sealed);
            CertificateOrders.putAccount(tables, directory, fresh);
            return fresh;
        });
    }

    @Override
    public void registered(URL account) {
        Account known = stored();
        store.writeUnrefused(tables -> {
            CertificateOrders.putAccount(tables, directory, new Account(account.toString(), known.sealedKey()));
            return known;
        });
    }

    // ---- order

    @Override
    public @Nullable URL order() {
        Order order = store.readUnrefused(tables -> CertificateOrders.of(tables, entry.arn()));
        // What was ordered elsewhere is of no use here.
        return order.directory().equals(directory) ? url(order.location()) : null;
    }

    @Override
    public void ordered(URL order) {
        boolean rsa = entry.keyAlgorithm().startsWith("RSA");
        String sealed = SealedKeyPair.close(settings.seal(), keyName(), SealedKeyPair.made(rsa));
        move(directory, order.toString(), sealed);
    }

    @Override
    public void abandoned() {
        move("", "", "");
    }

    private void move(String at, String location, String sealedKey) {
        store.writeUnrefused(tables -> {
            Order now = CertificateOrders.of(tables, entry.arn()).at(at, location, sealedKey);
            // A certificate that was deleted meanwhile leaves nothing behind.
            if (Certificates.find(tables, entry.arn()) != null) CertificateOrders.put(tables, now);
            return now;
        });
    }

    @Override
    public KeyPair certificateKey() {
        Order order = store.readUnrefused(tables -> CertificateOrders.of(tables, entry.arn()));
        return SealedKeyPair.open(settings.seal(), keyName(), order.sealedKey());
    }

    private String keyName() {
        return "order of " + entry.arn();
    }

    // ---- proofs

    @Override
    public void publish(List<AcmeProof> proofs) throws InterruptedException {
        List<Proof> closed = proofs.stream().map(this::closed).toList();
        long revision = store.writeUnrefused(tables -> {
            // Deleted meanwhile: the authority will find no proof, and nobody minds.
            if (Certificates.find(tables, entry.arn()) == null) return tables.revision();
            CertificateOrders.publish(tables, entry.arn(), closed);
            return tables.advance();
        });
        acknowledgements.await(revision);
    }

    private Proof closed(AcmeProof proof) {
        return switch (proof) {
            case AcmeProof.Http(String host, String token, String answer) -> new Proof(host, token, answer, "", "");
            case AcmeProof.Tls(String host, var certificate, var key) -> {
                String sealed = settings.seal().close(CertificateOrders.proofId(entry.arn(), host), key.getEncoded());
                try {
                    String chain = Base64.getEncoder().encodeToString(certificate.getEncoded());
                    yield new Proof(host, "", "", chain, sealed);
                } catch (GeneralSecurityException e) {
                    throw new IllegalStateException("a certificate that was made can be written", e);
                }
            }
        };
    }

    private static @Nullable URL url(String location) {
        if (location.isEmpty()) return null;
        try {
            return URI.create(location).toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException("not a URL: " + location, e);
        }
    }
}
