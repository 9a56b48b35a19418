package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.Certificates.Entry;
import dev.perigee.control.resource.Tables.Row;
import dev.perigee.core.tls.SecurityPolicy;
import dev.perigee.core.tls.ServerCertificate;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.SSLSupportMethod;
import software.amazon.awssdk.services.cloudfront.model.ViewerCertificate;

/** Which certificate a distribution may present, and for which aliases. The messages begin as CloudFront's do. */
final class ViewerCertificateRules {
    private static final String INVALID = "InvalidViewerCertificate";
    private static final Pattern US_EAST_1 = Pattern.compile("arn:aws[a-z-]*:acm:us-east-1:[0-9]{12}:certificate/.+");
    private static final String UNUSABLE =
            "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a valid"
                    + " certificate chain";

    private ViewerCertificateRules() {}

    /** @param id of the distribution, empty for a new one */
    static void check(DistributionConfig config, Tables tables, Instant now, String id) throws Refused, SQLException {
        ViewerCertificate given = config.viewerCertificate();
        List<String> aliases = config.aliases().items();
        unless(
                Defaults.or(given.iamCertificateId(), "").isEmpty(),
                INVALID,
                "The IAM certificate '" + given.iamCertificateId()
                        + "' cannot be used: server certificates of IAM are not supported; import it into ACM.");
        String arn = given.acmCertificateArn();
        if (arn == null || arn.isEmpty()) {
            checkDefault(given, aliases);
            return;
        }
        unless(
                !Defaults.or(given.cloudFrontDefaultCertificate(), false),
                INVALID,
                "Both CloudFrontDefaultCertificate and ACMCertificateArn are set.");
        checkProtocols(given);
        Entry certificate = US_EAST_1.matcher(arn).matches() ? Certificates.find(tables, arn) : null;
        unless(certificate != null && certificate.isIssued(), INVALID, UNUSABLE + ": " + arn + ".");
        if (certificate == null) return;
        // What is presented already stays when it has ended: whoever mends something else must not lose the
        // distribution.
        // When it begins is not asked: authorities go by their own clocks, and a system's may stand still.
        unless(
                !now.isAfter(certificate.end(now)) || presents(tables, id, arn),
                INVALID,
                UNUSABLE + ": " + arn + " was valid until " + certificate.end(now) + ".");
        checkCovered(certificate, aliases);
    }

    private static boolean presents(Tables tables, String id, String arn) throws SQLException {
        Row row = id.isEmpty() ? null : tables.find(Tables.Kind.DISTRIBUTION, id);
        return row != null
                && arn.equals(Distributions.configOf(row).viewerCertificate().acmCertificateArn());
    }

    private static void checkDefault(ViewerCertificate given, List<String> aliases) throws Refused {
        unless(
                Defaults.or(given.cloudFrontDefaultCertificate(), false),
                INVALID,
                "The viewer certificate is neither the default certificate nor another.");
        unless(
                aliases.isEmpty(),
                INVALID,
                "To add an alternate domain name (CNAME) to a CloudFront distribution, you must attach a trusted certificate"
                        + " that validates your authorization to use the domain name: none is attached for " + aliases
                        + ".");
    }

    private static void checkProtocols(ViewerCertificate given) throws Refused {
        String version = given.minimumProtocolVersionAsString();
        SecurityPolicy policy = SecurityPolicy.named(version);
        unless(
                policy != null,
                "InvalidMinimumProtocolVersion",
                "The MinimumProtocolVersion '" + version + "' does not exist.");
        SSLSupportMethod method = given.sslSupportMethod();
        unless(method != null, INVALID, "SSLSupportMethod is missing; with ACMCertificateArn it is required.");
        boolean byName = method == SSLSupportMethod.SNI_ONLY;
        unless(
                !byName || policy != SecurityPolicy.SSL_V3,
                "InvalidProtocolSettings",
                "SSLv3 cannot be the MinimumProtocolVersion when SSLSupportMethod is sni-only.");
        unless(
                byName || policy == SecurityPolicy.SSL_V3 || policy == SecurityPolicy.TLS_V1,
                "InvalidMinimumProtocolVersion",
                "With SSLSupportMethod " + given.sslSupportMethodAsString()
                        + " the MinimumProtocolVersion must be SSLv3 or" + " TLSv1, not " + version + ".");
        unless(
                byName,
                "InvalidArgument",
                "SSLSupportMethod " + given.sslSupportMethodAsString()
                        + " needs addresses of the distribution's own, which there are none of; use sni-only.");
    }

    private static void checkCovered(Entry certificate, List<String> aliases) throws Refused {
        for (String alias : aliases) {
            unless(
                    ServerCertificate.covers(certificate.names(), alias),
                    INVALID,
                    "The certificate that is attached to your distribution doesn't cover the alternate domain name (CNAME)"
                            + " that you're trying to add: " + alias + " is not among " + certificate.names() + ".");
        }
    }

    /** Whether the certificate of a distribution is good for an alias. */
    static boolean covers(DistributionConfig config, Tables tables, String alias) throws SQLException {
        String arn = config.viewerCertificate().acmCertificateArn();
        @Nullable Entry certificate = arn == null ? null : Certificates.find(tables, arn);
        return certificate != null && ServerCertificate.covers(certificate.names(), alias);
    }
}
