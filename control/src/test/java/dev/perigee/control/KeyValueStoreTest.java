package dev.perigee.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.perigee.control.KeyClient.Answer;
import dev.perigee.control.resource.Configs;
import dev.perigee.core.plan.KeyValueStore;
import dev.perigee.core.plan.KeyValueStore.Pair;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.FunctionAssociation;
import software.amazon.awssdk.services.cloudfront.model.KeyValueStoreAssociation;
import software.amazon.awssdk.services.cloudfront.model.KeyValueStoreAssociations;

/** Key value stores through both services, as clients see them. One system for all; each test has stores of its own. */
class KeyValueStoreTest {
    private static final Map<String, String> OBJECTS = new ConcurrentHashMap<>();

    @SuppressWarnings("NullAway.Init")
    private static HttpServer s3;

    @SuppressWarnings("NullAway.Init")
    private static Running running;

    @SuppressWarnings("NullAway.Init")
    private static KeyClient keys;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        s3 = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        s3.createContext("/", exchange -> {
            String object = OBJECTS.get(exchange.getRequestURI().getPath());
            byte[] content = object == null ? new byte[0] : object.getBytes(UTF_8);
            exchange.sendResponseHeaders(object == null ? 404 : 200, content.length == 0 ? -1 : content.length);
            exchange.getResponseBody().write(content);
            exchange.close();
        });
        s3.start();
        running = new Running(folder.resolve("store.db"), s3.getAddress());
        keys = new KeyClient(running.server.address(), "test", "*");
    }

    @AfterAll
    static void stop() {
        running.close();
        s3.stop(0);
    }

    private static void refused(String code, int status, Answer answer) {
        assertEquals(code, answer.error(), answer.body());
        assertEquals(status, answer.status());
        assertTrue(answer.body().startsWith("{\"Message\":\""), answer.body());
    }

    private static String create(String name) {
        return running.client
                .createKeyValueStore(r -> r.name(name).comment("c"))
                .keyValueStore()
                .arn();
    }

    private static Answer imported(String name, String file) throws IOException {
        OBJECTS.put("/bucket/" + name, file);
        String arn = running.client
                .createKeyValueStore(r ->
                        r.name(name).importSource(s -> s.sourceType("S3").sourceARN("arn:aws:s3:::bucket/" + name)))
                .keyValueStore()
                .arn();
        return keys.call("GET", arn, "/keys?MaxResults=50", null, null);
    }

    @Test
    void aStoreIsCreatedChangedListedAndDeleted() {
        var client = running.client;
        var created = client.createKeyValueStore(r -> r.name("life").comment("first"));
        assertEquals("READY", created.keyValueStore().status());
        assertEquals(
                "arn:aws:cloudfront::123456789012:key-value-store/"
                        + created.keyValueStore().id(),
                created.keyValueStore().arn());
        Running.refused("EntityAlreadyExists", 409, () -> client.createKeyValueStore(r -> r.name("life")));
        Running.refused("InvalidArgument", 400, () -> client.createKeyValueStore(r -> r.name("no spaces")));
        Running.refused(
                "PreconditionFailed",
                412,
                () -> client.updateKeyValueStore(
                        r -> r.name("life").comment("second").ifMatch("E1")));
        var updated =
                client.updateKeyValueStore(r -> r.name("life").comment("second").ifMatch(created.eTag()));
        assertNotEquals(created.eTag(), updated.eTag());
        var described = client.describeKeyValueStore(r -> r.name("life"));
        assertEquals("second", described.keyValueStore().comment());
        assertEquals(updated.eTag(), described.eTag());
        assertTrue(client.listKeyValueStores(r -> r.status("READY")).keyValueStoreList().items().stream()
                .anyMatch(each -> each.name().equals("life")));
        assertEquals(
                0,
                client.listKeyValueStores(r -> r.status("PROVISIONING"))
                        .keyValueStoreList()
                        .quantity());
        client.deleteKeyValueStore(r -> r.name("life").ifMatch(updated.eTag()));
        Running.refused("EntityNotFound", 404, () -> client.describeKeyValueStore(r -> r.name("life")));
    }

    @Test
    void keysAreWrittenAndRead() throws Exception {
        String arn = create("keys");
        Answer empty = keys.call("GET", arn, "", null, null);
        assertEquals(200, empty.status(), empty.body());
        assertTrue(
                empty.body().startsWith("{\"ItemCount\":0,\"TotalSizeInBytes\":0,\"KvsARN\":\"" + arn), empty.body());
        assertTrue(empty.body().contains("\"Created\":1795344036.123,"), empty.body());
        String odd = "a%20b%2F%C3%BC%2B";
        Answer put = keys.call("PUT", arn, "/keys/" + odd, empty.etag(), "{\"Value\":\"\u00e9\"}");
        assertEquals("{\"ItemCount\":1,\"TotalSizeInBytes\":9}", put.body());
        assertNotEquals(empty.etag(), put.etag());
        assertEquals(
                "{\"ItemCount\":1,\"TotalSizeInBytes\":9,\"Key\":\"a b/\u00fc+\",\"Value\":\"\u00e9\"}",
                keys.call("GET", arn, "/keys/" + odd, null, null).body());
        refused("ConflictException", 409, keys.call("PUT", arn, "/keys/b", empty.etag(), "{\"Value\":\"1\"}"));
        refused("ValidationException", 400, keys.call("PUT", arn, "/keys/b", null, "{\"Value\":\"1\"}"));
        Answer both = keys.call(
                "POST",
                arn,
                "/keys",
                put.etag(),
                "{\"Puts\":[{\"Key\":\"b\",\"Value\":\"1\"},{\"Key\":\"c\",\"Value\":\"2\"}],\"Deletes\":[{\"Key\":\"a b/\u00fc+\"}]}");
        assertEquals("{\"ItemCount\":2,\"TotalSizeInBytes\":4}", both.body());
        Answer page = keys.call("GET", arn, "/keys?MaxResults=1", null, null);
        assertEquals("{\"Items\":[{\"Key\":\"b\",\"Value\":\"1\"}],\"NextToken\":\"Yg\"}", page.body());
        assertEquals(
                "{\"Items\":[{\"Key\":\"c\",\"Value\":\"2\"}]}",
                keys.call("GET", arn, "/keys?MaxResults=1&NextToken=Yg", null, null)
                        .body());
        Answer deleted = keys.call("DELETE", arn, "/keys/b", both.etag(), null);
        assertEquals("{\"ItemCount\":1,\"TotalSizeInBytes\":2}", deleted.body());
        refused("ResourceNotFoundException", 404, keys.call("GET", arn, "/keys/b", null, null));
        refused("ResourceNotFoundException", 404, keys.call("DELETE", arn, "/keys/b", deleted.etag(), null));
        refused("ResourceNotFoundException", 404, keys.call("GET", arn + "0", "", null, null));
        refused("UnknownOperationException", 404, keys.call("POST", arn, "/keys/b", null, null));
    }

    @Test
    void limitsHold() throws Exception {
        String arn = create("limits");
        String etag = keys.call("GET", arn, "", null, null).etag();
        String longest = "{\"Value\":\"" + "v".repeat(1024) + "\"}";
        etag = keys.call("PUT", arn, "/keys/" + "k".repeat(512), etag, longest).etag();
        refused("ValidationException", 400, keys.call("PUT", arn, "/keys/" + "k".repeat(513), etag, longest));
        refused(
                "ValidationException",
                400,
                keys.call("PUT", arn, "/keys/k", etag, "{\"Value\":\"" + "\u00e9".repeat(513) + "\"}"));
        // Half a character: neither a file nor a plan can hold it.
        refused("ValidationException", 400, keys.call("PUT", arn, "/keys/k", etag, "{\"Value\":\"\\ud800\"}"));
        refused("ValidationException", 400, keys.call("PUT", arn, "/keys/k", etag, "{\"Value\":1}"));
        refused("ValidationException", 400, keys.call("PUT", arn, "/keys/k", etag, "["));
        refused("ValidationException", 400, keys.call("POST", arn, "/keys", etag, "{}"));
        var many = new StringBuilder();
        for (int i = 0; i < 51; i++) many.append(i == 0 ? "" : ",").append("{\"Key\":\"" + i + "\"}");
        refused("ValidationException", 400, keys.call("POST", arn, "/keys", etag, "{\"Deletes\":[" + many + "]}"));
        refused(
                "ValidationException",
                400,
                keys.call(
                        "POST",
                        arn,
                        "/keys",
                        etag,
                        "{\"Puts\":[{\"Key\":\"a\",\"Value\":\"1\"}],\"Deletes\":[{\"Key\":\"a\"}]}"));
        refused("ValidationException", 400, keys.call("GET", arn, "/keys?MaxResults=51", null, null));
        // All of it or nothing.
        refused(
                "ResourceNotFoundException",
                404,
                keys.call(
                        "POST",
                        arn,
                        "/keys",
                        etag,
                        "{\"Puts\":[{\"Key\":\"a\",\"Value\":\"1\"}],\"Deletes\":[{\"Key\":\"none\"}]}"));
        refused("ResourceNotFoundException", 404, keys.call("GET", arn, "/keys/a", null, null));
    }

    @Test
    void aFullStoreTakesNoMore() throws Exception {
        var file = new StringBuilder("{\"data\":[");
        // 4,980 pairs of 1,028 bytes are 5,119,440 bytes; the file itself has 26 bytes more for each.
        for (int i = 0; i < 4_980; i++) {
            file.append(i == 0 ? "" : ",").append("{\"key\":\"");
            file.append(1000 + i)
                    .append("\",\"value\":\"")
                    .append("v".repeat(1024))
                    .append("\"}");
        }
        String all = file.append("]}").toString();
        Answer list = imported("full", all);
        assertEquals(200, list.status(), list.body());
        String arn = running.client
                .describeKeyValueStore(r -> r.name("full"))
                .keyValueStore()
                .arn();
        Answer described = keys.call("GET", arn, "", null, null);
        assertTrue(described.body().startsWith("{\"ItemCount\":4980,\"TotalSizeInBytes\":5119440,"), described.body());
        String etag = described.etag();
        for (int round = 0; ; round++) {
            var puts = new StringBuilder();
            for (int i = 0; i < 50; i++) {
                puts.append(i == 0 ? "" : ",").append("{\"Key\":\"x" + round + "-" + i + "\",\"Value\":\"");
                puts.append("v".repeat(1024)).append("\"}");
            }
            Answer answer = keys.call("POST", arn, "/keys", etag, "{\"Puts\":[" + puts + "]}");
            if (answer.status() != 200) {
                refused("ServiceQuotaExceededException", 402, answer);
                assertEquals(2, round);
                break;
            }
            etag = answer.etag();
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "i1 | {\"data\":[{\"key\":\"a\",\"value\":\"1\"},{\"key\":\"a\",\"value\":\"2\"}]}",
                "i2 | {\"data\":[{\"key\":\"a\",\"value\":1}]}",
                "i3 | {\"data\":[{\"key\":\"\",\"value\":\"1\"}]}",
                "i4 | {\"data\":{}}",
                "i5 | {\"data\":[",
                "i6 | ''"
            })
    void filesThatAreNoneAreNotImported(String name, String file) {
        Running.refused("InvalidArgument", 400, () -> imported(name, file));
        Running.refused("EntityNotFound", 404, () -> running.client.describeKeyValueStore(r -> r.name(name)));
    }

    @Test
    void importsNameObjects() throws Exception {
        assertEquals(
                "{\"Items\":[{\"Key\":\"a\",\"Value\":\"1\"}]}",
                imported("good", "{\"data\":[{\"key\":\"a\",\"value\":\"1\"}]}").body());
        Running.refused(
                "EntityNotFound",
                404,
                () -> running.client.createKeyValueStore(r ->
                        r.name("none").importSource(s -> s.sourceType("S3").sourceARN("arn:aws:s3:::bucket/none"))));
        Running.refused(
                "InvalidArgument",
                400,
                () -> running.client.createKeyValueStore(
                        r -> r.name("none").importSource(s -> s.sourceType("S3").sourceARN("bucket/none"))));
    }

    @Test
    void onlyWhoHasTheSecretMayCall() throws Exception {
        String arn = create("secret");
        var address = running.server.address();
        refused(
                "InvalidSignatureException",
                403,
                new KeyClient(address, "other", "*").call("GET", arn, "", null, null));
        refused(
                "InvalidSignatureException",
                403,
                new KeyClient(address, "test", "eu-west-1").call("GET", arn, "", null, null));
        assertEquals(
                200,
                new KeyClient(address, "test", "us-east-1")
                        .call("GET", arn, "", null, null)
                        .status());
    }

    private static KeyValueStoreAssociations reading(String arn) {
        return KeyValueStoreAssociations.builder()
                .quantity(1)
                .items(KeyValueStoreAssociation.builder().keyValueStoreARN(arn).build())
                .build();
    }

    private static DistributionConfig running(String function) {
        DistributionConfig config = Configs.of("kvs");
        return config.toBuilder()
                .defaultCacheBehavior(config.defaultCacheBehavior().toBuilder()
                        .functionAssociations(f -> f.quantity(1)
                                .items(FunctionAssociation.builder()
                                        .eventType("viewer-request")
                                        .functionARN("arn:aws:cloudfront::123456789012:function/" + function)
                                        .build()))
                        .build())
                .build();
    }

    @Test
    void valuesAreInThePlanOfWhoReadsThem() throws Exception {
        var client = running.client;
        String arn = create("read");
        String etag = keys.call("GET", arn, "", null, null).etag();
        Running.refused(
                "EntityNotFound",
                404,
                () -> client.createFunction(r -> r.name("reader")
                        .functionConfig(c -> c.comment("")
                                .runtime("cloudfront-js-2.0")
                                .keyValueStoreAssociations(reading(arn + "0")))
                        .functionCode(SdkBytes.fromUtf8String("x"))));
        Running.refused(
                "InvalidArgument",
                400,
                () -> client.createFunction(r -> r.name("reader")
                        .functionConfig(
                                c -> c.comment("").runtime("cloudfront-js-1.0").keyValueStoreAssociations(reading(arn)))
                        .functionCode(SdkBytes.fromUtf8String("x"))));
        var created = client.createFunction(
                r -> r.name("reader")
                        .functionConfig(
                                c -> c.comment("").runtime("cloudfront-js-2.0").keyValueStoreAssociations(reading(arn)))
                        .functionCode(
                                SdkBytes.fromUtf8String(
                                        "import cf from 'cloudfront'; async function handler(e) { var r = e.request; r.uri = '/' + await cf.kvs().get('k'); return r; }")));
        etag = keys.call("PUT", arn, "/keys/k", etag, "{\"Value\":\"v\"}").etag();
        var tested = client.testFunction(
                r -> r.name("reader")
                        .ifMatch(created.eTag())
                        .eventObject(
                                SdkBytes.fromUtf8String(
                                        "{\"version\":\"1.0\",\"context\":{\"eventType\":\"viewer-request\"},\"request\":{\"method\":\"GET\",\"uri\":\"/a\"}}")));
        assertTrue(
                tested.testResult().functionOutput().contains("\"uri\":\"/v\""),
                tested.testResult().toString());
        client.publishFunction(r -> r.name("reader").ifMatch(created.eTag()));
        client.createDistribution(r -> r.distributionConfig(running("reader")));
        Running.await("published", () -> pairs().equals(List.of(new Pair("k", "v"))));
        etag = keys.call("PUT", arn, "/keys/k", etag, "{\"Value\":\"w\"}").etag();
        keys.call("PUT", arn, "/keys/a", etag, "{\"Value\":\"1\"}");
        Running.await("updated", () -> pairs().equals(List.of(new Pair("a", "1"), new Pair("k", "w"))));
        String stored = client.describeKeyValueStore(r -> r.name("read")).eTag();
        Running.refused(
                "CannotDeleteEntityWhileInUse",
                409,
                () -> client.deleteKeyValueStore(r -> r.name("read").ifMatch(stored)));
    }

    private static List<Pair> pairs() {
        List<KeyValueStore> stores = running.edge.plan().stores();
        return stores.isEmpty() ? List.of() : stores.getFirst().pairs();
    }
}
