package dev.perigee.core.sign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.http.Field;
import dev.perigee.core.sign.SigV4Claim.Reading;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SigV4ATest {
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    /** Both made by AWS's own signer (aws-crt 0.45.1), for / and for {@link #PATH}. */
    private static final String SIGNATURE =
            "3044022040f645b97ef0498ab508bde755697a60789b5764720caf4c48e9816a0dfb3127022030f3c1023a0a43115b0ece8d8681c450889a"
                    + "b09b8f12a123f86c1cdae1d7281b";

    private static final String PATH =
            "/key-value-stores/arn%3Aaws%3Acloudfront%3A%3A123456789012%3Akey-value-store%2F6f1c/keys/a%20b%2Fc";
    private static final String SIGNATURE_OF_PATH =
            "3045022040b2119f213143a5d17fed6d702cd12bbeb114193005c1c830a2d62d5c6923bf022100b79296300a7fdefdba64ad64f834d285c3"
                    + "516e81248f49e9aa3512fe54cce94d";

    /** As AWS's implementations derive it from this example of a key. */
    @Test
    void derivesThePublishedKey() {
        var key = assertInstanceOf(
                ECPublicKey.class,
                SigV4A.publicKey("AKISORANDOMAASORANDOM", "q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom"));
        assertEquals(
                "15d242ceebf8d8169fd6a8b5a746c41140414c3b07579038da06af89190fffcb",
                key.getW().getAffineX().toString(16));
        assertEquals(
                "515242cedd82e94799482e4c0514b505afccf2c0c98d6a553bf539f424c5ec0",
                key.getW().getAffineY().toString(16));
    }

    private static boolean verified(String path, String signature, String regions, String secret) {
        var reading = SigV4Claim.ofHeader(
                "AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, "
                        + "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-region-set, Signature=" + signature,
                "20150830T123600Z",
                regions);
        SigV4Claim claim = assertInstanceOf(Reading.Claimed.class, reading).claim();
        assertEquals("service", claim.scope().service());
        assertEquals(regions, claim.scope().region());
        var headers = List.of(
                new Field("Host", "example.amazonaws.com"),
                new Field("x-amz-content-sha256", SigV4.EMPTY_PAYLOAD),
                new Field("X-Amz-Date", "20150830T123600Z"),
                new Field("X-Amz-Region-Set", regions));
        PublicKey key = SigV4A.publicKey("AKIDEXAMPLE", secret);
        return SigV4A.verify(new SigV4.Request("GET", path, null, headers, SigV4.EMPTY_PAYLOAD), claim, key);
    }

    @Test
    void verifiesWhatTheSignerOfAwsSigns() {
        assertTrue(verified("/", SIGNATURE, "*", SECRET));
        assertTrue(verified(PATH, SIGNATURE_OF_PATH, "*", SECRET));
        assertFalse(verified(PATH, SIGNATURE, "*", SECRET));
        assertFalse(verified("/", SIGNATURE, "us-east-1", SECRET));
        assertFalse(verified("/", SIGNATURE, "*", "another"));
        assertFalse(verified("/", SIGNATURE.replace('f', 'e'), "*", SECRET));
        assertFalse(verified("/", SIGNATURE.substring(2), "*", SECRET));
        assertFalse(verified("/", "3006020100020100", "*", SECRET), "zeros sign nothing");
        assertFalse(verified("/", "no hex", "*", SECRET));
        assertFalse(verified("/", "", "*", SECRET));
    }

    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "AKID/20150830/service/aws4_request | host;x-amz-date;x-amz-region-set | none",
                "AKID/20150830/service/aws4_request | host;x-amz-date | us-east-1",
                "AKID/20150831/service/aws4_request | host;x-amz-date;x-amz-region-set | *",
                "20150830/service/aws4_request | host;x-amz-date;x-amz-region-set | *",
                "AKID/20150830/service/aws5_request | host;x-amz-date;x-amz-region-set | *"
            })
    void refusesWhatIsNoClaim(String credential, String headers, @Nullable String regions) {
        var reading = SigV4Claim.ofHeader(
                "AWS4-ECDSA-P256-SHA256 Credential=" + credential + ", SignedHeaders=" + headers + ", Signature=00",
                "20150830T123600Z",
                regions);
        assertInstanceOf(Reading.Malformed.class, reading);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "* | true",
                "us-east-1 | true",
                "eu-west-1, us-* | true",
                "eu-* | false",
                "us-east-11 | false",
                "'' | false"
            })
    void aSetCoversARegion(String regions, boolean covered) {
        assertEquals(covered, SigV4A.covers(regions, "us-east-1"));
    }
}
