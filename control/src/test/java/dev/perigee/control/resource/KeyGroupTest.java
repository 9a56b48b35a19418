package dev.perigee.control.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.control.api.Refused;
import dev.perigee.control.compile.KeyGroupResource;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import dev.perigee.core.tls.Seal;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.cloudfront.model.KeyGroupConfig;
import software.amazon.awssdk.services.cloudfront.model.PublicKeyConfig;

/** Public keys and key groups: what is taken, what is refused, and with which code. */
class KeyGroupTest {
    private static final String P256 = PublicPem.ec("secp256r1");

    private final Settings settings = new Settings(
            "123456789012",
            "cloudfront.localhost",
            InstantSource.fixed(Instant.EPOCH),
            () -> 0,
            new Ids(),
            Seal.ephemeral(),
            null,
            null);
    private final Store store;

    KeyGroupTest(@TempDir Path folder) throws IOException {
        store = Store.open(folder.resolve("store.db"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static PublicKeyConfig key(String name) {
        return PublicKeyConfig.builder()
                .callerReference("r-" + name)
                .name(name)
                .encodedKey(P256)
                .build();
    }

    private static KeyGroupConfig group(String name, List<String> keys) {
        return KeyGroupConfig.builder().name(name).items(keys).build();
    }

    private Row insert(PublicKeyConfig config) throws Refused {
        PublicKeyConfig checked = PublicKeys.checked(config);
        return store.write(tables -> {
            PublicKeys.checkReference(tables, checked);
            String id = settings.ids().publicKey(_ -> false);
            return PublicKeys.NAMED.insert(tables, settings, id, checked);
        });
    }

    private static void refused(String code, String named, Executable what) {
        Refused refused = assertThrows(Refused.class, what);
        assertEquals(code, refused.code(), refused.text());
        assertTrue(refused.text().contains(named), refused.text());
    }

    @Test
    void takesRsaOf2048BitsAndP256() throws Refused {
        PublicKeyText.der(P256);
        PublicKeyText.der(P256.replace("\n", "\r\n"));
        PublicKeyText.der("  " + P256.strip());
        String rsa = PublicPem.rsa(2048, RSAKeyGenParameterSpec.F4);
        PublicKeyText.der(rsa);
        PublicKeyText.der(PublicPem.rsa(2048, RSAKeyGenParameterSpec.F0));
        assertTrue(PublicKeyText.same(P256, P256.replace("\n", "\r\n")));
    }

    @Test
    void refusesOtherKeys() {
        List<String> keys = List.of(
                PublicPem.rsa(1024, RSAKeyGenParameterSpec.F4),
                PublicPem.rsa(3072, RSAKeyGenParameterSpec.F4),
                PublicPem.rsa(2048, BigInteger.ONE.shiftLeft(64).add(BigInteger.valueOf(13))),
                PublicPem.ec("secp384r1"));
        for (String key : keys) refused("InvalidArgument", "neither", () -> PublicKeyText.der(key));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "no block, xxxx, PEM",
        "another label, -----BEGIN RSA PUBLIC KEY-----AAAA-----END RSA PUBLIC KEY-----, PEM",
        "half a block, -----BEGIN PUBLIC KEY-----, PEM",
        "no Base64, -----BEGIN PUBLIC KEY-----A-A-----END PUBLIC KEY-----, Base64",
        "no key, -----BEGIN PUBLIC KEY-----AAAA-----END PUBLIC KEY-----, neither"
    })
    void refusesOtherTexts(String what, String text, String named) {
        refused("InvalidArgument", named, () -> PublicKeyText.der(text));
    }

    @Test
    void refusesWhatFollowsAKey() throws Refused {
        byte[] der = Base64.getDecoder().decode(PublicKeyText.der(P256));
        byte[] longer = Arrays.copyOf(der, der.length + 3);
        String text =
                "-----BEGIN PUBLIC KEY-----" + Base64.getEncoder().encodeToString(longer) + "-----END PUBLIC KEY-----";
        refused("InvalidArgument", "EncodedKey", () -> PublicKeyText.der(text));
    }

    @Test
    void keysHaveReferencesAndNamesOfTheirOwn() throws Refused {
        insert(key("a"));
        refused(
                "PublicKeyAlreadyExists",
                "r-a",
                () -> insert(key("b").toBuilder().callerReference("r-a").build()));
        refused(
                "PublicKeyAlreadyExists",
                "'a'",
                () -> insert(key("a").toBuilder().callerReference("new").build()));
        for (int i = 1; i < 10; i++) insert(key("n" + i));
        refused("TooManyPublicKeys", "10", () -> insert(key("z")));
    }

    @Test
    void onlyTheCommentOfAKeyMayChange() throws Refused {
        PublicKeyConfig old = key("a");
        PublicKeys.checkUnchanged(old, old.toBuilder().comment("c").build());
        String code = "CannotChangeImmutablePublicKeyFields";
        String other = PublicPem.rsa(2048, RSAKeyGenParameterSpec.F4);
        refused(
                code,
                "Name",
                () -> PublicKeys.checkUnchanged(old, old.toBuilder().name("b").build()));
        refused(
                code,
                "Call",
                () -> PublicKeys.checkUnchanged(
                        old, old.toBuilder().callerReference("b").build()));
        refused(
                code,
                "Enc",
                () -> PublicKeys.checkUnchanged(
                        old, old.toBuilder().encodedKey(other).build()));
    }

    @Test
    void groupsNameOneToFiveKeysThatExist() throws Refused {
        List<String> six = IntStream.range(0, 6).mapToObj(i -> "K" + i).toList();
        refused("TooManyPublicKeysInKeyGroup", "6", () -> KeyGroups.checked(group("g", six)));
        refused("InvalidArgument", "no public keys", () -> KeyGroups.checked(group("g", List.of())));
        refused("InvalidArgument", "twice", () -> KeyGroups.checked(group("g", List.of("K", "K"))));
        refused("InvalidArgument", "Name", () -> KeyGroups.checked(group(" ", List.of("K"))));
        refused(
                "InvalidArgument",
                "K0",
                () -> store.read(tables -> {
                    KeyGroups.checkKeys(tables, group("g", List.of("K0")));
                    return true;
                }));
    }

    @Test
    void whatIsInUseStays() throws Refused {
        Row key = insert(key("a"));
        KeyGroupConfig config = group("g", List.of(key.id()));
        Row group = store.write(tables -> KeyGroups.NAMED.insert(tables, settings, "group", config));
        refused(
                "PublicKeyInUse",
                "group",
                () -> store.write(tables -> {
                    PublicKeys.NAMED.deleteUnused(tables, key.id(), key.etag(), all -> PublicKeys.user(all, key.id()));
                    return true;
                }));
        refused(
                "KeyGroupAlreadyExists",
                "'g'",
                () -> store.write(tables -> KeyGroups.NAMED.insert(tables, settings, "other", config)));
        refused("NoSuchResource", "other", () -> store.read(tables -> KeyGroups.NAMED.existing(tables, "other")));
        List<KeyGroupResource> all = store.read(KeyGroups::all);
        assertEquals(key.id(), all.getFirst().keys().getFirst().id());
        store.write(tables -> {
            KeyGroups.NAMED.delete(tables, "group", group.etag(), KeyGroups.uses("group"));
            PublicKeys.NAMED.deleteUnused(tables, key.id(), key.etag(), users -> PublicKeys.user(users, key.id()));
            return true;
        });
        assertEquals(
                0L, store.<Long>read(tables -> tables.count(Kind.PUBLIC_KEY)).longValue());
    }
}
