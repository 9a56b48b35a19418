package dev.perigee.app.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.app.folder.RunFile.PopAddresses;
import dev.perigee.app.folder.SystemFolder;
import dev.perigee.core.http.Field;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What CloudWatch says of CloudFront is what the log's lines say. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class CloudWatchTest {
    private final SystemFolder folder;
    private final LocalSystem.Started started;
    private final SignedClient client;

    CloudWatchTest(@TempDir Path temporary) throws StartFailure {
        folder = SystemFolder.at(temporary);
        started = LocalSystem.start(folder, LocalOptions.on(PortChoice.AUTO), "test");
        client = new SignedClient(started.runFile().api());
    }

    @AfterAll
    void stop() {
        client.close();
        started.system().close();
    }

    @BeforeAll
    void buckets() throws Exception {
        client.s3("PUT", "/photos", "").expect(200);
        client.s3("PUT", "/photos/a.jpg", "photo", new Field("X-Amz-Acl", "public-read"))
                .expect(200);
        client.s3("PUT", "/logs", "").expect(200);
    }

    private SignedClient.Answer distribution(String reference) throws Exception {
        return distribution(reference, "");
    }

    private SignedClient.Answer distribution(String reference, String methods) throws Exception {
        return client.deployed("""
                <DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
                <CallerReference>%s</CallerReference>
                <Origins><Quantity>1</Quantity><Items><Origin><Id>s3</Id>
                <DomainName>photos.s3.amazonaws.com</DomainName>
                <S3OriginConfig><OriginAccessIdentity></OriginAccessIdentity></S3OriginConfig></Origin></Items></Origins>
                <DefaultCacheBehavior><TargetOriginId>s3</TargetOriginId>
                <ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy>
                <CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId>%s</DefaultCacheBehavior>
                <Comment></Comment><Logging><Enabled>true</Enabled><IncludeCookies>false</IncludeCookies>
                <Bucket>logs.s3.amazonaws.com</Bucket><Prefix></Prefix></Logging><Enabled>true</Enabled>
                </DistributionConfig>""".formatted(reference, methods));
    }

    private String metric(String id, String name, String period, String stat) throws Exception {
        long now = Instant.now().getEpochSecond();
        String form = "Action=GetMetricData&Version=2010-08-01&StartTime=" + Instant.ofEpochSecond(now - 600)
                + "&EndTime=" + Instant.ofEpochSecond(now + 60) + "&MetricDataQueries.member.1.Id=m1"
                + "&MetricDataQueries.member.1.MetricStat.Period=" + period
                + "&MetricDataQueries.member.1.MetricStat.Stat=" + stat
                + "&MetricDataQueries.member.1.MetricStat.Metric.Namespace=AWS/CloudFront"
                + "&MetricDataQueries.member.1.MetricStat.Metric.MetricName=" + name
                + "&MetricDataQueries.member.1.MetricStat.Metric.Dimensions.member.1.Name=DistributionId"
                + "&MetricDataQueries.member.1.MetricStat.Metric.Dimensions.member.1.Value=" + id
                + "&MetricDataQueries.member.1.MetricStat.Metric.Dimensions.member.2.Name=Region"
                + "&MetricDataQueries.member.1.MetricStat.Metric.Dimensions.member.2.Value=Global";
        return client.monitoring(form).expect(200).whole().body();
    }

    private double sum(String id, String name, String stat) throws Exception {
        Matcher values = Pattern.compile("<Values>(.*)</Values>").matcher(metric(id, name, "604800", stat));
        double sum = 0;
        if (!values.find()) return sum;
        Matcher each = Pattern.compile("<member>([^<]*)</member>").matcher(values.group(1));
        while (each.find()) sum += Double.parseDouble(each.group(1));
        return sum;
    }

    @Test
    void theLogAndTheMetricsAgree() throws Exception {
        var made = distribution("metrics");
        String id = made.element("Id");
        for (PopAddresses pop : started.runFile().pops()) ask(pop, made.element("DomainName"));
        flush();
        List<String[]> lines = DeliveredLogs.lines(folder, "logs").stream()
                .filter(line -> line[6].equals(made.element("DomainName")))
                .toList();
        assertEquals(15, lines.size());
        assertEquals(15, sum(id, "Requests", "Sum"));
        double bytes = lines.stream().mapToLong(line -> Long.parseLong(line[3])).sum();
        assertEquals(bytes, sum(id, "BytesDownloaded", "Sum"));
        double errors = lines.stream().filter(line -> line[8].startsWith("4")).count();
        assertEquals(3, errors);
        assertEquals(100 * errors, sum(id, "4xxErrorRate", "Sum"), 1e-9);
        assertEquals(20, sum(id, "TotalErrorRate", "Average"), 1e-9);
        assertEquals(0, sum(id, "CacheHitRate", "SampleCount"), "not without a subscription");
        subscription(id);
        double hits = lines.stream().filter(line -> line[13].equals("Hit")).count();
        assertEquals(9, hits);
        assertEquals(100 * hits, sum(id, "CacheHitRate", "Sum"), 1e-9);
        assertEquals(75, sum(id, "CacheHitRate", "Average"), 1e-9);
        assertEquals(3, sum(id, "OriginLatency", "SampleCount"));
        assertTrue(sum(id, "OriginLatency", "p99") > 0);
        assertEquals(15, prometheus(id));
        client.cloudfront("DELETE", "/distributions/" + id + "/monitoring-subscription", "")
                .expect(200);
        client.cloudfront("DELETE", "/distributions/" + id + "/monitoring-subscription", "")
                .expect(404);
    }

    @Test
    void oddTrafficCountsAsItsLinesSay() throws Exception {
        client.s3("PUT", "/photos/large.bin", "x".repeat(8 << 20), new Field("X-Amz-Acl", "public-read"))
                .expect(200);
        var made = distribution("odd", """
                <AllowedMethods><Quantity>7</Quantity><Items><Method>GET</Method><Method>HEAD</Method><Method>OPTIONS</Method>
                <Method>PUT</Method><Method>POST</Method><Method>PATCH</Method><Method>DELETE</Method></Items></AllowedMethods>
                """);
        String id = made.element("Id");
        String host = made.element("DomainName");
        PopAddresses pop = started.runFile().pops().getFirst();
        ask(pop, host);
        for (String method : List.of("HEAD", "OPTIONS", "DELETE", "BREW")) raw(pop, host, method, "/a.jpg", "", "");
        for (String method : List.of("POST", "PUT", "PATCH"))
            raw(pop, host, method, "/up", "Content-Length: 5\r\n", "hello");
        raw(pop, host, "GET", "/a.jpg", "Range: bytes=1-2\r\n", "");
        raw(pop, host, "GET", "/a.jpg", "Range: bytes=9-\r\n", "");
        raw(pop, host, "GET", "/a.jpg", "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT\r\n", "");
        raw(pop, host, "GET", "/a.jpg", "Connection: Upgrade\r\nUpgrade: websocket\r\n", "");
        aborted(pop, host);
        subscription(id);
        List<String[]> lines = logged(host, 17);
        assertEquals(lines.size(), sum(id, "Requests", "Sum"));
        var reads = lines.stream()
                .filter(line -> line[5].matches("GET|HEAD|OPTIONS"))
                .toList();
        assertEquals(
                reads.stream().mapToDouble(line -> Long.parseLong(line[3])).sum(), sum(id, "BytesDownloaded", "Sum"));
        double uploaded = lines.stream()
                .filter(line -> line[5].matches("POST|PUT"))
                .mapToDouble(line -> Long.parseLong(line[17]))
                .sum();
        assertTrue(uploaded > 10);
        assertEquals(uploaded, sum(id, "BytesUploaded", "Sum"));
        for (String status : List.of("4", "5", "403", "404")) {
            String name = status.length() == 1 ? status + "xxErrorRate" : status + "ErrorRate";
            double failed =
                    lines.stream().filter(line -> line[8].startsWith(status)).count();
            assertEquals(100 * failed, sum(id, name, "Sum"), 1e-9, name);
        }
        double hits = reads.stream().filter(line -> line[13].equals("Hit")).count();
        double looked = reads.stream()
                .filter(line -> line[13].matches("Hit|RefreshHit|Miss"))
                .count();
        assertEquals(100 * hits / looked, sum(id, "CacheHitRate", "Average"), 1e-9);
        double fetched = lines.stream()
                .filter(line -> line[22].equals("Miss") && !line[27].equals("-"))
                .count();
        assertEquals(fetched, sum(id, "OriginLatency", "SampleCount"));
        assertTrue(lines.stream().anyMatch(line -> line[13].equals("Error") && line[28].equals("ClientCommError")));
    }

    /** The lines of a distribution, once there are so many: one ends after its viewer has left. */
    private List<String[]> logged(String host, int atLeast) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            flush();
            List<String[]> lines = DeliveredLogs.lines(folder, "logs").stream()
                    .filter(line -> line[6].equals(host))
                    .toList();
            if (lines.size() >= atLeast) return lines;
            if (System.nanoTime() > deadline) throw new AssertionError(lines.size() + " lines");
        }
    }

    private static void raw(PopAddresses pop, String host, String method, String target, String fields, String content)
            throws IOException {
        URI uri = URI.create(pop.http());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            String close = fields.contains("Connection") ? "" : "Connection: close\r\n";
            String request =
                    method + ' ' + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + close + fields + "\r\n" + content;
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            assertTrue(socket.getInputStream().read() > 0, method);
            if (!close.isEmpty()) socket.getInputStream().readAllBytes();
        }
    }

    /** Leaves in the middle of an answer. */
    private static void aborted(PopAddresses pop, String host) throws IOException {
        URI uri = URI.create(pop.http());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.setSoLinger(true, 0);
            String request = "GET /large.bin HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            assertEquals(4096, socket.getInputStream().readNBytes(4096).length);
        }
    }

    @Test
    @Tag("full")
    void toolsOfOthersReadThem() throws Exception {
        List<String> list = List.of(
                "aws", "--endpoint-url", started.runFile().api(), "cloudwatch", "list-metrics", "--output", "text");
        var keys =
                Map.of("AWS_ACCESS_KEY_ID", "test", "AWS_SECRET_ACCESS_KEY", "test", "AWS_DEFAULT_REGION", "us-east-1");
        Programs.Ended listed = Programs.run("awscli", keys, "", list);
        assertEquals(0, listed.code(), listed.printed());
        String host = distribution("tools").element("DomainName");
        for (PopAddresses pop : started.runFile().pops()) {
            ask(pop, host);
            String answer = Http.get(pop.admin() + "/metrics").whole();
            String metrics = answer.substring(answer.indexOf("\r\n\r\n") + 4);
            var checked = Programs.run("prometheus", Map.of(), metrics, List.of("promtool", "check", "metrics"));
            assertEquals(new Programs.Ended(0, ""), checked);
        }
    }

    private static void ask(PopAddresses pop, String host) throws IOException {
        for (int i = 0; i < 4; i++)
            assertEquals("200", Http.get(pop.http() + "/a.jpg", host).status());
        assertEquals("403", Http.get(pop.http() + "/none.jpg", host).status());
    }

    private void subscription(String id) throws Exception {
        String path = "/distributions/" + id + "/monitoring-subscription";
        String body = "<MonitoringSubscription xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\">"
                + "<RealtimeMetricsSubscriptionConfig><RealtimeMetricsSubscriptionStatus>Enabled"
                + "</RealtimeMetricsSubscriptionStatus></RealtimeMetricsSubscriptionConfig></MonitoringSubscription>";
        assertEquals(
                "NoSuchMonitoringSubscription",
                client.cloudfront("GET", path, "").expect(404).element("Code"));
        client.cloudfront("POST", path, body).expect(200);
        client.cloudfront("POST", path, body).expect(409);
        assertEquals(
                "Enabled", client.cloudfront("GET", path, "").expect(200).element("RealtimeMetricsSubscriptionStatus"));
    }

    private double prometheus(String id) throws IOException {
        double sum = 0;
        for (PopAddresses pop : started.runFile().pops()) {
            String metrics = Http.get(pop.admin() + "/metrics").whole();
            for (String line : metrics.lines().toList()) {
                if (line.startsWith("perigee_distribution_requests_total{") && line.contains("\"" + id + "\""))
                    sum += Double.parseDouble(line.substring(line.indexOf(' ') + 1));
            }
        }
        return sum;
    }

    private void flush() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (PopAddresses pop : started.runFile().pops()) {
                var request = HttpRequest.newBuilder(URI.create(pop.admin() + "/logs/flush"))
                        .header("X-Perigee-Token", started.runFile().adminToken())
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build();
                assertEquals(
                        200,
                        http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode());
            }
        }
    }
}
