package dev.perigee.control.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.control.access.Caller;
import dev.perigee.control.access.Role;
import dev.perigee.core.http.Field;
import dev.perigee.core.http.Fields;
import dev.perigee.core.sign.SigV4;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccountsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:40:36Z");
    private static final String PATH = "/2020-05-31/distribution";
    private final Accounts accounts = new Accounts(
            id -> id.equals("test") ? new Caller("test", "secret", Role.ADMIN, null) : null, InstantSource.fixed(NOW));

    private static Call signed(String key, String secret, Instant at, byte[] signedBody, byte[] sentBody) {
        String date = SigV4.timestamp(at);
        List<Field> fields = List.of(new Field("Host", "localhost"), new Field("X-Amz-Date", date));
        var request = new SigV4.Request("POST", PATH, null, fields, SigV4.sha256(signedBody));
        String authorization = SigV4.sign(request, new SigV4.Credentials(key, secret), "cloudfront", "us-east-1", at);
        Fields headers =
                Fields.of("Host", "localhost", "X-Amz-Date", date, "Authorization", authorization, "Accept", "*/*");
        return new Call("POST", PATH, null, headers, sentBody);
    }

    private @Nullable String codeOf(Call call) {
        try {
            accounts.verify(
                    call,
                    Accounts.claim(call.headers(), call.parameters()),
                    new Attempt(call.method(), call.path(), "here", "id"));
            return null;
        } catch (Refused refused) {
            assertEquals(refused.code().equals("IncompleteSignature") ? 400 : 403, refused.status());
            return refused.code();
        }
    }

    @ParameterizedTest(name = "key {0} secret {1} signed {2}s from now -> {3}")
    @CsvSource({
        "test, secret, 0, ",
        "test, secret, -300, ",
        "test, secret, 300, ",
        "test, secret, -301, SignatureDoesNotMatch",
        "test, secret, 301, SignatureDoesNotMatch",
        "test, wrong, 0, SignatureDoesNotMatch",
        "nobody, secret, 0, InvalidClientTokenId",
    })
    void believesWhoSignedJustNow(String key, String secret, int offset, @Nullable String code) {
        assertEquals(code, codeOf(signed(key, secret, NOW.plusSeconds(offset), new byte[] {1}, new byte[] {1})));
    }

    @Test
    void theSignatureCoversTheBodyThatArrived() {
        assertEquals("SignatureDoesNotMatch", codeOf(signed("test", "secret", NOW, new byte[] {1}, new byte[] {2})));
    }

    @Test
    void theSignatureCoversTheQuery() {
        Call call = signed("test", "secret", NOW, new byte[0], new byte[0]);
        assertEquals(
                "SignatureDoesNotMatch",
                codeOf(new Call(call.method(), call.path(), "WithTags", call.headers(), call.body())));
    }

    @Test
    void unsignedCallsHaveNoToken() {
        assertEquals(
                "MissingAuthenticationToken",
                codeOf(new Call("GET", PATH, null, Fields.of("Authorization", "Basic eDp5"), new byte[0])));
    }

    @Test
    void theDateMustBeSigned() {
        Fields headers = Fields.of(
                "Host",
                "localhost",
                "X-Amz-Date",
                SigV4.timestamp(NOW),
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/cloudfront/aws4_request, SignedHeaders=host,"
                        + " Signature=00");
        assertEquals("IncompleteSignature", codeOf(new Call("GET", PATH, null, headers, new byte[0])));
    }

    @ParameterizedTest(name = "signed {0}s ago for {1}s -> {2}")
    @CsvSource({
        "0, 60, ",
        "60, 60, ",
        "61, 60, RequestExpired",
        "3600, 604800, ",
        "0, 604801, IncompleteSignature",
        "-301, 60, SignatureDoesNotMatch",
    })
    void presignedCallsExpire(int age, int seconds, @Nullable String code) {
        Instant at = NOW.minusSeconds(age);
        String date = SigV4.timestamp(at);
        String scope = date.substring(0, 8) + "/us-east-1/cloudfront/aws4_request";
        String query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=test%2F" + scope.replace("/", "%2F")
                + "&X-Amz-Date=" + date + "&X-Amz-Expires=" + seconds + "&X-Amz-SignedHeaders=host";
        var request =
                new SigV4.Request("GET", PATH, query, List.of(new Field("Host", "localhost")), SigV4.EMPTY_PAYLOAD);
        String signature = SigV4.signature(
                request,
                List.of("host"),
                date,
                new SigV4.Scope(date.substring(0, 8), "us-east-1", "cloudfront"),
                "secret");
        Call call = new Call(
                "GET", PATH, query + "&X-Amz-Signature=" + signature, Fields.of("Host", "localhost"), new byte[0]);
        assertEquals(code, codeOf(call));
    }

    @Test
    void problemsNameTheKeyAndNeverTheSecret() {
        Call call = signed("nobody", "hidden", NOW, new byte[0], new byte[0]);
        Refused refused = assertThrows(
                Refused.class,
                () -> accounts.verify(
                        call, Accounts.claim(call.headers(), Map.of()), new Attempt("GET", "/", "here", "id")));
        assertTrue(refused.text().contains("'nobody'"), refused::text);
    }
}
