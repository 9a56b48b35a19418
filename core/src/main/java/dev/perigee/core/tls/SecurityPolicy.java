package dev.perigee.core.tls;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The security policies between viewers and CloudFront (MinimumProtocolVersion), each with exactly its protocols and
 * ciphers: "Supported protocols and ciphers between viewers and CloudFront".
 */
public enum SecurityPolicy {
    SSL_V3("SSLv3", "TLSv1.3", "TLSv1.2", "TLSv1.1", "TLSv1", "SSLv3"),
    TLS_V1("TLSv1", "TLSv1.3", "TLSv1.2", "TLSv1.1", "TLSv1"),
    TLS_V1_2016("TLSv1_2016", "TLSv1.3", "TLSv1.2", "TLSv1.1", "TLSv1"),
    TLS_V1_1_2016("TLSv1.1_2016", "TLSv1.3", "TLSv1.2", "TLSv1.1"),
    TLS_V1_2_2018("TLSv1.2_2018", "TLSv1.3", "TLSv1.2"),
    TLS_V1_2_2019("TLSv1.2_2019", "TLSv1.3", "TLSv1.2"),
    TLS_V1_2_2021("TLSv1.2_2021", "TLSv1.3", "TLSv1.2"),
    TLS_V1_2_2025("TLSv1.2_2025", "TLSv1.3", "TLSv1.2"),
    TLS_V1_3_2025("TLSv1.3_2025", "TLSv1.3");

    private static final Set<CipherSuite> SHA1 = Set.of(
            CipherSuite.ECDHE_ECDSA_AES128_SHA,
            CipherSuite.ECDHE_ECDSA_AES256_SHA,
            CipherSuite.ECDHE_RSA_AES128_SHA,
            CipherSuite.ECDHE_RSA_AES256_SHA,
            CipherSuite.AES256_SHA,
            CipherSuite.AES128_SHA);
    private static final Set<CipherSuite> WITHOUT_FORWARD_SECRECY =
            Set.of(CipherSuite.AES128_GCM_SHA256, CipherSuite.AES256_GCM_SHA384, CipherSuite.AES128_SHA256);
    private static final Set<CipherSuite> BLOCK_CHAINING = Set.of(
            CipherSuite.ECDHE_ECDSA_AES128_SHA256,
            CipherSuite.ECDHE_ECDSA_AES256_SHA384,
            CipherSuite.ECDHE_RSA_AES128_SHA256,
            CipherSuite.ECDHE_RSA_AES256_SHA384);
    private static final Set<CipherSuite> CHACHA20 = Set.of(
            CipherSuite.TLS_CHACHA20_POLY1305_SHA256,
            CipherSuite.ECDHE_ECDSA_CHACHA20_POLY1305,
            CipherSuite.ECDHE_RSA_CHACHA20_POLY1305);

    private final String apiName;
    // Made by List.of.
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<String> protocols;

    SecurityPolicy(String apiName, String... protocols) {
        this.apiName = apiName;
        this.protocols = List.of(protocols);
    }

    /** As in the API. */
    public String apiName() {
        return apiName;
    }

    /** The policy with this name in the API. */
    public static @Nullable SecurityPolicy named(String apiName) {
        for (SecurityPolicy policy : values()) {
            if (policy.apiName.equals(apiName)) return policy;
        }
        return null;
    }

    /** Each policy is one before it, without some suites. */
    private boolean has(CipherSuite suite) {
        return switch (this) {
            case SSL_V3 -> true;
            case TLS_V1 -> suite != CipherSuite.RC4_MD5;
            case TLS_V1_2016, TLS_V1_1_2016 -> TLS_V1.has(suite) && suite != CipherSuite.DES_CBC3_SHA;
            case TLS_V1_2_2018 -> TLS_V1_1_2016.has(suite) && !SHA1.contains(suite);
            case TLS_V1_2_2019 -> TLS_V1_2_2018.has(suite) && !WITHOUT_FORWARD_SECRECY.contains(suite);
            case TLS_V1_2_2021 -> TLS_V1_2_2019.has(suite) && !BLOCK_CHAINING.contains(suite);
            case TLS_V1_2_2025 -> TLS_V1_2_2021.has(suite) && !CHACHA20.contains(suite);
            case TLS_V1_3_2025 -> suite.isTls13();
        };
    }

    /** In the order in which the edge prefers them. */
    public List<CipherSuite> ciphers() {
        return Stream.of(CipherSuite.values()).filter(this::has).toList();
    }

    /** Newest first, with Java's names. */
    public List<String> protocols() {
        return protocols;
    }

    /**
     * Whether a connection with this protocol and cipher suite, by Java's names, could have been made under this policy. The
     * suites of TLS 1.3 all count: no policy excludes a weak one.
     */
    public boolean allows(String protocol, String cipher) {
        if (!protocols().contains(protocol)) return false;
        if (protocol.equals("TLSv1.3")) return true;
        CipherSuite suite = CipherSuite.named(cipher);
        return suite != null && has(suite);
    }
}
