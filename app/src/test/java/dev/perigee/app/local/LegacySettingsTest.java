package dev.perigee.app.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.app.folder.SystemFolder;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.RecordedRequest;
import dev.perigee.testkit.Replies;
import dev.perigee.testkit.ScriptedOrigin;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ForwardedValues, from the API's XML to what the origin is asked and what viewers share. */
class LegacySettingsTest {
    private static final String HIT = "X-Cache: Hit from cloudfront";
    private static final String MISS = "X-Cache: Miss from cloudfront";

    private final LocalSystem.Started started;
    private final SignedClient client;
    private final ScriptedOrigin origin = ScriptedOrigin.start(new ManualClock());

    LegacySettingsTest(@TempDir Path temporary) throws StartFailure {
        started =
                LocalSystem.start(SystemFolder.at(temporary.resolve("data")), LocalOptions.on(PortChoice.AUTO), "test");
        client = new SignedClient(started.runFile().api());
    }

    @AfterEach
    void stop() {
        client.close();
        started.system().close();
        origin.close();
    }

    private String deployed(String forwardedValues, String ttls) throws Exception {
        String config = """
                <DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
                <CallerReference>legacy</CallerReference>
                <Origins><Quantity>1</Quantity><Items><Origin><Id>o</Id><DomainName>localhost</DomainName>
                <CustomOriginConfig><HTTPPort>%d</HTTPPort><HTTPSPort>443</HTTPSPort>
                <OriginProtocolPolicy>http-only</OriginProtocolPolicy></CustomOriginConfig></Origin></Items></Origins>
                <DefaultCacheBehavior><TargetOriginId>o</TargetOriginId>
                <ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy>
                <ForwardedValues>%s</ForwardedValues>%s</DefaultCacheBehavior>
                <Comment></Comment><Enabled>true</Enabled></DistributionConfig>
                """.formatted(origin.port(), forwardedValues, ttls);
        return client.deployed(config).element("DomainName");
    }

    private static String lines(String... fields) {
        return String.join("\r\n", fields) + "\r\n";
    }

    /** X-Cache of the answer. */
    private String ask(String host, String target, String fields) throws IOException {
        URI edge = URI.create(started.runFile().pops().getFirst().http());
        try (var socket = new Socket(edge.getHost(), edge.getPort())) {
            String request =
                    "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + fields + "Connection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            String answer = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
            return answer.lines()
                    .filter(line -> line.startsWith("X-Cache: "))
                    .findFirst()
                    .orElse(answer);
        }
    }

    @Test
    void listedValuesAreTheKeyAndTheRestIsForwardedOrTakenAway() throws Exception {
        origin.on("GET", "/*").reply(200, Replies.body("x"), Replies.header("Set-Cookie", "seen=1"));
        String host = deployed("""
                <QueryString>true</QueryString>
                <Cookies><Forward>whitelist</Forward><WhitelistedNames><Quantity>1</Quantity><Items><Name>user_*</Name>
                </Items></WhitelistedNames></Cookies>
                <Headers><Quantity>1</Quantity><Items><Name>X-Tenant</Name></Items></Headers>
                <QueryStringCacheKeys><Quantity>1</Quantity><Items><Name>page</Name></Items></QueryStringCacheKeys>
                """, "<MinTTL>0</MinTTL>");
        String fields = lines(
                "X-Tenant: a",
                "X-Other: b",
                "Cookie: z=1; user_id=7; user_a=2",
                "Accept: text/html",
                "Accept-Encoding: br, gzip",
                "User-Agent: test/1",
                "Referer: http://r/",
                "Authorization: Basic eA==");
        assertEquals(MISS, ask(host, "/a?page=1&utm=x", fields));
        RecordedRequest asked = origin.lastRequest();
        assertEquals("/a?page=1&utm=x", asked.target(), "all parameters go along");
        assertEquals("user_a=2; user_id=7", asked.header("Cookie"));
        assertEquals("a", asked.header("X-Tenant"));
        assertEquals("b", asked.header("X-Other"), "other headers go along without being in the key");
        assertEquals("gzip", asked.header("Accept-Encoding"));
        assertEquals("Amazon CloudFront", asked.header("User-Agent"));
        assertEquals("localhost", asked.header("Host"));
        for (String removed : new String[] {"Accept", "Referer", "Authorization"})
            assertNull(asked.header(removed), removed);

        assertEquals(HIT, ask(host, "/a?page=1&utm=y", fields), "utm is not in the key");
        assertEquals(HIT, ask(host, "/a?page=1", fields.replace("z=1", "z=2")), "nor is the cookie z");
        assertEquals(HIT, ask(host, "/a?page=1", fields.replace("X-Other: b", "X-Other: c")), "nor X-Other");
        assertEquals(MISS, ask(host, "/a?page=2", fields));
        assertEquals(MISS, ask(host, "/a?page=1", fields.replace("user_id=7", "user_id=8")));
        assertEquals(MISS, ask(host, "/a?page=1", fields.replace("X-Tenant: a", "X-Tenant: b")));
        assertEquals(MISS, ask(host, "/a?page=1", fields.replace("br, gzip", "br")), "gzip is in the key");
        assertNull(origin.lastRequest().header("Accept-Encoding"));
    }

    @Test
    void allHeadersMeansNoCache() throws Exception {
        origin.on("GET", "/*").reply(200, Replies.body("x"), Replies.maxAge(60));
        String host = deployed("""
                <QueryString>false</QueryString><Cookies><Forward>all</Forward></Cookies>
                <Headers><Quantity>1</Quantity><Items><Name>*</Name></Items></Headers>
                """, "<MinTTL>0</MinTTL>");
        String fields =
                lines("Cookie: b=2; a=1", "Accept: text/html", "User-Agent: test/1", "Authorization: Basic eA==");
        assertEquals(MISS, ask(host, "/a?q=1", fields));
        RecordedRequest asked = origin.lastRequest();
        assertEquals("/a", asked.target());
        assertEquals(host, asked.header("Host"));
        assertEquals("a=1; b=2", asked.header("Cookie"));
        assertEquals("test/1", asked.header("User-Agent"));
        assertEquals("Basic eA==", asked.header("Authorization"));
        assertEquals(MISS, ask(host, "/a?q=1", fields));
        origin.expectRequests(2);
    }

    @Test
    void nothingForwardedIsOneKeyForAll() throws Exception {
        origin.on("GET", "/*").reply(200, Replies.body("x"));
        String host = deployed(
                "<QueryString>false</QueryString><Cookies><Forward>none</Forward></Cookies>",
                "<MinTTL>60</MinTTL><DefaultTTL>60</DefaultTTL><MaxTTL>60</MaxTTL>");
        assertEquals(MISS, ask(host, "/a?q=1", lines("Cookie: a=1", "X-A: 1")));
        assertEquals("/a", origin.lastRequest().target());
        assertNull(origin.lastRequest().header("Cookie"));
        assertEquals(HIT, ask(host, "/a?q=2", lines("Cookie: a=2", "X-A: 2")));
    }
}
