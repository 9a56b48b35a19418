package dev.perigee.core.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.TrustedKeys;
import dev.perigee.core.serve.ErrorPages;
import dev.perigee.core.serve.Rejection;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a signature opens, and with which code the rest is refused. */
class SignedAccessTest {
    private static final Signer RSA = Signer.rsa("KRSA");
    private static final Signer EC = Signer.ecdsa("KEC");
    private static final TrustedKeys TRUSTED = new TrustedKeys(List.of(RSA.trusted(), EC.trusted()));
    private static final byte[] VIEWER = {(byte) 192, 0, 2, 17};
    private static final String URL = "https://d1.cloudfront.net/a/horizon.jpg";
    private static final String END = "\"DateLessThan\":{\"AWS:EpochTime\":2000}";

    private static @Nullable Rejection judge(String url, long now, String... fields) {
        return Signer.judge(TRUSTED, Signer.request(url, fields), url.startsWith("https"), VIEWER, now);
    }

    @Test
    void cannedAndCustomByEitherKindOfKeyAreGood() {
        for (Signer signer : List.of(RSA, EC)) {
            for (String url : List.of(URL, URL + "?size=large&x", "http://d1.cloudfront.net:8080/", URL + "?")) {
                assertNull(judge(signer.canned(url, 2000), 1999));
                assertNull(judge(signer.custom(url, Signer.policy(url, END)), 1999));
            }
        }
    }

    /** Requests have an octet per character, policies are text in UTF-8. */
    @Test
    void lettersThatNobodyEscapedAreComparedAsOctets() {
        String url = "https://d1.cloudfront.net/caf\u00E9/\u732B.jpg";
        String sent = "https://d1.cloudfront.net/caf\u00C3\u00A9/\u00E7\u008C\u00AB.jpg";
        for (String signed : List.of(
                RSA.canned(url, 2000),
                RSA.custom(url, Signer.policy(url, END)),
                RSA.custom(url, Signer.policy("https://d1.cloudfront.net/caf\\u00e9/*", END)))) {
            assertNull(judge(signed.replace(url, sent), 1000), signed);
            assertEquals(
                    Rejection.ACCESS_DENIED, judge(signed.replace(url, sent.replace("\u00A9", "e")), 1000), signed);
        }
    }

    @Test
    void ownParametersMayStandAnywhere() {
        String signed = RSA.canned(URL + "?a=1&b=2", 2000);
        String parameters = signed.substring(signed.indexOf("Expires"));
        assertNull(judge(URL + "?" + parameters + "&a=1&b=2", 1000));
        assertNull(judge(URL + "?a=1&" + parameters + "&b=2", 1000));
        assertEquals(Rejection.ACCESS_DENIED, judge(URL + "?b=2&" + parameters + "&a=1", 1000));
    }

