package dev.perigee.core.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table "Supported protocols and ciphers between viewers and CloudFront", row by row, newest policy last. */
class SecurityPolicyTest {
    private static final List<String> POLICIES = List.of(
            "SSLv3",
            "TLSv1",
            "TLSv1_2016",
            "TLSv1.1_2016",
            "TLSv1.2_2018",
            "TLSv1.2_2019",
            "TLSv1.2_2021",
            "TLSv1.2_2025",
            "TLSv1.3_2025");

    private static SecurityPolicy policy(int column) {
        SecurityPolicy policy = SecurityPolicy.named(POLICIES.get(column));
        if (policy == null) throw new AssertionError(POLICIES.get(column));
        return policy;
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "TLSv1.3, yyyyyyyyy",
        "TLSv1.2, yyyyyyyy-",
        "TLSv1.1, yyyy-----",
        "TLSv1,   yyy------",
        "SSLv3,   y--------"
    })
    void protocols(String protocol, String expected) {
        for (int i = 0; i < POLICIES.size(); i++) {
            assertEquals(expected.charAt(i) == 'y', policy(i).protocols().contains(protocol), POLICIES.get(i));
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "TLS_AES_128_GCM_SHA256,        yyyyyyyyy",
        "TLS_AES_256_GCM_SHA384,        yyyyyyyyy",
        "TLS_CHACHA20_POLY1305_SHA256,  yyyyyyy-y",
        "ECDHE-ECDSA-AES128-GCM-SHA256, yyyyyyyy-",
        "ECDHE-ECDSA-AES256-GCM-SHA384, yyyyyyyy-",
        "ECDHE-ECDSA-CHACHA20-POLY1305, yyyyyyy--",
        "ECDHE-ECDSA-AES128-SHA256,     yyyyyy---",
        "ECDHE-ECDSA-AES256-SHA384,     yyyyyy---",
        "ECDHE-ECDSA-AES128-SHA,        yyyy-----",
        "ECDHE-ECDSA-AES256-SHA,        yyyy-----",
        "ECDHE-RSA-AES128-GCM-SHA256,   yyyyyyyy-",
        "ECDHE-RSA-AES256-GCM-SHA384,   yyyyyyyy-",
        "ECDHE-RSA-CHACHA20-POLY1305,   yyyyyyy--",
        "ECDHE-RSA-AES128-SHA256,       yyyyyy---",
        "ECDHE-RSA-AES256-SHA384,       yyyyyy---",
        "ECDHE-RSA-AES128-SHA,          yyyy-----",
        "ECDHE-RSA-AES256-SHA,          yyyy-----",
        "AES128-GCM-SHA256,             yyyyy----",
        "AES256-GCM-SHA384,             yyyyy----",
        "AES128-SHA256,                 yyyyy----",
        "AES256-SHA,                    yyyy-----",
        "AES128-SHA,                    yyyy-----",
        "DES-CBC3-SHA,                  yy-------",
        "RC4-MD5,                       y--------"
    })
    void ciphers(String cipher, String expected) {
        for (int i = 0; i < POLICIES.size(); i++) {
            boolean has = policy(i).ciphers().stream()
                    .anyMatch(suite -> suite.openSsl().equals(cipher));
            assertEquals(expected.charAt(i) == 'y', has, POLICIES.get(i));
        }
    }

    @Test
    void namesAreThoseOfTheApi() {
        assertEquals(SecurityPolicy.values().length, POLICIES.size());
        assertNull(SecurityPolicy.named("TLSv1.4_2030"));
    }

    @Test
    void theOrderIsTheServers() {
        assertEquals(
                List.of(
                        "TLS_AES_128_GCM_SHA256",
                        "TLS_AES_256_GCM_SHA384",
                        "TLS_CHACHA20_POLY1305_SHA256",
                        "ECDHE-ECDSA-AES128-GCM-SHA256",
                        "ECDHE-ECDSA-AES256-GCM-SHA384",
                        "ECDHE-ECDSA-CHACHA20-POLY1305",
                        "ECDHE-RSA-AES128-GCM-SHA256",
                        "ECDHE-RSA-AES256-GCM-SHA384",
                        "ECDHE-RSA-CHACHA20-POLY1305"),
                SecurityPolicy.TLS_V1_2_2021.ciphers().stream()
                        .map(CipherSuite::openSsl)
                        .toList());
    }

    @Test
    void whatAConnectionMayHave() {
        SecurityPolicy policy = SecurityPolicy.TLS_V1_2_2021;
        assertTrue(policy.allows("TLSv1.3", "TLS_AES_128_GCM_SHA256"));
        assertTrue(policy.allows("TLSv1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"));
        assertFalse(policy.allows("TLSv1.2", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"));
        assertFalse(policy.allows("TLSv1.1", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"));
        assertFalse(SecurityPolicy.TLS_V1_3_2025.allows("TLSv1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"));
        assertTrue(SecurityPolicy.TLS_V1.allows("TLSv1", "SSL_RSA_WITH_3DES_EDE_CBC_SHA"), "Java's older name");
    }
}
