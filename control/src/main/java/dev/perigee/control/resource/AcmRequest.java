package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.Certificates.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What RequestCertificate asks for.
 *
 * @param names the domain name first
 * @param validation DNS, EMAIL or HTTP
 */
record AcmRequest(List<String> names, String validation, String keyAlgorithm, String token) {
    private static final Pattern DOMAIN =
            Pattern.compile("(\\*\\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])");
    private static final Pattern TOKEN = Pattern.compile("\\w{1,32}");
    private static final Duration TOKEN_LASTS = Duration.ofHours(1);
    private static final int DOMAIN_MAX = 253;
    private static final int NAMES_MAX = 100;

    AcmRequest {
        names = List.copyOf(names);
    }

    static AcmRequest of(AcmInput input) throws Refused {
        Set<String> names = new LinkedHashSet<>();
        names.add(domain(input.required("DomainName")));
        for (String name : input.texts("SubjectAlternativeNames")) names.add(domain(name));
        unless(
                names.size() <= NAMES_MAX,
                "LimitExceededException",
                "The certificate would have " + names.size() + " names, more than " + NAMES_MAX + ".");
        String validation = input.text("ValidationMethod", "EMAIL");
        unless(
                List.of("DNS", "EMAIL", "HTTP").contains(validation),
                "ValidationException",
                "The ValidationMethod '" + validation + "' is not one of DNS, EMAIL, HTTP.");
        String algorithm = input.text("KeyAlgorithm", "RSA_2048");
        unless(
                List.of("RSA_2048", "EC_prime256v1").contains(algorithm),
                "ValidationException",
                "The KeyAlgorithm '" + algorithm + "' is not one of RSA_2048, EC_prime256v1.");
        String token = input.text("IdempotencyToken", "");
        unless(
                token.isEmpty() || TOKEN.matcher(token).matches(),
                "ValidationException",
                "The IdempotencyToken '" + token + "' does not have 1 to 32 letters, digits or underscores.");
        unless(
                !input.has("CertificateAuthorityArn"),
                "InvalidArnException",
                "Private certificate authorities do not exist here.");
        checkValidationDomains(input, names);
        return new AcmRequest(List.copyOf(names), validation, algorithm, token);
    }

    private static String domain(String given) throws Refused {
        String name = given.toLowerCase(Locale.ROOT);
        unless(
                name.length() <= DOMAIN_MAX && DOMAIN.matcher(name).matches(),
                "ValidationException",
                "'" + given + "' is not a domain name that a certificate can be for.");
        return name;
    }

    /** A validation domain is one of the names, or above it. */
    private static void checkValidationDomains(AcmInput input, Set<String> names) throws Refused {
        for (JsonNode option : input.members().path("DomainValidationOptions")) {
            AcmInput given = new AcmInput(option);
            String name = domain(given.required("DomainName"));
            String domain = domain(given.required("ValidationDomain"));
            String bare = name.startsWith("*.") ? name.substring(2) : name;
            unless(
                    names.contains(name) && ("." + bare).endsWith("." + domain),
                    "InvalidDomainValidationOptionsException",
                    "The ValidationDomain '" + domain + "' is not above '" + name + "', or that is not requested.");
        }
    }

    boolean rsa() {
        return keyAlgorithm.equals("RSA_2048");
    }

    /** What a request with the same token must be to count as the same. */
    String text() {
        return String.join(" ", names) + " " + validation + " " + keyAlgorithm;
    }

    /** Whether that certificate is what this asks for once more. */
    boolean repeats(Entry made, Instant now) {
        return made.request().equals(text()) && now.isBefore(made.created().plus(TOKEN_LASTS));
    }
}
