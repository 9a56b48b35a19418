package dev.perigee.app.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.app.cli.CommandTree;
import dev.perigee.app.folder.RunFile.PopAddresses;
import dev.perigee.app.folder.SystemFolder;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Logging of a distribution, from the API to the objects in the bucket. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class AccessLogDeliveryTest {
    private final SystemFolder folder;
    private LocalSystem.Started started;
    private SignedClient client;

    AccessLogDeliveryTest(@TempDir Path temporary) throws StartFailure {
        folder = SystemFolder.at(temporary);
        started = start();
        client = new SignedClient(started.runFile().api());
    }

    private LocalSystem.Started start() throws StartFailure {
        return LocalSystem.start(folder, LocalOptions.on(PortChoice.AUTO), "test");
    }

    @AfterAll
    void stop() {
        client.close();
        started.system().close();
    }

    private static String config(String reference, String logging) {
        return """
                <DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
                <CallerReference>%s</CallerReference>
                <Origins><Quantity>1</Quantity><Items><Origin><Id>s3</Id>
                <DomainName>pettracker-images.s3.amazonaws.com</DomainName>
                <S3OriginConfig><OriginAccessIdentity></OriginAccessIdentity></S3OriginConfig></Origin></Items></Origins>
                <DefaultCacheBehavior><TargetOriginId>s3</TargetOriginId>
                <ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy>
                <CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId></DefaultCacheBehavior>
                <Comment></Comment><Logging>%s</Logging><Enabled>true</Enabled></DistributionConfig>
                """.formatted(reference, logging);
    }

    private static String logging(boolean enabled, String bucket, String prefix) {
        return "<Enabled>%s</Enabled><IncludeCookies>true</IncludeCookies><Bucket>%s</Bucket><Prefix>%s</Prefix>"
                .formatted(enabled, bucket, prefix);
    }

    @Test
    void requestsOfALoggedDistributionAreInItsBucket() throws Exception {
        client.s3("PUT", "/pettracker-images", "").expect(200);
        String missing = client.cloudfront(
                        "POST", "/distribution", config("none", logging(true, "photo-logs.s3.amazonaws.com", "")))
                .expect(400)
                .element("Message");
        assertTrue(missing.contains("photo-logs.s3.amazonaws.com"), missing);
        client.s3("PUT", "/photo-logs", "").expect(200);
        var made = client.deployed(config("logged", logging(true, "photo-logs.s3.amazonaws.com", "cf")));
        String quiet = client.deployed(config("quiet", logging(false, "ignored.s3.amazonaws.com", "x")))
                .element("DomainName");
        String host = made.element("DomainName");
        long before = requests();
        for (PopAddresses pop : started.runFile().pops()) {
            Http.get(pop.http() + "/pets/none.jpg?a=b", host);
            Http.get(pop.http() + "/pets/none.jpg", host);
            Http.get(pop.http() + "/pets/none.jpg", quiet);
        }
        assertEquals("6 lines delivered in 3 objects", flush());
        List<String[]> lines = DeliveredLogs.lines(folder, "photo-logs");
        assertEquals(6, lines.size());
        // Half as many again were asked of the distribution that is not logged.
        assertEquals(9, requests() - before);
        for (String[] fields : lines) assertEquals(33, fields.length);
        assertEquals(Set.of(host), each(lines, 7));
        assertEquals(Set.of(host), each(lines, 16));
        assertEquals(Set.of("IAD50-P1", "FRA50-P1", "SYD50-P1"), each(lines, 3));
        assertEquals(Set.of("403"), each(lines, 9));
        assertEquals(Set.of("a=b", "-"), each(lines, 12));
        String objects = client.s3("GET", "/photo-logs", "").expect(200).whole().body();
        String name =
                "<Key>cf/" + made.element("Id") + "\\.[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{2}\\.[A-Z0-9]{11}\\.gz</Key>";
        assertEquals(3, objects.split(name, -1).length - 1, objects);
        afterARestart(host);
    }

    /** What one process has logged and not delivered is delivered by the next. */
    private void afterARestart(String host) throws Exception {
        Http.get(started.runFile().pops().getLast().http() + "/late.jpg", host);
        started.system().close();
        client.close();
        started = start();
        client = new SignedClient(started.runFile().api());
        flush();
        List<String[]> lines = DeliveredLogs.lines(folder, "photo-logs");
        assertEquals(7, lines.size());
        assertTrue(each(lines, 8).contains("/late.jpg"));
        String status =
                Http.get(started.runFile().pops().getLast().admin() + "/status").whole();
        assertTrue(status.contains("\"afterKill\":false"), status);
    }

    private long requests() throws Exception {
        long sum = 0;
        for (PopAddresses pop : started.runFile().pops()) {
            String metrics = Http.get(pop.admin() + "/metrics").whole();
            String line = metrics.lines()
                    .filter(each -> each.startsWith("perigee_requests_total{"))
                    .findFirst()
                    .orElseThrow();
            sum += Long.parseLong(line.substring(line.indexOf(' ') + 1));
        }
        return sum;
    }

    private static Set<String> each(List<String[]> lines, int field) {
        return lines.stream().map(fields -> fields[field - 1]).collect(Collectors.toSet());
    }

    private String flush() {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = CommandTree.run(
                new PrintWriter(out, true), new PrintWriter(err, true), "logs", "--flush", "--data=" + folder.root());
        assertEquals("", err.toString());
        assertEquals(0, code);
        return new ArrayList<>(out.toString().lines().toList()).getFirst();
    }
}
