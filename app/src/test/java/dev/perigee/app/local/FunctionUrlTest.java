package dev.perigee.app.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.app.folder.RunFile;
import dev.perigee.app.folder.SystemFolder;
import dev.perigee.core.http.Field;
import dev.perigee.core.sign.SigV4;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.Replies;
import dev.perigee.testkit.ScriptedOrigin;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Lambda function URLs in a local system: of its own functions, and of others that lead to a server of the user's. */
class FunctionUrlTest {
    private static final String FUNCTION = "abc123.lambda-url.eu-central-1.on.aws";

    private final SystemFolder folder;

    FunctionUrlTest(@TempDir Path temporary) {
        folder = SystemFolder.at(temporary.resolve("data"));
    }

    @Test
    void aLocalServerSeesWhatLambdaWouldSee() throws Exception {
        LocalSystem.Started started = LocalSystem.start(folder, LocalOptions.on(PortChoice.AUTO), "test");
        RunFile.PopAddresses iad = started.runFile().pops().getFirst();
        try (LocalSystem _ = started.system();
                var client = new SignedClient(started.runFile().api());
                var server = ScriptedOrigin.start(new ManualClock())) {
            server.on("GET", "/a").reply(200, Replies.body("made"));
            String host = client.deployed(distribution(FUNCTION, accessControl(client, "function", "always")))
                    .element("DomainName");
            route(iad, started.runFile().adminToken(), server.port());
            assertEquals("200", Http.get(iad.http() + "/a", host).status());
            String authorization = String.valueOf(server.lastRequest().header("Authorization"));
            assertTrue(
                    authorization.matches("AWS4-HMAC-SHA256 Credential="
                            + EdgeKey.of(folder).accessKeyId() + "/[0-9]{8}/eu-central-1/lambda/aws4_request, .*"),
                    authorization);
            assertEquals(FUNCTION, server.lastRequest().header("Host"));
        }
    }

    @Test
    @EnabledIf(
            value = "dev.perigee.app.local.Programs#haveNodeAndPython",
            disabledReason = "Debian's nodejs and python3 are not installed")
    void aFunctionOfThisSystemIsBehindItsUrl() throws Exception {
        LocalSystem.Started started = LocalSystem.start(folder, LocalOptions.on(PortChoice.AUTO), "test");
        try (LocalSystem _ = started.system();
                var client = new SignedClient(started.runFile().api())) {
            client.lambda("POST", "", function()).expect(201);
            String id = made(client, started.runFile().api());
            byUrl(client, started, id);
            throughEdges(client, started.runFile().pops().getFirst().http(), id + ".lambda-url.us-east-1.on.aws");
            throughEdges(client, started.runFile().pops().getLast().http(), id + ".lambda-url.us-east-1.localhost");
            client.lambda("DELETE", "/page", "").expect(204);
            assertEquals(
                    "404",
                    Http.get(started.runFile().api() + "/", id + ".lambda-url.us-east-1.localhost")
                            .status());
        }
    }

    private static String function() throws Exception {
        String source = """
                exports.handler = async (event) => {
                    const how = event.rawPath.slice(1), {http, authorizer} = event.requestContext;
                    if (how === 'throws') throw new Error('mine');
                    if (how === 'plain') return {hello: event.rawQueryString};
                    return {statusCode: 201, headers: {'content-type': 'text/plain', 'x-by': authorizer?.iam.accessKey},
                        cookies: ['a=b', 'c=d'], body: http.method + ' ' + (event.body ?? '') + ' ' + http.path};
                };""";
        return "{\"FunctionName\":\"page\",\"Runtime\":\"nodejs20.x\",\"Role\":\"arn:aws:iam::123456789012:role/r\","
                + "\"Handler\":\"index.handler\",\"Timeout\":5,\"Code\":{\"ZipFile\":\""
                + LambdaStoryTest.zip("index.js", source) + "\"}}";
    }

    /** The operations; ends with a URL that wants signatures. */
    private static String made(SignedClient client, String api) throws Exception {
        String path = "/2021-10-31/functions/page/url";
        for (String wrong : List.of(
                "{}",
                "{\"AuthType\":\"ANY\"}",
                "{\"AuthType\":\"NONE\",\"InvokeMode\":\"RESPONSE_STREAM\"}",
                "{\"AuthType\":\"NONE\",\"Cors\":{\"MaxAge\":86401}}")) {
            client.lambda("POST", path, wrong).expect(400);
        }
        client.lambda("GET", path, "").expect(404);
        client.lambda("POST", path + "?Qualifier=live", "{\"AuthType\":\"NONE\"}")
                .expect(404);
        client.lambda("POST", path + "?Qualifier=1", "{\"AuthType\":\"NONE\"}").expect(400);
        String url = client.lambda("POST", path, "{\"AuthType\":\"NONE\",\"Cors\":{\"AllowOrigins\":[\"*\"]}}")
                .expect(201)
                .member("FunctionUrl");
        client.lambda("POST", path, "{\"AuthType\":\"NONE\"}").expect(409);
        String port = api.substring(api.lastIndexOf(':'));
        assertTrue(url.matches("http://perigee[a-z0-9]{25}[.]lambda-url[.]us-east-1[.]localhost" + port + "/"), url);
        assertEquals(url, client.lambda("GET", path, "").expect(200).member("FunctionUrl"));
        assertEquals(url, client.lambda("GET", path + "s", "").expect(200).member("FunctionUrl"));
        return url.substring(7, url.indexOf('.'));
    }

