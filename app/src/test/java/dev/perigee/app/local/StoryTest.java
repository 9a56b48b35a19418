package dev.perigee.app.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.app.clock.ClockChoice;
import dev.perigee.app.folder.RunFile;
import dev.perigee.app.folder.SystemFolder;
import dev.perigee.app.tls.OriginRoots;
import dev.perigee.core.http.Field;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PetTracker's first afternoon, from the bucket to the edges, in one process. */
class StoryTest {
    private static final String PHOTO = "photo of a cat ".repeat(1_000);

    private final SystemFolder folder;
    private LocalSystem.Started started;
    private SignedClient client;

    StoryTest(@TempDir Path temporary) throws StartFailure {
        folder = SystemFolder.at(temporary.resolve("data"));
        started = start();
        client = new SignedClient(started.runFile().api());
    }

    private LocalSystem.Started start() throws StartFailure {
        var usual = LocalOptions.on(PortChoice.AUTO);
        return LocalSystem.start(
                folder,
                new LocalOptions(
                        PortChoice.AUTO,
                        usual.domainSuffix(),
                        ClockChoice.MANUAL,
                        null,
                        16 << 20,
                        0,
                        java.util.Set.of(),
                        OriginRoots.NONE),
                "test");
    }

    @AfterEach
    void stop() {
        client.close();
        started.system().close();
    }

    @Test
    void missThenHitAtEachEdge() throws Exception {
        upload("public-read");
        String host = distribution("", "").element("DomainName");
        for (RunFile.PopAddresses pop : started.runFile().pops()) {
            assertEquals("200 Miss from cloudfront", fetch(pop, host));
            assertEquals("200 Hit from cloudfront", fetch(pop, host));
            assertEquals("200 Hit from cloudfront", fetch(pop, host.replaceFirst("\\..*", ".cloudfront.net")));
        }
    }

    @Test
    void aPrivatePhotoNeedsTheAccessControl() throws Exception {
        upload("private");
        String plain = distribution("", "").element("DomainName");
        RunFile.PopAddresses iad = started.runFile().pops().getFirst();
        assertEquals("403 Error from cloudfront", fetch(iad, plain));
        String signing = distribution(accessControl("always"), "signing").element("DomainName");
        assertEquals("200 Miss from cloudfront", fetch(iad, signing));
        String silent = distribution(accessControl("never"), "silent").element("DomainName");
        assertEquals("403 Error from cloudfront", fetch(iad, silent));
    }

    @Test
    void anOriginAccessIdentityLetsTheEdgesIn() throws Exception {
        upload("private");
        String config = """
                <CloudFrontOriginAccessIdentityConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
                <CallerReference>story</CallerReference><Comment></Comment></CloudFrontOriginAccessIdentityConfig>
                """;
        String id = client.cloudfront("POST", "/origin-access-identity/cloudfront", config)
                .expect(201)
                .element("Id");
        String host = distribution("", "origin-access-identity/cloudfront/" + id, "identity")
                .element("DomainName");
        assertEquals("200 Miss from cloudfront", fetch(started.runFile().pops().getFirst(), host));
    }

    @Test
    void timeMovesForCachesAndNotForSignatures() throws Exception {
        upload("private");
        String host = distribution(accessControl("always"), "").element("DomainName");
        RunFile.PopAddresses iad = started.runFile().pops().getFirst();
        assertEquals("200 Miss from cloudfront", fetch(iad, host));
        advance(iad, "PT23H");
        assertEquals("200 Hit from cloudfront", fetch(iad, host));
        advance(iad, "PT2H");
        assertEquals("200 RefreshHit from cloudfront", fetch(iad, host));
        assertEquals(
                "200 Hit from cloudfront", fetch(iad, host), "fresh again, although S3's Date is of the real time");
    }

    @Test
    void aRestartServesTheSame() throws Exception {
        upload("public-read");
        SignedClient.Answer made = distribution("", "");
        started.system().close();
        client.close();
        started = start();
        client = new SignedClient(started.runFile().api());
        RunFile.PopAddresses syd = started.runFile().pops().getLast();
        assertEquals("200 Miss from cloudfront", fetch(syd, made.element("DomainName")));
        client.cloudfront("GET", "/distribution/" + made.element("Id"), "").expect(200);
    }

    private void upload(String access) throws Exception {
        client.s3("PUT", "/pettracker-images", "").expect(200);
        client.s3("PUT", "/pettracker-images/pets/photo.jpg", PHOTO, new Field("X-Amz-Acl", access))
                .expect(200);
    }

    private String accessControl(String behavior) throws Exception {
        String config = """
                <OriginAccessControlConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
                <Name>%1$s</Name><SigningProtocol>sigv4</SigningProtocol><SigningBehavior>%1$s</SigningBehavior>
                <OriginAccessControlOriginType>s3</OriginAccessControlOriginType></OriginAccessControlConfig>
                """.formatted(behavior);
        return client.cloudfront("POST", "/origin-access-control", config)
                .expect(201)
                .element("Id");
    }

    /** Creates a distribution over the bucket and waits until every edge has it. */
    private SignedClient.Answer distribution(String accessControl, String reference) throws Exception {
        return distribution(accessControl, "", reference);
    }

    private SignedClient.Answer distribution(String accessControl, String identity, String reference) throws Exception {
        String config = """
                <DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
                <CallerReference>story-%s</CallerReference>
                <Origins><Quantity>1</Quantity><Items><Origin><Id>s3</Id>
                <DomainName>pettracker-images.s3.amazonaws.com</DomainName>
                <OriginAccessControlId>%s</OriginAccessControlId>
                <S3OriginConfig><OriginAccessIdentity>%s</OriginAccessIdentity></S3OriginConfig></Origin></Items></Origins>
                <DefaultCacheBehavior><TargetOriginId>s3</TargetOriginId>
                <ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy>
                <CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId></DefaultCacheBehavior>
                <Comment></Comment><Enabled>true</Enabled></DistributionConfig>
                """.formatted(reference, accessControl, identity);
        return client.deployed(config);
    }

    private void advance(RunFile.PopAddresses pop, String duration) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(pop.admin() + "/clock?advance=" + duration))
                    .header("X-Perigee-Token", started.runFile().adminToken())
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build();
            assertEquals(
                    200,
                    http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode());
        }
    }

    /** Status and X-Cache of the photo; a 200 must carry the whole photo. */
    private String fetch(RunFile.PopAddresses pop, String host) throws Exception {
        String answer = Http.get(pop.http() + "/pets/photo.jpg", host).whole();
        if (answer.startsWith("HTTP/1.1 200 ")) assertTrue(answer.endsWith("\r\n\r\n" + PHOTO), "the whole photo");
        String cache = answer.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("x-cache: "))
                .map(line -> line.substring("x-cache: ".length()))
                .findFirst()
                .orElse("(no X-Cache)");
        return answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 ".length() + 3) + " " + cache;
    }
}
