package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.CertificateIssuer;
import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.Certificates.Entry;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** RequestCertificate: issued at once by the local authority, or ordered from one that takes its time. */
final class RequestedCertificates {
    private final Store store;
    private final Settings settings;
    private final AcmTags tags;
    private final Runnable ordered;

    /** @param ordered told when there is something to order */
    RequestedCertificates(Store store, Settings settings, AcmTags tags, Runnable ordered) {
        this.store = store;
        this.settings = settings;
        this.tags = tags;
        this.ordered = ordered;
    }

    /** The ARN of what was requested: this one, or that which the same request was answered with before. */
    String request(AcmInput input, String newArn) throws Refused {
        AcmRequest request = AcmRequest.of(input);
        List<AcmInput.Tag> given = input.tags();
        Instant now = settings.clock().instant();
        String directory = settings.directory();
        if (directory != null) {
            checkProvable(request);
            Entry pending = asked(newArn, request, directory, now);
            String arn = store.write(tables -> put(tables, request, given, pending));
            ordered.run();
            return arn;
        }
        String before = store.read(tables -> repeated(tables, request, now));
        if (!before.isEmpty()) return before;
        // A key takes its time to be made: nobody waits for the store meanwhile.
        CertificateMaterial material = CertificateMaterial.issued(issue(request));
        Duration ahead = Duration.between(Instant.now(), now);
        Entry issued = asked(newArn, request, "", now).with(material, settings.seal(), now, ahead);
        return store.write(tables -> put(tables, request, given, issued));
    }

    private static Entry asked(String arn, AcmRequest request, String authority, Instant now) {
        return Entry.unissued(
                arn,
                Entry.REQUESTED,
                request.names(),
                request.rsa() ? "RSA-2048" : "EC-prime256v1",
                request.validation(),
                request.token(),
                request.text(),
                now,
                authority);
    }

    private static void checkProvable(AcmRequest request) throws Refused {
        for (String name : request.names()) {
            unless(
                    !name.startsWith("*."),
                    "InvalidDomainValidationOptionsException",
                    "An ACME authority wants the wildcard '" + name
                            + "' to be proved by DNS (dns-01), which is not supported; request each name, or import a certificate.");
        }
    }

    private String put(Tables tables, AcmRequest request, List<AcmInput.Tag> given, Entry fresh)
            throws Refused, SQLException {
        String before = repeated(tables, request, fresh.created());
        if (!before.isEmpty()) return before;
        AcmOperations.checkRoom(tables);
        tables.advance();
        Certificates.put(tables, fresh);
        tags.put(tables, fresh.arn(), given);
        return fresh.arn();
    }

    /** The ARN that was the answer to the same request; empty when it is a new one. */
    private static String repeated(Tables tables, AcmRequest request, Instant now) throws SQLException {
        for (Entry same : Certificates.requestedWith(tables, request.token())) {
            if (request.repeats(same, now)) return same.arn();
        }
        return "";
    }

    private CertificateIssuer.Issued issue(AcmRequest request) throws Refused {
        CertificateIssuer issuer = settings.issuer();
        if (issuer == null) {
            throw new Refused("NotImplemented", "Nobody issues certificates here; import one.");
        }
        try {
            return issuer.issue(request.names(), request.rsa());
        } catch (GeneralSecurityException e) {
            throw new Refused("ValidationException", "The certificate cannot be issued: " + e.getMessage() + ".");
        }
    }
}
