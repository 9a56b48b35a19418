package dev.perigee.app.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.perigee.app.cli.CommandTree;
import dev.perigee.app.clock.ClockChoice;
import dev.perigee.app.folder.SystemFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Advice on faults that were made on purpose, carried out by the AWS CLI, and measured with the same traffic again. */
@Timeout(120)
class AdviceTest {
    private static final Map<String, String> CREDENTIALS = Map.of(
            "AWS_ACCESS_KEY_ID", "test",
            "AWS_SECRET_ACCESS_KEY", "test",
            "AWS_DEFAULT_REGION", "us-east-1",
            "AWS_PAGER", "");
    private static final String KEYED = """
            <CachePolicyConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Name>%s</Name><MinTTL>0</MinTTL>
            <DefaultTTL>86400</DefaultTTL><MaxTTL>31536000</MaxTTL><ParametersInCacheKeyAndForwardedToOrigin>
            <EnableAcceptEncodingGzip>false</EnableAcceptEncodingGzip><HeadersConfig><HeaderBehavior>none</HeaderBehavior>
            </HeadersConfig><CookiesConfig><CookieBehavior>%s</CookieBehavior></CookiesConfig><QueryStringsConfig>
            <QueryStringBehavior>%s</QueryStringBehavior></QueryStringsConfig></ParametersInCacheKeyAndForwardedToOrigin>
            </CachePolicyConfig>""";
    private static final String BEHAVIOR = """
            <CacheBehavior><PathPattern>%s</PathPattern><TargetOriginId>o</TargetOriginId>
            <ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy>%s</CacheBehavior>""";
    private static final String CONFIG = """
            <DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><CallerReference>advice
            </CallerReference><Origins><Quantity>1</Quantity><Items><Origin><Id>o</Id><DomainName>localhost</DomainName>
            <CustomOriginConfig><HTTPPort>%d</HTTPPort><HTTPSPort>443</HTTPSPort>
            <OriginProtocolPolicy>http-only</OriginProtocolPolicy></CustomOriginConfig></Origin></Items></Origins>
            <DefaultCacheBehavior><TargetOriginId>o</TargetOriginId><ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy>
            <ForwardedValues><QueryString>true</QueryString><Cookies><Forward>none</Forward></Cookies></ForwardedValues>
            <MinTTL>0</MinTTL></DefaultCacheBehavior><CacheBehaviors><Quantity>4</Quantity><Items>%s</Items>
            </CacheBehaviors><Comment>it's</Comment><Enabled>true</Enabled></DistributionConfig>""";

