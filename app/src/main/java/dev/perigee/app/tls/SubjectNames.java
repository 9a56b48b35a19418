package dev.perigee.app.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The names and addresses a certificate is for. Addresses are kept as the bytes' usual text. */
public record SubjectNames(Set<String> domains, Set<String> addresses) {
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;
    private static final String IPV6_LOOPBACK = "0:0:0:0:0:0:0:1";

    public SubjectNames {
        domains = Set.copyOf(domains);
        addresses = Set.copyOf(addresses);
    }

    /** What an edge of a local system answers for: every distribution's names, and itself. */
    public static SubjectNames ofEdge(String domainSuffix) {
        return new SubjectNames(
                Set.of("*." + domainSuffix, domainSuffix, "*.cloudfront.net", "localhost"),
                Set.of("127.0.0.1", IPV6_LOOPBACK));
    }

    /** What the embedded S3 answers for when the tour reaches it over TLS: buckets as host names. */
    public static SubjectNames ofS3() {
        return new SubjectNames(
                Set.of("s3.amazonaws.com", "*.s3.amazonaws.com", "*.s3.us-east-1.amazonaws.com"), Set.of());
    }

    static SubjectNames of(X509Certificate certificate) throws CertificateParsingException {
        var domains = new TreeSet<String>();
        var addresses = new TreeSet<String>();
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        for (List<?> name : names == null ? List.<List<?>>of() : names) {
            if (name.get(0).equals(DNS_NAME)) domains.add(name.get(1).toString());
            if (name.get(0).equals(IP_ADDRESS)) addresses.add(name.get(1).toString());
        }
        return new SubjectNames(domains, addresses);
    }
}
