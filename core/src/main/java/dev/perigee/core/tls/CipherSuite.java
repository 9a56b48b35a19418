package dev.perigee.core.tls;

import org.jspecify.annotations.Nullable;

/** The cipher suites of CloudFront's security policies, best first as its table of supported ciphers has them. */
public enum CipherSuite {
    TLS_AES_128_GCM_SHA256("TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256"),
    TLS_AES_256_GCM_SHA384("TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384"),
    TLS_CHACHA20_POLY1305_SHA256("TLS_CHACHA20_POLY1305_SHA256", "TLS_CHACHA20_POLY1305_SHA256"),
    ECDHE_ECDSA_AES128_GCM_SHA256("ECDHE-ECDSA-AES128-GCM-SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
    ECDHE_ECDSA_AES128_SHA256("ECDHE-ECDSA-AES128-SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"),
    ECDHE_ECDSA_AES128_SHA("ECDHE-ECDSA-AES128-SHA", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"),
    ECDHE_ECDSA_AES256_GCM_SHA384("ECDHE-ECDSA-AES256-GCM-SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
    ECDHE_ECDSA_CHACHA20_POLY1305("ECDHE-ECDSA-CHACHA20-POLY1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
    ECDHE_ECDSA_AES256_SHA384("ECDHE-ECDSA-AES256-SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384"),
    ECDHE_ECDSA_AES256_SHA("ECDHE-ECDSA-AES256-SHA", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"),
    ECDHE_RSA_AES128_GCM_SHA256("ECDHE-RSA-AES128-GCM-SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
    ECDHE_RSA_AES128_SHA256("ECDHE-RSA-AES128-SHA256", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"),
    ECDHE_RSA_AES128_SHA("ECDHE-RSA-AES128-SHA", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"),
    ECDHE_RSA_AES256_GCM_SHA384("ECDHE-RSA-AES256-GCM-SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
    ECDHE_RSA_CHACHA20_POLY1305("ECDHE-RSA-CHACHA20-POLY1305", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
    ECDHE_RSA_AES256_SHA384("ECDHE-RSA-AES256-SHA384", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384"),
    ECDHE_RSA_AES256_SHA("ECDHE-RSA-AES256-SHA", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"),
    AES128_GCM_SHA256("AES128-GCM-SHA256", "TLS_RSA_WITH_AES_128_GCM_SHA256"),
    AES256_GCM_SHA384("AES256-GCM-SHA384", "TLS_RSA_WITH_AES_256_GCM_SHA384"),
    AES128_SHA256("AES128-SHA256", "TLS_RSA_WITH_AES_128_CBC_SHA256"),
    AES256_SHA("AES256-SHA", "TLS_RSA_WITH_AES_256_CBC_SHA"),
    AES128_SHA("AES128-SHA", "TLS_RSA_WITH_AES_128_CBC_SHA"),
    DES_CBC3_SHA("DES-CBC3-SHA", "TLS_RSA_WITH_3DES_EDE_CBC_SHA"),
    RC4_MD5("RC4-MD5", "TLS_RSA_WITH_RC4_128_MD5");

    private final String openSsl;
    private final String iana;

    CipherSuite(String openSsl, String iana) {
        this.openSsl = openSsl;
        this.iana = iana;
    }

    /** OpenSSL's name, which CloudFront's documents and logs use. */
    public String openSsl() {
        return openSsl;
    }

    /** The name of the registry, which Java uses. */
    public String iana() {
        return iana;
    }

    /** Whether it belongs to TLS 1.3, whose suites say nothing of the key exchange. */
    public boolean isTls13() {
        return openSsl.startsWith("TLS_");
    }

    /** How CloudFront calls the suite with this name of the registry; unchanged where it has none of that name. */
    public static String shown(String iana) {
        CipherSuite suite = named(iana);
        return suite == null ? iana : suite.openSsl;
    }

    /** The suite with this name of the registry. */
    static @Nullable CipherSuite named(String iana) {
        for (CipherSuite suite : values()) {
            // Java's older name of one suite differs by its beginning.
            if (suite.iana.equals(iana) || suite.iana.equals(iana.replaceFirst("^SSL_", "TLS_"))) return suite;
        }
        return null;
    }
}