    @ParameterizedTest(name = "from {0} until {1} at {2} -> {3}")
    @CsvSource({
        "-1, 2000, 1999, true", "-1, 2000, 2000, false", "-1, 2000, 2001, false",
        "1000, 2000, 1000, false", "1000, 2000, 1001, true", "0, 2147483647, 2147483646, true"
    })
    void timesAreExclusive(long after, long before, long now, boolean good) {
        String policy = Signer.policy(
                URL,
                (after < 0 ? "" : "\"DateGreaterThan\":{\"AWS:EpochTime\":" + after + "},")
                        + "\"DateLessThan\":{\"AWS:EpochTime\":" + before + "}");
        assertEquals(good ? null : Rejection.ACCESS_DENIED, judge(RSA.custom(URL, policy), now));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "192.0.2.17, true",
        "192.0.2.17/32, true",
        "192.0.2.0/24, true",
        "192.0.2.99/24, true",
        "0.0.0.0/0, true",
        "192.0.2.16, false",
        "192.0.2.0/28, false",
        "2001:db8::/32, false",
        "::/0, false"
    })
    void addressesLimit(String range, boolean good) {
        String policy = Signer.policy(URL, "\"IpAddress\":{\"AWS:SourceIp\":\"" + range + "\"}," + END);
        assertEquals(good ? null : Rejection.ACCESS_DENIED, judge(RSA.custom(URL, policy), 1000));
    }

    @Test
    void addressesOfIpv6LimitToo() {
        byte[] viewer = {0x20, 1, 0x0d, (byte) 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
        for (String range : List.of("2001:db8::1", "2001:DB8:0::/33", "2001:db8::/32", "::/0", "2001:db8::0.0.0.1")) {
            String policy = Signer.policy(URL, "\"IpAddress\":{\"AWS:SourceIp\":\"" + range + "\"}," + END);
            RequestHead request = Signer.request(RSA.custom(URL, policy));
            assertNull(Signer.judge(TRUSTED, request, true, viewer, 1000), range);
            assertEquals(Rejection.ACCESS_DENIED, Signer.judge(TRUSTED, request, true, VIEWER, 1000), range);
        }
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "two statements | {\"Statement\":[{\"Condition\":{END}},{\"Condition\":{END}}]}",
                "no statement | {\"Statement\":[]}",
                "no condition | {\"Statement\":[{\"Resource\":\"*\"}]}",
                "no end | {\"Statement\":[{\"Resource\":\"*\",\"Condition\":{}}]}",
                "quoted time | {\"Statement\":[{\"Condition\":{\"DateLessThan\":{\"AWS:EpochTime\":\"2000\"}}}]}",
                "time too large | {\"Statement\":[{\"Condition\":{\"DateLessThan\":{\"AWS:EpochTime\":2147483648}}}]}",
                "fraction | {\"Statement\":[{\"Condition\":{\"DateLessThan\":{\"AWS:EpochTime\":2000.5}}}]}",
                "exponent | {\"Statement\":[{\"Condition\":{\"DateLessThan\":{\"AWS:EpochTime\":2e3}}}]}",
                "negative | {\"Statement\":[{\"Condition\":{\"DateLessThan\":{\"AWS:EpochTime\":-1}}}]}",
                "leading zero | {\"Statement\":[{\"Condition\":{\"DateLessThan\":{\"AWS:EpochTime\":02000}}}]}",
                "unknown condition | {\"Statement\":[{\"Condition\":{END,\"StringEquals\":{\"a\":\"b\"}}}]}",
                "unknown member | {\"Statement\":[{\"Condition\":{END},\"Effect\":\"Allow\"}]}",
                "condition twice | {\"Statement\":[{\"Condition\":{END,END}}]}",
                "resource twice | {\"Statement\":[{\"Resource\":\"*\",\"Resource\":\"*\",\"Condition\":{END}}]}",
                "resource of no protocol | {\"Statement\":[{\"Resource\":\"d1/a\",\"Condition\":{END}}]}",
                "resource of another | {\"Statement\":[{\"Resource\":\"ftp://d1/a\",\"Condition\":{END}}]}",
                "no address | {\"Statement\":[{\"Condition\":{END,\"IpAddress\":{\"AWS:SourceIp\":\"1.2.3\"}}}]}",
                "too many bits | {\"Statement\":[{\"Condition\":{END,\"IpAddress\":{\"AWS:SourceIp\":\"1.2.3.4/33\"}}}]}",
                "octal | {\"Statement\":[{\"Condition\":{END,\"IpAddress\":{\"AWS:SourceIp\":\"010.2.3.4\"}}}]}",
                "addresses | {\"Statement\":[{\"Condition\":{END,\"IpAddress\":{\"AWS:SourceIp\":[\"1.2.3.4\"]}}}]}",
                "more follows | {\"Statement\":[{\"Condition\":{END}}]}}",
                "comma | {\"Statement\":[{\"Condition\":{END,}}]}",
                "not JSON | hello",
                "null | null"
            })
    void otherStatementsAreMalformedThoughTheyAreSigned(String what, String statement) {
        String policy = statement.replace("END", END);
        assertEquals(Rejection.MALFORMED_POLICY, judge(RSA.custom(URL, policy), 1000), policy);
    }

    @Test
    void whatIsSignedMayBeSpacedAndEscaped() {
        for (String policy : List.of(
                "{\r\n \"Statement\" : [ { \"Condition\": {\t" + END + " } } ] }\r\n",
                "{\"Statement\":{\"Resource\":\"https:\\/\\/d1.cloudfront.net\\/*\",\"Condition\":{" + END + "}}}",
                "{\"Statement\":[{\"Resource\":\"\\u0068ttps://*\",\"Condition\":{" + END + "}}]}",
                "{\"Statement\":[{\"Condition\":{" + END + "}}]}")) {
            assertNull(judge(RSA.custom(URL, policy), 1000), policy);
        }
    }

    @Test
    void whatIsMissingHasACodeOfItsOwn() {
        String signed = RSA.canned(URL, 2000);
        assertEquals(Rejection.MISSING_KEY, judge(URL, 1000));
        assertEquals(Rejection.MISSING_KEY, judge(signed.replace("&Key-Pair-Id=KRSA", ""), 1000));
        assertEquals(Rejection.INVALID_KEY, judge(signed.replace("KRSA", "KOTHER"), 1000));
        assertEquals(Rejection.INVALID_KEY, judge(signed.replace("KRSA", "krsa"), 1000));
        assertEquals(Rejection.MISSING_POLICY, judge(signed.replace("Expires=2000&", ""), 1000));
        assertEquals(Rejection.MISSING_SIGNATURE, judge(signed.replaceAll("Signature=[^&]*&", ""), 1000));
        assertEquals(Rejection.MALFORMED_SIGNATURE, judge(signed.replaceAll("Signature=[^&]*", "Signature="), 1000));
        assertEquals(Rejection.MALFORMED_POLICY, judge(signed.replace("Expires=2000", "Expires=soon"), 1000));
        assertEquals(Rejection.MALFORMED_POLICY, judge(signed.replace("Expires=2000", "Expires=02000"), 1000));
        assertEquals(Rejection.ACCESS_DENIED, judge(signed.replace("KRSA", "KEC"), 1000));
        assertEquals(Rejection.ACCESS_DENIED, judge(signed + "&Expires=2000", 1000));
        assertEquals(Rejection.ACCESS_DENIED, judge(signed + "&Hash-Algorithm=SHA256", 1000));
        assertEquals(Rejection.ACCESS_DENIED, judge(signed + "&Hash-Algorithm=MD5", 1000));
        assertNull(judge(signed + "&Hash-Algorithm=SHA1", 1000));
    }

    @Test
    void sha256IsForWhoNamesIt() {
        for (Signer signer : List.of(RSA, EC)) {
            String signature = Signer.encoded(signer.signature(Signer.cannedText(URL, 2000), HashAlgorithm.SHA256));
            String url = URL + "?Expires=2000&Signature=" + signature + "&Key-Pair-Id=" + signer.id();
            assertNull(judge(url + "&Hash-Algorithm=SHA256", 1000));
            assertEquals(Rejection.ACCESS_DENIED, judge(url, 1000));
        }
    }

    @Test
    void cookiesOpenWhatTheyAreFor() {
        String policy = Signer.policy("https://d1.cloudfront.net/a/*", END);
        String cookies = "session=1; " + RSA.cookies(policy) + ";theme=dark";
        assertNull(judge(URL, 1000, "Cookie", cookies));
        assertNull(judge(URL + "?any=thing", 1000, "Cookie", cookies));
        assertEquals(Rejection.ACCESS_DENIED, judge("https://d1.cloudfront.net/b/", 1000, "Cookie", cookies));
        assertEquals(Rejection.ACCESS_DENIED, judge(URL, 2000, "Cookie", cookies));
        assertEquals(Rejection.ACCESS_DENIED, judge(URL, 1000, "Cookie", cookies + "; CloudFront-Policy=x"));
        assertEquals(Rejection.MISSING_KEY, judge(URL, 1000, "Cookie", cookies.replace("Cloud", "cloud")));
        String canned = "CloudFront-Expires=2000; CloudFront-Signature="
                + Signer.encoded(RSA.signature(Signer.cannedText(URL + "?q=1", 2000), HashAlgorithm.SHA1))
                + "; CloudFront-Key-Pair-Id=KRSA";
        assertNull(judge(URL + "?q=1", 1000, "Cookie", canned));
        assertEquals(Rejection.ACCESS_DENIED, judge(URL, 1000, "Cookie", canned));
    }

    @Test
    void theUrlBeatsTheCookies() {
        String cookies = RSA.cookies(Signer.policy("*", END));
        assertNull(judge(RSA.canned(URL, 2000), 1000, "Cookie", "CloudFront-Policy=nonsense"));
        assertEquals(Rejection.ACCESS_DENIED, judge(RSA.canned(URL, 500), 1000, "Cookie", cookies));
        // Half a signature in the URL is not made whole by cookies.
        assertEquals(Rejection.MISSING_KEY, judge(URL + "?Expires=2000", 1000, "Cookie", cookies));
    }

    @Test
    void thePortIsPartOfTheUrl() {
        String url = "https://localhost:8443/a";
        assertNull(judge(RSA.canned(url, 2000), 1000));
        assertEquals(Rejection.ACCESS_DENIED, judge(RSA.canned(url, 2000).replace(":8443", ""), 1000));
        assertEquals(Rejection.ACCESS_DENIED, judge(RSA.canned(url, 2000).replace("https", "http"), 1000));
    }

    @Test
    void aQuotationMarkInTheUrlBeginsNothing() {
        String text = "{\"Statement\":[{\"Resource\":\"https://d1.cloudfront.net/x\",\"Condition\":{"
                + "\"IpAddress\":{\"AWS:SourceIp\":\"1.2.3.4\"},\"DateLessThan\":{\"AWS:EpochTime\":2000}}}]}";
        String signature = Signer.encoded(RSA.signature(text, HashAlgorithm.SHA1));
        String path = "https://d1.cloudfront.net/x\",\"Condition\":{\"IpAddress\":{\"AWS:SourceIp\":\"1.2.3.4\"},";
        assertEquals(
                Rejection.ACCESS_DENIED,
                judge(path + "?Expires=2000&Signature=" + signature + "&Key-Pair-Id=KRSA", 1000));
    }

    @Test
    void nothingOfASignatureIsLeftInTheRequest() {
        String url = RSA.canned(URL + "?a=1&&b", 2000);
        RequestHead request = Signer.request(
                url, "cookie", "a=1; " + RSA.cookies("x") + "; b=2", "Cookie", RSA.cookies("y"), "Accept", "*/*");
        RequestHead left = SignedRequest.of(request).without(request);
        assertEquals("a=1&&b", left.query());
        assertEquals(Fields.of("Host", "d1.cloudfront.net", "cookie", "a=1; b=2", "Accept", "*/*"), left.fields());
        RequestHead plain = Signer.request(URL + "?a=1", "Cookie", "CloudFront-Viewer=1; a=2");
        assertSame(plain, SignedRequest.of(plain).without(plain));
        RequestHead only = Signer.request(RSA.canned(URL, 2000));
        assertNull(SignedRequest.of(only).without(only).query());
    }

    /** The length was seen in captures. */
    @Test
    void theDocumentIsCloudFronts() {
        String document = ErrorPages.page(Rejection.MISSING_KEY, "id");
        assertEquals(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>MissingKey</Code><Message>Missing Key-Pair-Id"
                        + " query parameter or cookie value</Message></Error>",
                document);
        assertEquals(146, document.length());
    }

    @Test
    void octetsHaveOneText() {
        for (int length = 1; length < 70; length++) {
            byte[] octets = new byte[length];
            for (int i = 0; i < length; i++) octets[i] = (byte) (i * 77 + length);
            assertEquals(
                    Base64.getEncoder().encodeToString(octets),
                    Base64.getEncoder().encodeToString(UrlBase64.decode(Signer.encoded(octets))));
        }
        for (String bad : List.of(
                "",
                "A",
                "AA",
                "AAA",
                "AB__",
                "AAB_",
                "A___",
                "____",
                "AA==",
                "A+AA",
                "A/AA",
                "AAAA ",
                "AA_A",
                "_AAA",
                "AAé_",
                "AA\n_",
                "AAAA____")) {
            assertNull(UrlBase64.decode(bad), bad);
        }
    }
}
