package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.Certificates.Entry;
import java.util.Locale;

/** What ACM lets be changed of a certificate and what is settled here already: each says so, or what stands against it. */
final class AcmChanges {
    private final Store store;

    AcmChanges(Store store) {
        this.store = store;
    }

    /** ACM's is for certificates of private authorities; all others are renewed by themselves. */
    void renew(String arn) throws Refused {
        Entry entry = existing(arn);
        unless(
                !entry.isImported(),
                "ValidationException",
                "The certificate " + arn
                        + " was imported and cannot be renewed; import its successor with the same ARN.");
        unless(
                !entry.isPending(),
                "RequestInProgressException",
                "The certificate " + arn + " is requested and has not been issued yet.");
        throw new Refused(
                "ValidationException",
                "The certificate " + arn
                        + " is not one to be renewed by hand: it is renewed by itself after two thirds of its"
                        + " lifetime.");
    }

    /** Nobody reads the letters: whoever waits for an authority is not helped by another, and is not hindered. */
    void resend(AcmInput input, String arn) throws Refused {
        String domain = input.required("Domain").toLowerCase(Locale.ROOT);
        String addressee = input.required("ValidationDomain").toLowerCase(Locale.ROOT);
        Entry entry = existing(arn);
        unless(
                entry.isPending() && entry.validation().equals("EMAIL"),
                "InvalidStateException",
                "The certificate " + arn + " is not waiting to be validated by e-mail.");
        unless(
                entry.names().contains(domain) && (domain.equals(addressee) || domain.endsWith("." + addressee)),
                "InvalidDomainValidationOptionsException",
                "'" + domain + "' is not a name of the certificate, or '" + addressee + "' is not above it.");
    }

    void options(AcmInput input, String arn) throws Refused {
        Entry entry = existing(arn);
        JsonNode preference = input.members().path("Options").path("CertificateTransparencyLoggingPreference");
        unless(
                preference.asText().equals("ENABLED") || preference.asText().equals("DISABLED"),
                "ValidationException",
                "Options.CertificateTransparencyLoggingPreference is neither ENABLED nor DISABLED.");
        unless(
                !entry.isImported(),
                "ValidationException",
                "The certificate " + arn + " was imported; its issuer decides on certificate transparency logs.");
        unless(
                preference.asText().equals("DISABLED"),
                "ValidationException",
                "Nothing is logged here for certificate transparency: it can only be DISABLED, as it is.");
    }

    private Entry existing(String arn) throws Refused {
        return store.read(tables -> AcmOperations.existing(tables, arn));
    }
}
