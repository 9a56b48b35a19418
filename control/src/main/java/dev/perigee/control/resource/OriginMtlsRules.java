package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.Certificates.Entry;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginProtocolPolicy;

/** What the client certificate of an origin must be (developer guide, "Origin mutual TLS with CloudFront"). */
final class OriginMtlsRules {
    /** Extended key usage "TLS client authentication" (RFC 5280 section 4.2.1.12). */
    private static final String CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2";

    private OriginMtlsRules() {}

    /** The ARN of the certificate that is shown to this origin, or null. */
    static @Nullable String certificateOf(Origin origin) {
        return origin.customOriginConfig() == null
                        || origin.customOriginConfig().originMtlsConfig() == null
                ? null
                : origin.customOriginConfig().originMtlsConfig().clientCertificateArn();
    }

    static void check(Tables tables, Origin origin) throws Refused, SQLException {
        String arn = certificateOf(origin);
        if (arn == null) return;
        unless(
                origin.originAccessControlId().isEmpty(),
                "IllegalOriginAccessConfiguration",
                "The origin '" + origin.id() + "' has both an OriginMtlsConfig and the origin access control '"
                        + origin.originAccessControlId() + "'.");
        unless(
                origin.customOriginConfig().originProtocolPolicy() != OriginProtocolPolicy.HTTP_ONLY,
                "InvalidArgument",
                "The origin '" + origin.id() + "' has an OriginMtlsConfig, but its OriginProtocolPolicy is http-only.");
        Entry certificate = Certificates.find(tables, arn);
        unless(
                certificate != null && certificate.isIssued() && arn.contains(":acm:us-east-1:"),
                "InvalidArgument",
                "The ClientCertificateArn '" + arn + "' of origin '" + origin.id()
                        + "' is not that of an issued certificate in us-east-1.");
        unless(
                certificate != null && isForClients(certificate),
                "InvalidArgument",
                "The certificate '" + arn + "' of origin '" + origin.id()
                        + "' does not have the extended key usage TLS client authentication.");
    }

    private static boolean isForClients(Entry certificate) {
        byte[] der = Base64.getDecoder().decode(certificate.encoded().getFirst());
        try {
            return isForClients((X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der)));
        } catch (CertificateException e) {
            throw new IllegalStateException("a certificate that was read once can be read again", e);
        }
    }

    /** Whether it says that it is for clients; one that says nothing of its use does not do. */
    static boolean isForClients(X509Certificate leaf) {
        try {
            List<String> usages = leaf.getExtendedKeyUsage();
            return usages != null && usages.contains(CLIENT_AUTHENTICATION);
        } catch (CertificateParsingException e) {
            return false;
        }
    }
}
