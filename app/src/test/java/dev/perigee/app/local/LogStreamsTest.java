package dev.perigee.app.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.app.cli.CommandTree;
import dev.perigee.app.folder.SystemFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real-time logs, from the API to what is told of a request. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class LogStreamsTest {
    private static final String STREAM = "arn:aws:kinesis:us-east-1:123456789012:stream/photo-requests";
    private static final String ROLE = "arn:aws:iam::123456789012:role/logs";
    private static final String ARN = "arn:aws:cloudfront::123456789012:realtime-log-config/";

    private final SystemFolder folder;
    private final TraceCollector collector;
    private final LocalSystem.Started started;
    private final SignedClient client;

    LogStreamsTest(@TempDir Path temporary) throws StartFailure, IOException {
        folder = SystemFolder.at(temporary);
        collector = new TraceCollector();
        // None but those that viewers want traced.
        var traces = new TraceChoice(collector.endpoint(), 0, true);
        var options = LocalOptions.on(PortChoice.AUTO).telling(new TelemetryChoice(null, null, traces));
        started = LocalSystem.start(folder, options, "test");
        client = new SignedClient(started.runFile().api());
    }

    @AfterAll
    void stop() {
        client.close();
        started.system().close();
        collector.close();
    }

    private static String config(String kind, String name, String rate, String fields, String stream) {
        StringBuilder members = new StringBuilder();
        for (String field : fields.split(" ", -1))
            members.append("<Field>").append(field).append("</Field>");
        return """
                <%s xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><EndPoints><member><StreamType>Kinesis</StreamType>
                <KinesisStreamConfig><RoleARN>%s</RoleARN><StreamARN>%s</StreamARN></KinesisStreamConfig></member></EndPoints>
                <Fields>%s</Fields><Name>%s</Name><SamplingRate>%s</SamplingRate></%s>
                """.formatted(kind, ROLE, stream, members, name, rate, kind);
    }

    private SignedClient.Answer create(String name, String rate, String fields) throws Exception {
        return client.cloudfront(
                "POST", "/realtime-log-config", config("CreateRealtimeLogConfigRequest", name, rate, fields, STREAM));
    }

    private SignedClient.Answer asked(String operation, String kind, String member, String value) throws Exception {
        String body = "<%s xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><%s>%s</%s></%s>"
                .formatted(kind, member, value, member, kind);
        return client.cloudfront("POST", operation, body);
    }

    static String distribution(String reference, String arn) {
        return """
                <DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
                <CallerReference>%s</CallerReference>
                <Origins><Quantity>1</Quantity><Items><Origin><Id>s3</Id>
                <DomainName>pettracker-images.s3.amazonaws.com</DomainName>
                <S3OriginConfig><OriginAccessIdentity></OriginAccessIdentity></S3OriginConfig></Origin></Items></Origins>
                <DefaultCacheBehavior><TargetOriginId>s3</TargetOriginId>
                <ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy><RealtimeLogConfigArn>%s</RealtimeLogConfigArn>
                <CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId></DefaultCacheBehavior>
                <Comment></Comment><Enabled>true</Enabled></DistributionConfig>
                """.formatted(reference, arn);
    }

    @Test
    void aConfigIsMadeUsedChangedAndKeptWhileItIsUsed() throws Exception {
        var made = create("live", "100", "sc-status c-ip timestamp cs-uri-stem").expect(201);
        assertEquals(ARN + "live", made.element("ARN"));
        String fields = made.whole().body().replaceAll("(?s).*<Fields>(.*)</Fields>.*", "$1");
        assertEquals(
                "<Field>timestamp</Field><Field>c-ip</Field><Field>sc-status</Field><Field>cs-uri-stem</Field>",
                fields);
        assertEquals(
                "RealtimeLogConfigAlreadyExists",
                create("live", "5", "c-ip").expect(409).element("Code"));
        var distribution = client.deployed(distribution("live", ARN + "live"));
        String host = distribution.element("DomainName");
        Http.get(started.runFile().pops().getFirst().http() + "/a%20b.jpg?c=d", host);
        String record = awaited("\n");
        assertTrue(record.matches("[0-9]{10}\\.[0-9]{3}\t127\\.0\\.0\\.1\t404\t/a%2520b\\.jpg\\?c=d\n"), record);
        assertEquals(
                "RealtimeLogConfigInUse",
                asked("/delete-realtime-log-config", "DeleteRealtimeLogConfigRequest", "Name", "live")
                        .expect(400)
                        .element("Code"));
        String users = asked(
                        "/distributionsByRealtimeLogConfig",
                        "ListDistributionsByRealtimeLogConfigRequest",
                        "RealtimeLogConfigArn",
                        ARN + "live")
                .expect(200)
                .element("Id");
        assertEquals(distribution.element("Id"), users);
        client.cloudfront(
                        "PUT",
                        "/realtime-log-config",
                        config("UpdateRealtimeLogConfigRequest", "live", "100", "cs-method", STREAM))
                .expect(200);
        client.awaitDeployed(distribution.element("Id"));
        Http.get(started.runFile().pops().getFirst().http() + "/b.jpg", host);
        awaited("GET\n");
        String metrics = Http.get(started.runFile().pops().getFirst().admin() + "/metrics")
                .whole();
        assertTrue(metrics.contains("perigee_realtime_records_total{pop=\"IAD\"} 2"), metrics);
    }

    @Test
    void configsAreFoundByNameOrArnAndListed() throws Exception {
        create("one", "10", "c-ip").expect(201);
        create("two", "1", "c-ip").expect(201);
        assertEquals(
                "10",
                asked("/get-realtime-log-config", "GetRealtimeLogConfigRequest", "ARN", ARN + "one")
                        .expect(200)
                        .element("SamplingRate"));
        String list = client.cloudfront("GET", "/realtime-log-config?MaxItems=1&Marker=one", "")
                .expect(200)
                .whole()
                .body();
        assertTrue(list.contains("<Name>two</Name>") && !list.contains("<Name>one</Name>"), list);
        asked("/delete-realtime-log-config", "DeleteRealtimeLogConfigRequest", "ARN", ARN + "two")
                .expect(204);
        assertEquals(
                "NoSuchRealtimeLogConfig",
                asked("/get-realtime-log-config", "GetRealtimeLogConfigRequest", "Name", "two")
                        .expect(404)
                        .element("Code"));
    }

    @ParameterizedTest(name = "{0}, {1} %, {2}: {4}")
    @CsvSource({
        "rate0, 0, c-ip, " + STREAM + ", InvalidArgument",
        "rate101, 101, c-ip, " + STREAM + ", InvalidArgument",
        "field, 1, c-ipp, " + STREAM + ", InvalidArgument",
        "standard, 1, cs(Host), " + STREAM + ", InvalidArgument",
        "twice, 1, c-ip c-ip, " + STREAM + ", InvalidArgument",
        "with space, 1, c-ip, " + STREAM + ", InvalidArgument",
        "stream, 1, c-ip, arn:aws:kinesis:us-east-1:123456789012:stream/.., InvalidArgument",
        "queue, 1, c-ip, arn:aws:sqs:us-east-1:123456789012:photo-requests, InvalidArgument"
    })
    void whatMakesNoSenseIsRefused(String name, String rate, String fields, String stream, String code)
            throws Exception {
        String body = config("CreateRealtimeLogConfigRequest", name, rate, fields, stream);
        assertEquals(
                code,
                client.cloudfront("POST", "/realtime-log-config", body)
                        .expect(400)
                        .element("Code"));
    }

    @ParameterizedTest(name = "a behavior with {0}: {1} {2}")
    @CsvSource({
        ARN + "none, 404, NoSuchRealtimeLogConfig",
        "none, 404, NoSuchRealtimeLogConfig",
        "arn:aws:cloudfront::999999999999:realtime-log-config/live, 401, RealtimeLogConfigOwnerMismatch"
    })
    void aBehaviorNeedsAConfigThatIsThere(String arn, int status, String code) throws Exception {
        assertEquals(
                code,
                client.cloudfront("POST", "/distribution", distribution("none", arn))
                        .expect(status)
                        .element("Code"));
    }

    @Test
    void aRequestIsTracedWithWhatItTookBelow() throws Exception {
        String trace = "0af7651916cd43dd8448eb211c80319c";
        String host = client.deployed(distribution("traced", "")).element("DomainName");
        String http = started.runFile().pops().getFirst().http();
        try (var connection = new Pipelined(http, host)) {
            connection.get(
                    List.of("/not-wanted.jpg"),
                    1,
                    "traceparent: 00-" + trace.replace('0', '1') + "-b7ad6b7169203331-00\r\n");
            connection.get(List.of("/traced.jpg?secret"), 1, "traceparent: 00-" + trace + "-b7ad6b7169203331-01\r\n");
        }
        String spans = collector.await(trace);
        for (String part : List.of("GET", "lookup", "origin fetch", "/traced.jpg", "perigee.result", "IAD", host)) {
            assertTrue(spans.contains(part), part + " in " + spans);
        }
        assertEquals(3, spans.split(trace, -1).length - 1, spans);
        assertFalse(spans.contains("secret") || spans.contains("not-wanted"), spans);
    }

    /** The records of the config live, once they contain this. */
    private String awaited(String part) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            String records = printed("logs", "--realtime", "live");
            if (records.contains(part)) return records;
            if (System.nanoTime() > deadline) throw new AssertionError(records);
            LockSupport.parkNanos(20_000_000);
        }
    }

    private String printed(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = "--data=" + folder.root();
        assertEquals(0, CommandTree.run(new PrintWriter(out), new PrintWriter(err), all), err.toString());
        return out.toString();
    }
}
