package dev.perigee.app.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.app.cli.CommandTree;
import dev.perigee.app.folder.SystemFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Standard logs of version 2, from CloudWatch Logs' API to the objects in the bucket. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(90)
class RecordDeliveryTest {
    private static final String DESTINATION = "arn:aws:logs:us-east-1:123456789012:delivery-destination:";

    private final SystemFolder folder;
    private final LocalSystem.Started started;
    private final SignedClient client;

    RecordDeliveryTest(@TempDir Path temporary) throws Exception {
        folder = SystemFolder.at(temporary);
        started = LocalSystem.start(folder, LocalOptions.on(PortChoice.AUTO), "test");
        client = new SignedClient(started.runFile().api());
        client.s3("PUT", "/records", "").expect(200);
    }

    @AfterAll
    void stop() {
        client.close();
        started.system().close();
    }

    private SignedClient.Answer destination(String name, String format, String target) throws Exception {
        return client.logs("PutDeliveryDestination", """
                {"name":"%s","outputFormat":"%s","deliveryDestinationConfiguration":{"destinationResourceArn":"%s"}}
                """.formatted(name, format, target));
    }

    private String deliver(String source, String name, String format, String target, String more) throws Exception {
        destination(name, format, target).expect(200);
        return client.logs("CreateDelivery", """
                        {"deliverySourceName":"%s","deliveryDestinationArn":"%s%s"%s}
                        """.formatted(source, DESTINATION, name, more))
                .expect(200)
                .member("id");
    }

    @Test
    void requestsAreDeliveredInTheFormsThatWereChosen() throws Exception {
        var made = client.deployed(LogStreamsTest.distribution("records", ""));
        String id = made.element("Id");
        String host = made.element("DomainName");
        String source = "{\"name\":\"photos\",\"resourceArn\":\"arn:aws:cloudfront::123456789012:distribution/" + id
                + "\",\"logType\":\"ACCESS_LOGS\"}";
        client.logs("PutDeliverySource", source).expect(200);
        client.logs("PutDeliverySource", source).expect(200);
        deliver("photos", "w3c", "w3c", "arn:aws:s3:::records", "");
        String json = deliver(
                "photos",
                "json",
                "json",
                "arn:aws:s3:::records/json",
                ",\"recordFields\":[\"sc-status\",\"cs-uri-stem\",\"timestamp(ms)\"],\"s3DeliveryConfiguration\":"
                        + "{\"suffixPath\":\"/{DistributionId}/{yyyy}/{MM}\",\"enableHiveCompatiblePath\":true}");
        deliver(
                "photos",
                "plain",
                "plain",
                "arn:aws:s3:::records/plain/",
                ",\"recordFields\":[\"cs(Host)\",\"cs-method\"],\"fieldDelimiter\":\"|\"");
        deliver(
                "photos",
                "parquet",
                "parquet",
                "arn:aws:s3:::records/parquet",
                ",\"recordFields\":[\"sc-status\",\"cs-uri-query\",\"date\"]");
        client.awaitDeployed(id);
        String http = started.runFile().pops().getFirst().http();
        Http.get(http + "/a%7Eb.jpg?q=1", host);
        Http.get(http + "/b.jpg", host);
        assertEquals("8 lines delivered in 4 objects", flush());
        List<String> w3c = lines("AWSLogs/123456789012/CloudFront/" + id + "\\.[0-9-]{13}\\.[A-Z0-9]{11}\\.gz");
        assertEquals("#Version: 1.0", w3c.get(0));
        assertTrue(w3c.get(1).startsWith("#Fields: date time x-edge-location"), w3c.get(1));
        assertEquals(4, w3c.size());
        assertEquals(35, w3c.get(2).split("\t", -1).length);
        List<String> jsons =
                lines("json/DistributionId=" + id + "/year=[0-9]{4}/month=[0-9]{2}/" + id + "\\.[0-9-]{13}\\..*\\.gz");
        assertTrue(
                jsons.getFirst()
                        .matches("\\{\"sc-status\":\"404\",\"cs-uri-stem\":\"/a%257Eb.jpg\","
                                + "\"timestamp\\(ms\\)\":\"[0-9]{13}\"}"),
                jsons.getFirst());
        assertEquals(List.of(host + "|GET", host + "|GET"), lines("plain/" + id + "\\..*\\.gz"));
        byte[] parquet = Files.readAllBytes(object("parquet/" + id + "\\..*\\.parquet"));
        assertEquals("PAR1", new String(parquet, 0, 4, StandardCharsets.US_ASCII));
        changedAndDeleted(json, id, host);
    }

