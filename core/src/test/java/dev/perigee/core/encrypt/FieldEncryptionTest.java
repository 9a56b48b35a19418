package dev.perigee.core.encrypt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.encrypt.FieldEncryption.Argument;
import dev.perigee.core.encrypt.FieldEncryption.ByQuery;
import dev.perigee.core.encrypt.FieldEncryption.ByType;
import dev.perigee.core.encrypt.FieldEncryption.Decision;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.Method;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldEncryptionTest {
    private static final EncryptionProfile CARDS = profile("cards");
    private static final EncryptionProfile OTHER = profile("other");

    private static EncryptionProfile profile(String key) {
        return new EncryptionProfile(key, "provider", "", List.of("card", "phone*"));
    }

    private static FieldEncryption config(boolean unknownType, @Nullable EncryptionProfile byType, boolean unknownArg) {
        return new FieldEncryption(
                unknownType,
                List.of(new ByType(FieldEncryption.FORM, byType)),
                new ByQuery(unknownArg, List.of(new Argument("other", OTHER))));
    }

    private static String told(Decision decision) {
        return switch (decision) {
            case Decision.Encrypt(var profile) -> profile.keyName();
            case Decision.Forward(var why) -> "+" + why.word();
            case Decision.Refuse(var why) -> "-" + why.word();
        };
    }

    @ParameterizedTest(name = "{0} ?{1} -> {2}")
    @CsvSource({
        "application/x-www-form-urlencoded, , cards",
        "Application/X-WWW-Form-Urlencoded;charset=UTF-8, , cards",
        "application/x-www-form-urlencoded ; charset=\"utf-8\" ; x=y, , cards",
        "application/x-www-form-urlencoded;, , cards",
        "application/x-www-form-urlencoded;charset=utf-16, , -MalformedContentTypeClientError",
        "application/x-www-form-urlencoded;charset=utf-7, , -MalformedContentTypeClientError",
        "application/x-www-form-urlencoded;charset, , -MalformedContentTypeClientError",
        "'application/x-www-form-urlencoded, text/plain', , -MalformedContentTypeClientError",
        "form, , -MalformedContentTypeClientError",
        "/, , -MalformedContentTypeClientError",
        "'', , -MalformedContentTypeClientError",
        "multipart/form-data; boundary=x, , -RejectedByContentType",
        "text/plain, fle-profile=other, -RejectedByContentType",
        "application/x-www-form-urlencoded, fle-profile=other, other",
        "application/x-www-form-urlencoded, a=b&fle-profile=other&c, other",
        "application/x-www-form-urlencoded, fle%2Dprofile=othe%72, other",
        "application/x-www-form-urlencoded, FLE-profile=other, cards",
        "application/x-www-form-urlencoded, fle-profile=unknown, -RejectedByQueryArgs",
        "application/x-www-form-urlencoded, fle-profile=, -MalformedQueryArgsClientError",
        "application/x-www-form-urlencoded, fle-profile, -MalformedQueryArgsClientError",
        "application/x-www-form-urlencoded, fle-profile=%zz, -MalformedQueryArgsClientError",
        "application/x-www-form-urlencoded, fle-profile=other&fle-profile=other, -MalformedQueryArgsClientError",
    })
    void strictConfig(String type, @Nullable String query, String expected) {
        assertEquals(expected, told(config(false, CARDS, false).decide(Fields.of("Content-Type", type), query)));
    }

    @ParameterizedTest(name = "{0} ?{1} -> {2}")
    @CsvSource({
        ", , +ForwardedByContentType",
        "text/plain, , +ForwardedByContentType",
        "form, , -MalformedContentTypeClientError",
        "application/x-www-form-urlencoded, , +ForwardedDueToNoProfile",
        "application/x-www-form-urlencoded, fle-profile=unknown, +ForwardedByQueryArgs",
        "application/x-www-form-urlencoded, fle-profile=other, other",
    })
    void permissiveConfigWithoutProfile(@Nullable String type, @Nullable String query, String expected) {
        Fields fields = type == null ? Fields.EMPTY : Fields.of("Content-Type", type);
        assertEquals(expected, told(config(true, null, true).decide(fields, query)));
    }

    @Test
    void twoContentTypesAreMalformed() {
        Fields two = Fields.of("Content-Type", FieldEncryption.FORM, "content-type", "text/plain");
        assertEquals(
                "-MalformedContentTypeClientError",
                told(config(true, CARDS, true).decide(two, null)));
    }

    @Test
    void theParameterMeansNothingWhereItIsNotConfigured() {
        var config = new FieldEncryption(false, List.of(new ByType(FieldEncryption.FORM, CARDS)), null);
        assertEquals("cards", told(config.decide(Fields.of("Content-Type", FieldEncryption.FORM), "fle-profile=%zz")));
    }

    @Test
    void namesMatchExactlyOrByTheirBeginning() {
        assertTrue(CARDS.closes("card"));
        assertTrue(CARDS.closes("phone"));
        assertTrue(CARDS.closes("phone[home]"));
        assertFalse(CARDS.closes("Card"));
        assertFalse(CARDS.closes("cards"));
        assertFalse(CARDS.closes("Phone"));
        assertFalse(CARDS.closes("myphone"));
        assertTrue(new EncryptionProfile("k", "p", "", List.of("*")).closes(""));
    }

    @Test
    void formsArePostedOrPut() {
        for (Method method : Method.values()) {
            assertEquals(method == Method.POST || method == Method.PUT, FieldEncryption.concerns(method));
        }
    }
}