    private static HttpServer origin() throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", AdviceTest::answer);
        server.start();
        return server;
    }

    /** Of one length, so that only the content tells whether the width makes a difference; news are for a second. */
    private static void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        String width = query.replaceFirst("^w=(\\d).*", "$1");
        String content = path + (width.length() == 1 ? width : "-");
        int length = path.startsWith("/ads/") ? 3_000 : path.startsWith("/cart/") ? 2_000 : 500;
        byte[] octets = content.repeat(length).substring(0, length).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Cache-Control", path.startsWith("/news/") ? "max-age=1" : "max-age=86400");
        exchange.getResponseHeaders().set("Content-Type", "image/jpeg");
        exchange.sendResponseHeaders(200, octets.length);
        try (exchange) {
            exchange.getResponseBody().write(octets);
        }
    }

    private record Site(LocalSystem.Started started, String host, String id) {
        /** Requests whose only purpose is to be hits and misses, and how many of them were hits. */
        double traffic(HttpClient client, Runnable pause) throws Exception {
            var random = new Random(7);
            int hits = 0;
            int all = 0;
            for (int round = 0; round < 3; round++) {
                if (round > 0) pause.run();
                for (int i = 0; i < 150; i++, all++) {
                    String tracked = "&utm_source=" + random.nextInt(1_000_000) + "&click=" + random.nextInt(1_000_000);
                    hits += switch (i % 15) {
                        case 0, 1, 2, 3, 4 -> hit(client, "/ads/" + random.nextInt(8) + "?a=1" + tracked, "x=1");
                        case 5, 6, 7, 8 ->
                            hit(client, "/cart/" + random.nextInt(8), "session=" + random.nextInt(1_000_000));
                        case 9, 10, 11 -> hit(client, "/news/" + random.nextInt(8), "x=1");
                        default ->
                            hit(client, "/img/" + random.nextInt(2) + "?w=" + random.nextInt(3) + tracked, "x=1");
                    };
                }
            }
            return (double) hits / all;
        }

        private int hit(HttpClient client, String target, String cookie) throws Exception {
            String edge = started.runFile().pops().getFirst().http();
            HttpRequest request = HttpRequest.newBuilder(URI.create(edge + target))
                    .header("Host", host)
                    .header("Cookie", cookie)
                    .build();
            HttpResponse<Void> answer = client.send(request, HttpResponse.BodyHandlers.discarding());
            assertEquals(200, answer.statusCode());
            return answer.headers().firstValue("X-Cache").orElse("").startsWith("Hit") ? 1 : 0;
        }
    }

    private static Site site(LocalSystem.Started started, SignedClient api, int port) throws Exception {
        String ads = policy(api, "ads", "none", "all");
        String carts = policy(api, "carts", "all", "none");
        String plain = policy(api, "plain", "none", "none");
        String behaviors = BEHAVIOR.formatted("/ads/*", ads)
                + BEHAVIOR.formatted("/cart/*", carts)
                + BEHAVIOR.formatted("/news/*", plain)
                // Shared: what is advised must not change the other.
                + BEHAVIOR.formatted("/other/*", plain);
        var made = api.deployed(CONFIG.formatted(port, behaviors));
        return new Site(started, made.element("DomainName"), made.element("Id"));
    }

    private static String policy(SignedClient api, String name, String cookies, String query) throws Exception {
        String id = api.cloudfront("POST", "/cache-policy", KEYED.formatted(name, cookies, query))
                .expect(201)
                .element("Id");
        return "<CachePolicyId>" + id + "</CachePolicyId>";
    }

    private static JsonNode perigee(Path data, String... words) throws IOException {
        var out = new StringWriter();
        var err = new StringWriter();
        String[] args = new String[words.length + 1];
        System.arraycopy(words, 0, args, 0, words.length);
        args[words.length] = "--data=" + data;
        int code = CommandTree.run(new PrintWriter(out), new PrintWriter(err), args);
        assertEquals(0, code, err.toString());
        return new ObjectMapper().readTree(out.toString());
    }

    @Test
    @Tag("full")
    void whatIsAdvisedComesTrue(@TempDir Path data) throws Exception {
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
        HttpServer origin = origin();
        LocalOptions options = LocalOptions.on(PortChoice.AUTO).by(ClockChoice.MANUAL);
        LocalSystem.Started started = LocalSystem.start(SystemFolder.at(data), options, "test");
        try (LocalSystem _ = started.system();
                SignedClient api = new SignedClient(started.runFile().api());
                HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            Site site = site(started, api, origin.getAddress().getPort());
            Runnable later = () -> assertEquals(
                    0,
                    CommandTree.run(
                            new PrintWriter(new StringWriter()),
                            new PrintWriter(new StringWriter()),
                            "clock",
                            "advance",
                            "5s",
                            "--data=" + data));
            double before = site.traffic(client, later);
            JsonNode advice = perigee(data, "advise", "--json").path("advice");
            List<String> changes = advice.findValuesAsText("change");
            assertEquals(4, changes.size(), advice.toPrettyString());
            assertTrue(changes.get(0).contains("click") && changes.get(0).contains("utm_source"), changes.toString());
            assertTrue(changes.get(1).contains("cookie session"), changes.toString());
            double last = Double.MAX_VALUE;
            for (JsonNode each : advice) {
                assertTrue(each.path("savingUsd").asDouble() <= last);
                last = each.path("savingUsd").asDouble();
                assertEquals(before, each.path("hitRatio").asDouble(), 0.001);
            }
            for (String change : changes) apply(data, change);
            assertEquals(0, perigee(data, "advise", "--json").path("advice").size());
            api.awaitDeployed(site.id());
            double predicted = advice.get(3).path("hitRatioWithThoseAbove").asDouble();
            later.run();
            api.cloudfront("POST", "/distribution/" + site.id() + "/invalidation", """
                    <InvalidationBatch xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Paths><Quantity>1</Quantity>
                    <Items><Path>/*</Path></Items></Paths><CallerReference>again</CallerReference></InvalidationBatch>""")
                    .expect(201);
            double measured = site.traffic(client, later);
            assertEquals(predicted, measured, 0.02, "before: " + before + "\n" + advice.toPrettyString());
            assertTrue(measured > before + 0.3, before + " became " + measured);
        } finally {
            origin.stop(0);
        }
    }

    /** Each with the entity tags of then: what was changed before it may be of the same distribution. */
    private static void apply(Path data, String change) throws Exception {
        for (JsonNode each : perigee(data, "advise", "--json").path("advice")) {
            if (!each.path("change").asText().equals(change)) continue;
            run(each.path("command").asText(), change);
            return;
        }
        throw new AssertionError(change + " is not advised any more");
    }

    private static void run(String command, String change) throws Exception {
        Programs.Ended ended = Programs.run("awscli", CREDENTIALS, "", List.of("sh", "-c", command));
        assertEquals(0, ended.code(), change + ": " + ended.printed());
    }
}