    private static void byUrl(SignedClient client, LocalSystem.Started started, String id) throws Exception {
        String api = started.runFile().api();
        String host = id + ".lambda-url.us-east-1.localhost";
        Http.Answer open = Http.get(api + "/a%20b?c=d", host);
        assertEquals("201", open.status());
        assertTrue(open.whole().endsWith("GET  /a%20b") && open.whole().contains("Set-Cookie: c=d"), open.whole());
        assertTrue(Http.get(api + "/plain?c=d", host).whole().endsWith("{\"hello\":\"c=d\"}"));
        assertEquals("502", Http.get(api + "/throws", host).status());
        client.lambda("PUT", "/2021-10-31/functions/page/url", "{\"AuthType\":\"AWS_IAM\"}")
                .expect(200);
        Http.Answer refused = Http.get(api + "/a", host);
        assertEquals("403", refused.status());
        assertTrue(refused.whole().endsWith("{\"Message\":\"Forbidden\"}"), refused.whole());
        SigV4.Credentials key = new SigV4.Credentials("test", "test");
        assertEquals("201", signed(api, host, key, "lambda").status());
        assertEquals("403", signed(api, host, key, "execute-api").status());
        assertEquals(
                "403",
                signed(api, host, new SigV4.Credentials("test", "other"), "lambda")
                        .status());
        assertEquals(
                "404",
                Http.get(api + "/a", "perigee1.lambda-url.us-east-1.localhost").status());
    }

    private static Http.Answer signed(String api, String host, SigV4.Credentials key, String service) throws Exception {
        Instant now = Instant.now();
        List<Field> fields = List.of(new Field("Host", host), new Field("X-Amz-Date", SigV4.timestamp(now)));
        String authorization = SigV4.sign(
                new SigV4.Request("GET", "/a", null, fields, SigV4.EMPTY_PAYLOAD), key, service, "us-east-1", now);
        return Http.get(
                api + "/a", host + "\r\nX-Amz-Date: " + SigV4.timestamp(now) + "\r\nAuthorization: " + authorization);
    }

    private void throughEdges(SignedClient client, String edge, String name) throws Exception {
        String signing = accessControl(client, "always" + name.length(), "always");
        String host = client.deployed(distribution(name, signing)).element("DomainName");
        Http.Answer answer = Http.get(edge + "/a", host);
        assertEquals("201", answer.status(), answer.whole());
        assertTrue(answer.whole().contains("x-by: " + EdgeKey.of(folder).accessKeyId()), answer.whole());
        String never = accessControl(client, "never" + name.length(), "never");
        String open = client.deployed(distribution(name, never)).element("DomainName");
        assertEquals("403", Http.get(edge + "/a", open).status());
    }

    private static void route(RunFile.PopAddresses pop, String token, int port) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(pop.admin() + "/origin-routes/" + FUNCTION
                            + "?address=127.0.0.1:" + port + "&tls=false&lease=60"))
                    .header("X-Perigee-Token", token)
                    .PUT(HttpRequest.BodyPublishers.noBody())
                    .build();
            var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertEquals(200, answer.statusCode(), answer.body());
        }
    }

    private static String accessControl(SignedClient client, String name, String behavior) throws Exception {
        return client.cloudfront("POST", "/origin-access-control", """
                <OriginAccessControlConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
                <Name>%s</Name><SigningProtocol>sigv4</SigningProtocol><SigningBehavior>%s</SigningBehavior>
                <OriginAccessControlOriginType>lambda</OriginAccessControlOriginType></OriginAccessControlConfig>
                """.formatted(name, behavior))
                .expect(201)
                .element("Id");
    }

    private static String distribution(String name, String accessControl) {
        return """
                <DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
                <CallerReference>%s</CallerReference>
                <Origins><Quantity>1</Quantity><Items><Origin><Id>o</Id><DomainName>%s</DomainName>
                <OriginAccessControlId>%s</OriginAccessControlId>
                <CustomOriginConfig><HTTPPort>80</HTTPPort><HTTPSPort>443</HTTPSPort>
                <OriginProtocolPolicy>https-only</OriginProtocolPolicy></CustomOriginConfig></Origin></Items></Origins>
                <DefaultCacheBehavior><TargetOriginId>o</TargetOriginId>
                <ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy>
                <CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId></DefaultCacheBehavior>
                <Comment></Comment><Enabled>true</Enabled></DistributionConfig>
                """.formatted(name + accessControl, name, accessControl);
    }
}