    @Test
    void recordsInALogGroupAreRead() throws Exception {
        String group = "{\"logGroupName\":\"/cdn/photos\"";
        client.logs("CreateLogGroup", group + "}").expect(200);
        assertEquals(
                "ResourceAlreadyExistsException",
                client.logs("CreateLogGroup", group + "}").expect(400).member("__type"));
        var made = client.deployed(LogStreamsTest.distribution("grouped", ""));
        String id = made.element("Id");
        client.logs("PutDeliverySource", """
                {"name":"grouped","resourceArn":"arn:aws:cloudfront::123456789012:distribution/%s","logType":"ACCESS_LOGS"}
                """.formatted(id)).expect(200);
        deliver(
                "grouped",
                "group",
                "json",
                "arn:aws:logs:us-east-1:123456789012:log-group:/cdn/photos",
                ",\"recordFields\":[\"sc-status\",\"cs-uri-stem\"]");
        client.awaitDeployed(id);
        for (var pop : started.runFile().pops()) {
            for (String path : List.of("/a.jpg", "/b.jpg")) Http.get(pop.http() + path, made.element("DomainName"));
        }
        flush();
        String all =
                client.logs("FilterLogEvents", group + "}").expect(200).whole().body();
        assertEquals(6, all.split("\"eventId\":", -1).length - 1, all);
        assertTrue(
                all.contains("\"message\":\"{\\\"sc-status\\\":\\\"404\\\",\\\"cs-uri-stem\\\":\\\"/a.jpg\\\"}\""),
                all);
        assertEquals(3, found(group, "{ $.cs-uri-stem = \\\"/b*\\\" && $.sc-status >= 400 }"));
        assertEquals(0, found(group, "-404"));
        assertEquals(6, found(group, "?a.jpg ?b.jpg"));
        // In pages of one, in order, and none twice.
        String token = "";
        List<String> pages = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            var page = client.logs("FilterLogEvents", group + ",\"limit\":1" + token + "}")
                    .expect(200);
            pages.add(page.member("eventId"));
            if (i < 5) token = ",\"nextToken\":\"" + page.member("nextToken") + "\"";
        }
        assertEquals(pages.stream().sorted().distinct().toList(), pages);
        String stream = "\"logStreamName\":\"CloudFront_" + id + "\"";
        String streams = client.logs("DescribeLogStreams", group + "}")
                .expect(200)
                .whole()
                .body();
        assertTrue(streams.contains(stream) && streams.contains("lastEventTimestamp"), streams);
        var last = client.logs("GetLogEvents", group + ",\"limit\":2," + stream + "}")
                .expect(200);
        var before = client.logs(
                        "GetLogEvents",
                        group + "," + stream + ",\"nextToken\":\"" + last.member("nextBackwardToken") + "\"}")
                .expect(200);
        assertEquals(2, last.whole().body().split("\"message\"", -1).length - 1);
        assertEquals(4, before.whole().body().split("\"message\"", -1).length - 1);
        client.logs("DeleteLogGroup", group + "}").expect(200);
        client.logs("FilterLogEvents", group + "}").expect(400);
        client.logs("CreateLogGroup", group + "}").expect(200);
        assertEquals(0, found(group, ""), "what the group had before it was deleted");
    }

    private int found(String group, String pattern) throws Exception {
        String body = client.logs("FilterLogEvents", group + ",\"filterPattern\":\"" + pattern + "\"}")
                .expect(200)
                .whole()
                .body();
        return body.split("\"eventId\":", -1).length - 1;
    }

    private void changedAndDeleted(String json, String id, String host) throws Exception {
        client.logs("UpdateDeliveryConfiguration", "{\"id\":\"" + json + "\",\"recordFields\":[\"cs-method\"]}")
                .expect(200);
        String conflict = client.logs("DeleteDeliverySource", "{\"name\":\"photos\"}")
                .expect(400)
                .member("__type");
        assertEquals("ConflictException", conflict);
        String all = client.logs("DescribeDeliveries", "{}").expect(200).whole().body();
        assertEquals(4, all.split("\"deliverySourceName\":\"photos\"", -1).length - 1, all);
        client.awaitDeployed(id);
        Http.get(started.runFile().pops().getFirst().http() + "/c.jpg", host);
        flush();
        assertTrue(text("json/").contains("{\"cs-method\":\"GET\"}\n"), text("json/"));
        client.logs("DeleteDelivery", "{\"id\":\"" + json + "\"}").expect(200);
        client.logs("DeleteDeliveryDestination", "{\"name\":\"json\"}").expect(200);
        client.awaitDeployed(id);
        Http.get(started.runFile().pops().getFirst().http() + "/d.jpg", host);
        assertEquals("3 lines delivered in 3 objects", flush());
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource(
            delimiter = ';',
            value = {
                "PutDeliverySource; {\"name\":\"a b\",\"resourceArn\":\"x\",\"logType\":\"ACCESS_LOGS\"}; ValidationException",
                "PutDeliverySource; {\"name\":\"a\",\"resourceArn\":\"x\",\"logType\":\"ACCESS_LOGS\"}; ValidationException",
                "PutDeliverySource; {\"name\":\"a\",\"resourceArn\":\"arn:aws:cloudfront::123456789012:distribution/E1\","
                        + "\"logType\":\"ACCESS_LOGS\"}; ResourceNotFoundException",
                "PutDeliveryDestination; {\"name\":\"a\"}; ValidationException",
                "PutDeliveryDestination; {\"name\":\"a\",\"deliveryDestinationConfiguration\":{\"destinationResourceArn\":"
                        + "\"arn:aws:s3:::no-such-bucket\"}}; ResourceNotFoundException",
                "PutDeliveryDestination; {\"name\":\"a\",\"deliveryDestinationConfiguration\":{\"destinationResourceArn\":"
                        + "\"arn:aws:logs:us-east-1:123456789012:log-group:g\"}}; ResourceNotFoundException",
                "PutDeliveryDestination; {\"name\":\"a\",\"outputFormat\":\"raw\",\"deliveryDestinationConfiguration\":"
                        + "{\"destinationResourceArn\":\"arn:aws:s3:::records\"}}; ValidationException",
                "CreateDelivery; {\"deliverySourceName\":\"none\",\"deliveryDestinationArn\":\"x\"}; ResourceNotFoundException",
                "GetDelivery; {\"id\":\"none\"}; ResourceNotFoundException",
                "PutDeliveryDestination; {\"name\":\"a\",\"deliveryDestinationConfiguration\":{\"destinationResourceArn\":"
                        + "\"arn:aws:firehose:us-east-1:123456789012:deliverystream/s\"}}; ValidationException",
                "FilterLogEvents; {\"logGroupName\":\"none\"}; ResourceNotFoundException",
                "GetLogEvents; {\"logGroupName\":\"none\",\"logStreamName\":\"s\"}; ResourceNotFoundException",
                "CreateLogGroup; {\"logGroupName\":\"a b\"}; InvalidParameterException",
                "StartQuery; {}; NotImplemented",
                "DescribeDeliveries; []; SerializationException"
            })
    void whatCannotBeDeliveredIsRefused(String operation, String json, String code) throws Exception {
        assertEquals(code, client.logs(operation, json).member("__type"));
    }

    private String flush() {
        StringWriter out = new StringWriter();
        int code = CommandTree.run(
                new PrintWriter(out, true), new PrintWriter(out, true), "logs", "--flush", "--data=" + folder.root());
        assertEquals(0, code, out.toString());
        return out.toString().lines().findFirst().orElseThrow();
    }

    private Path object(String key) throws IOException {
        Path bucket = folder.objects().resolve("records");
        try (Stream<Path> files = Files.walk(bucket)) {
            List<Path> all = files.filter(Files::isRegularFile).toList();
            return all.stream()
                    .filter(file -> bucket.relativize(file).toString().matches(key))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(key + " is none of " + all));
        }
    }

    private List<String> lines(String key) throws IOException {
        try (var in = new GZIPInputStream(Files.newInputStream(object(key)))) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1)
                    .lines()
                    .toList();
        }
    }

    private String text(String folderName) throws IOException {
        return DeliveredLogs.text(folder, "records/" + folderName);
    }
}
