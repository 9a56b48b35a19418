package dev.perigee.control;

import static dev.perigee.control.Running.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.control.resource.Configs;
import dev.perigee.control.resource.PublicPem;
import dev.perigee.core.encrypt.EncryptionProfile;
import dev.perigee.core.encrypt.FieldEncryption;
import java.nio.file.Path;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.ContentTypeProfileConfig;
import software.amazon.awssdk.services.cloudfront.model.CustomOriginConfig;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.EncryptionEntity;
import software.amazon.awssdk.services.cloudfront.model.FieldLevelEncryptionConfig;
import software.amazon.awssdk.services.cloudfront.model.FieldLevelEncryptionProfileConfig;
import software.amazon.awssdk.services.cloudfront.model.Method;
import software.amazon.awssdk.services.cloudfront.model.QueryArgProfile;

/** Field-level encryption through the API, as a client of the SDK sees it, up to the plan. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("unchecked") // the SDK takes generic varargs
class FieldEncryptionTest {
    private final Running running;
    private final CloudFrontClient client;
    private final String key;
    private final String curve;
    private int references;

    FieldEncryptionTest(@TempDir Path folder) throws Exception {
        running = new Running(folder.resolve("store.db"), null);
        client = running.client;
        key = key("cards", PublicPem.rsa(2048, RSAKeyGenParameterSpec.F4));
        curve = key("curve", PublicPem.ec("secp256r1"));
    }

    private String key(String name, String pem) {
        return client.createPublicKey(r -> r.publicKeyConfig(
                        k -> k.callerReference(name).name(name).encodedKey(pem)))
                .publicKey()
                .id();
    }

    @AfterAll
    void stop() {
        running.close();
    }

    private static EncryptionEntity entity(String key, String provider, List<String> patterns) {
        return EncryptionEntity.builder()
                .publicKeyId(key)
                .providerId(provider)
                .fieldPatterns(f -> f.quantity(patterns.size()).items(patterns))
                .build();
    }

    private FieldLevelEncryptionProfileConfig profile(String name, EncryptionEntity... entities) {
        return FieldLevelEncryptionProfileConfig.builder()
                .name(name)
                .callerReference("r" + references++)
                .encryptionEntities(e -> e.quantity(entities.length).items(entities))
                .build();
    }

    private FieldLevelEncryptionProfileConfig profile(String name, String... patterns) {
        return profile(name, entity(key, "PetTracker", List.of(patterns)));
    }

    private String created(FieldLevelEncryptionProfileConfig config) {
        return client.createFieldLevelEncryptionProfile(r -> r.fieldLevelEncryptionProfileConfig(config))
                .fieldLevelEncryptionProfile()
                .id();
    }

    private String created(FieldLevelEncryptionConfig config) {
        return client.createFieldLevelEncryptionConfig(r -> r.fieldLevelEncryptionConfig(config))
                .fieldLevelEncryption()
                .id();
    }

    private void deleteProfile(String id) {
        String etag = client.getFieldLevelEncryptionProfile(r -> r.id(id)).eTag();
        client.deleteFieldLevelEncryptionProfile(r -> r.id(id).ifMatch(etag));
    }

    private void deleteConfig(String id) {
        String etag = client.getFieldLevelEncryption(r -> r.id(id)).eTag();
        client.deleteFieldLevelEncryptionConfig(r -> r.id(id).ifMatch(etag));
    }

    private FieldLevelEncryptionConfig config(
            Consumer<ContentTypeProfileConfig.Builder> types, QueryArgProfile... arguments) {
        return FieldLevelEncryptionConfig.builder()
                .callerReference("r" + references++)
                .contentTypeProfileConfig(types)
                .queryArgProfileConfig(q -> q.forwardWhenQueryArgProfileIsUnknown(false)
                        .queryArgProfiles(a -> a.quantity(arguments.length).items(arguments)))
                .build();
    }

    private static Consumer<ContentTypeProfileConfig.Builder> forms(String... profiles) {
        return c -> c.forwardWhenContentTypeIsUnknown(true)
                .contentTypeProfiles(t -> t.quantity(profiles.length)
                        .items(java.util.Arrays.stream(profiles)
                                .map(id -> software.amazon.awssdk.services.cloudfront.model.ContentTypeProfile.builder()
                                        .format("URLEncoded")
                                        .contentType(FieldEncryption.FORM)
                                        .profileId(id)
                                        .build())
                                .toList()));
    }

    private static QueryArgProfile argument(String value, String profile) {
        return QueryArgProfile.builder().queryArg(value).profileId(profile).build();
    }

    private static DistributionConfig using(String id, Consumer<CustomOriginConfig.Builder> origin) {
        DistributionConfig config = Configs.of("with-" + id);
        CustomOriginConfig custom = config.origins().items().getFirst().customOriginConfig();
        return config.toBuilder()
                .origins(o -> o.quantity(1)
                        .items(config.origins().items().getFirst().toBuilder()
                                .customOriginConfig(custom.toBuilder()
                                        .originProtocolPolicy("match-viewer")
                                        .applyMutation(origin)
                                        .build())
                                .build()))
                .defaultCacheBehavior(config.defaultCacheBehavior().toBuilder()
                        .viewerProtocolPolicy("https-only")
                        .allowedMethods(m -> m.quantity(7)
                                .items(
                                        Method.GET,
                                        Method.HEAD,
                                        Method.OPTIONS,
                                        Method.PUT,
                                        Method.POST,
                                        Method.PATCH,
                                        Method.DELETE))
                        .fieldLevelEncryptionId(id)
                        .build())
                .build();
    }

    @Test
    void aConfigLivesAndReachesTheEdges() throws Exception {
        String profile = created(profile("live", "card", "phone*"));
        assertTrue(profile.matches("P[A-Z0-9]{13}"), profile);
        var made = client.createFieldLevelEncryptionConfig(
                r -> r.fieldLevelEncryptionConfig(config(forms(profile), argument("cards", profile))));
        String id = made.fieldLevelEncryption().id();
        assertTrue(id.matches("C[A-Z0-9]{13}"), id);
        assertEquals("https://cloudfront.amazonaws.com/2020-05-31/field-level-encryption/" + id, made.location());
        assertEquals(
                made.eTag(), client.getFieldLevelEncryptionConfig(r -> r.id(id)).eTag());
        assertTrue(client.listFieldLevelEncryptionConfigs(r -> {}).fieldLevelEncryptionList().items().stream()
                .anyMatch(item -> item.id().equals(id)));
        assertTrue(client.listFieldLevelEncryptionProfiles(r -> {}).fieldLevelEncryptionProfileList().items().stream()
                .anyMatch(item -> item.name().equals("live")));

        String distribution = client.createDistribution(r -> r.distributionConfig(using(id, _ -> {})))
                .distribution()
                .id();
        Running.await("the plan", () -> encryption(distribution).contentTypes().size() == 1);
        EncryptionProfile compiled = Objects.requireNonNull(
                encryption(distribution).contentTypes().getFirst().profile());
        assertEquals("cards", compiled.keyName());
        assertEquals("PetTracker", compiled.providerId());
        assertEquals(List.of("card", "phone*"), compiled.fieldPatterns());
        assertTrue(encryption(distribution).forwardUnknownType());
        assertEquals(
                "cards",
                Objects.requireNonNull(encryption(distribution).queryArgument())
                        .arguments()
                        .getFirst()
                        .value());

        changeIsLive(profile, distribution);
        inUseIsKept(profile, id, distribution);
    }

    private void changeIsLive(String profile, String distribution) throws Exception {
        var got = client.getFieldLevelEncryptionProfileConfig(r -> r.id(profile));
        FieldLevelEncryptionProfileConfig changed = got.fieldLevelEncryptionProfileConfig().toBuilder()
                .encryptionEntities(e -> e.quantity(1).items(entity(key, "Other", List.of("iban"))))
                .build();
        refused(
                "PreconditionFailed",
                412,
                () -> client.updateFieldLevelEncryptionProfile(
                        r -> r.id(profile).ifMatch("E0").fieldLevelEncryptionProfileConfig(changed)));
        refused(
                "InvalidIfMatchVersion",
                400,
                () -> client.updateFieldLevelEncryptionProfile(
                        r -> r.id(profile).fieldLevelEncryptionProfileConfig(changed)));
        refused(
                "IllegalUpdate",
                400,
                () -> client.updateFieldLevelEncryptionProfile(r -> r.id(profile)
                        .ifMatch(got.eTag())
                        .fieldLevelEncryptionProfileConfig(
                                changed.toBuilder().callerReference("another").build())));
        String etag = client.updateFieldLevelEncryptionProfile(
                        r -> r.id(profile).ifMatch(got.eTag()).fieldLevelEncryptionProfileConfig(changed))
                .eTag();
        assertNotEquals(got.eTag(), etag);
        Running.await(
                "the change",
                () -> Objects.requireNonNull(encryption(distribution)
                                .contentTypes()
                                .getFirst()
                                .profile())
                        .providerId()
                        .equals("Other"));
    }

    private void inUseIsKept(String profile, String id, String distribution) {
        refused("FieldLevelEncryptionConfigInUse", 409, () -> deleteConfig(id));
        refused("FieldLevelEncryptionProfileInUse", 409, () -> deleteProfile(profile));
        String keyTag = client.getPublicKey(r -> r.id(key)).eTag();
        refused(
                "PublicKeyInUse",
                409,
                () -> client.deletePublicKey(r -> r.id(key).ifMatch(keyTag)));
        refused(
                "FieldLevelEncryptionConfigInUse",
                409,
                () -> client.deleteFieldLevelEncryptionConfig(r -> r.id(id)
                        .ifMatch(client.getFieldLevelEncryption(g -> g.id(id)).eTag())));
        String other = created(profile("spare", "x"));
        var got = client.getFieldLevelEncryptionConfig(r -> r.id(id));
        client.updateFieldLevelEncryptionConfig(r -> r.id(id)
                .ifMatch(got.eTag())
                .fieldLevelEncryptionConfig(got.fieldLevelEncryptionConfig().toBuilder()
                        .contentTypeProfileConfig(forms(other))
                        .queryArgProfileConfig(
                                (software.amazon.awssdk.services.cloudfront.model.QueryArgProfileConfig) null)
                        .build()));
        deleteProfile(profile);
        refused(
                "NoSuchFieldLevelEncryptionProfile",
                404,
                () -> client.getFieldLevelEncryptionProfile(r -> r.id(profile)));
        assertFalse(distribution.isEmpty());
    }

    private FieldEncryption encryption(String distribution) {
        for (var each : running.edge.plan().distributions()) {
            FieldEncryption found = each.behaviors().getFirst().encryption();
            if (each.id().equals(distribution) && found != null) return found;
        }
        return new FieldEncryption(false, List.of(), null);
    }

    @Test
    void profilesAreChecked() {
        refused("InvalidArgument", 400, () -> created(profile("a b", "x")));
        refused("InvalidArgument", 400, () -> created(profile("x".repeat(129), "x")));
        refused("InvalidArgument", 400, () -> created(profile("none", new String[0])));
        refused("InvalidArgument", 400, () -> created(profile("provider", entity(key, "a b", List.of("x")))));
        refused("NoSuchPublicKey", 404, () -> created(profile("key", entity("K0", "p", List.of("x")))));
        refused("InvalidArgument", 400, () -> created(profile("curve", entity(curve, "p", List.of("x")))));
        refused(
                "TooManyFieldLevelEncryptionEncryptionEntities",
                400,
                () -> created(profile("two", entity(key, "p", List.of("x")), entity(key, "q", List.of("y")))));
        refused(
                "TooManyFieldLevelEncryptionFieldPatterns",
                400,
                () -> created(profile(
                        "many",
                        entity(
                                key,
                                "p",
                                IntStream.range(0, 11).mapToObj(i -> "f" + i).toList()))));
        refused(
                "FieldLevelEncryptionProfileSizeExceeded",
                400,
                () -> created(profile("long", "x".repeat(1025), "y".repeat(1024))));
        for (String wrong : new String[] {"a b", "a*b", "*a", "a**", "a&b", "", "é"}) {
            refused("InvalidArgument", 400, () -> created(profile("wrong", wrong)));
        }
        for (String[] overlap : new String[][] {{"a", "a"}, {"a*", "ab"}, {"ab*", "a*"}, {"*", "x"}, {"a*", "a"}}) {
            refused("InvalidArgument", 400, () -> created(profile("overlap", overlap)));
        }
        String apart = created(profile("apart", "a", "ab", "b*", "a.b[0]_-"));
        refused("FieldLevelEncryptionProfileAlreadyExists", 409, () -> created(profile("apart", "x")));
        refused(
                "FieldLevelEncryptionProfileAlreadyExists",
                409,
                () -> created(profile("again", "x").toBuilder()
                        .callerReference(client.getFieldLevelEncryptionProfile(r -> r.id(apart))
                                .fieldLevelEncryptionProfile()
                                .fieldLevelEncryptionProfileConfig()
                                .callerReference())
                        .build()));
        deleteProfile(apart);
    }

    @Test
    void configsAreChecked() {
        String profile = created(profile("checked", "x"));
        refused("NoSuchFieldLevelEncryptionProfile", 404, () -> created(config(forms("P0"))));
        refused("NoSuchFieldLevelEncryptionProfile", 404, () -> created(config(forms(profile), argument("a", "P0"))));
        refused("QueryArgProfileEmpty", 400, () -> created(config(forms(profile), argument("a", ""))));
        refused("InvalidArgument", 400, () -> created(config(forms(profile), argument("a b", profile))));
        refused("InvalidArgument", 400, () -> created(config(forms(profile, profile))));
        refused(
                "TooManyFieldLevelEncryptionContentTypeProfiles",
                400,
                () -> created(config(forms(profile, profile, profile, profile, profile, profile))));
        refused(
                "InvalidArgument",
                400,
                () -> created(config(forms(profile), argument("a", profile), argument("a", profile))));
        QueryArgProfile[] six =
                IntStream.range(0, 6).mapToObj(i -> argument("a" + i, profile)).toArray(QueryArgProfile[]::new);
        refused("TooManyFieldLevelEncryptionQueryArgProfiles", 400, () -> created(config(forms(profile), six)));
        refused(
                "InvalidArgument",
                400,
                () -> created(config(c -> c.forwardWhenContentTypeIsUnknown(true)
                        .contentTypeProfiles(t -> t.quantity(1)
                                .items(i -> i.format("URLEncoded")
                                        .contentType("application/json")
                                        .profileId(profile))))));
        FieldLevelEncryptionConfig good = config(forms(profile));
        String id = created(good);
        refused("FieldLevelEncryptionConfigAlreadyExists", 409, () -> created(good));
        deleteConfig(id);
        refused("NoSuchFieldLevelEncryptionConfig", 404, () -> client.getFieldLevelEncryption(r -> r.id(id)));
        deleteProfile(profile);
    }

    @Test
    void fieldsAreClosedOnlyWhereNothingIsInClear() {
        String profile = created(profile("where", "x"));
        String id = created(config(forms(profile)));
        String code = "IllegalFieldLevelEncryptionConfigAssociationWithCacheBehavior";
        DistributionConfig good = using(id, _ -> {});
        List<DistributionConfig> wrong = new ArrayList<>();
        wrong.add(using(id, o -> o.originProtocolPolicy("http-only")));
        wrong.add(good.toBuilder()
                .defaultCacheBehavior(good.defaultCacheBehavior().toBuilder()
                        .viewerProtocolPolicy("allow-all")
                        .build())
                .build());
        wrong.add(good.toBuilder()
                .defaultCacheBehavior(good.defaultCacheBehavior().toBuilder()
                        .allowedMethods(m -> m.quantity(2).items(Method.GET, Method.HEAD))
                        .build())
                .build());
        for (DistributionConfig config : wrong) {
            refused(code, 400, () -> client.createDistribution(r -> r.distributionConfig(config)));
        }
        refused(
                "NoSuchFieldLevelEncryptionConfig",
                404,
                () -> client.createDistribution(r -> r.distributionConfig(using("C0", _ -> {}))));
        deleteConfig(id);
        deleteProfile(profile);
    }
}
