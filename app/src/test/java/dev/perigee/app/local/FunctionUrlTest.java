package dev.perigee.app.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.app.folder.RunFile;
import dev.perigee.app.folder.SystemFolder;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.Replies;
import dev.perigee.testkit.ScriptedOrigin;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Lambda function URL in a local system: its name leads to a server of the user's, as docs/private-origins.md has it. */
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
            String host = client.deployed(distribution(accessControl(client))).element("DomainName");
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

    private static String accessControl(SignedClient client) throws Exception {
        return client.cloudfront("POST", "/origin-access-control", """
                <OriginAccessControlConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
                <Name>function</Name><SigningProtocol>sigv4</SigningProtocol><SigningBehavior>always</SigningBehavior>
                <OriginAccessControlOriginType>lambda</OriginAccessControlOriginType></OriginAccessControlConfig>
                """)
                .expect(201)
                .element("Id");
    }

    private static String distribution(String accessControl) {
        return """
                <DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
                <CallerReference>function</CallerReference>
                <Origins><Quantity>1</Quantity><Items><Origin><Id>o</Id><DomainName>%s</DomainName>
                <OriginAccessControlId>%s</OriginAccessControlId>
                <CustomOriginConfig><HTTPPort>80</HTTPPort><HTTPSPort>443</HTTPSPort>
                <OriginProtocolPolicy>https-only</OriginProtocolPolicy></CustomOriginConfig></Origin></Items></Origins>
                <DefaultCacheBehavior><TargetOriginId>o</TargetOriginId>
                <ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy>
                <CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId></DefaultCacheBehavior>
                <Comment></Comment><Enabled>true</Enabled></DistributionConfig>
                """.formatted(FUNCTION, accessControl);
    }
}
