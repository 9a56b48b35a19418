package dev.perigee.app.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perigee.app.folder.RunFile.PopAddresses;
import dev.perigee.core.http.Field;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The console in a real browser: the map moves with load, an invalidation is made and completes, a request is explained. */
@Tag("full")
@Timeout(180)
class ConsoleStoryTest {
    private static final String[] VIEWS = {
        "", "distributions", "invalidations", "logs", "explain", "advice", "functions", "certificates"
    };

    private final TemporarySystem system;
    private String host = "";
    private String id = "";

    ConsoleStoryTest() throws Exception {
        system = TemporarySystem.start("test");
    }

    @Test
    void whatTheConsoleShows(@TempDir Path temporary) throws Exception {
        assumeTrue(Files.isExecutable(Browser.PROGRAM), "Debian's chromium is not installed");
        String console = system.runFile().console();
        try (Browser browser = new Browser(temporary.resolve("profile"))) {
            makeSite();
            browser.size(1360, 900, "dark");
            browser.open(console + "/");
            browser.await("document.querySelector('.pulse.live')");
            budget(browser, console);
            theMapMoves(browser);
            anInvalidationIsMade(browser, console);
            aRequestIsExplained(browser, console);
            hostileRequestsAreTexts(browser, console);
            adviceIsApplied(browser, console);
            commandsAreReadAsAShellReadsThem(browser);
            everyViewFitsAPhone(browser, console);
            assertEquals("[]", browser.complaints().toString());
        } finally {
            system.close();
        }
    }

    private void makeSite() throws Exception {
        try (SignedClient client = new SignedClient(system.runFile().api())) {
            client.s3("PUT", "/pettracker-images", "").expect(200);
            client.s3("PUT", "/pettracker-images/rex.jpg", "a photo", new Field("X-Amz-Acl", "public-read"))
                    .expect(200);
            SignedClient.Answer made =
                    client.cloudfront("POST", "/distribution", """
                            <DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
                            <CallerReference>console</CallerReference><Comment></Comment><Enabled>true</Enabled>
                            <Origins><Quantity>1</Quantity><Items><Origin><Id>photos</Id>
                            <DomainName>pettracker-images.s3.amazonaws.com</DomainName>
                            <S3OriginConfig><OriginAccessIdentity></OriginAccessIdentity></S3OriginConfig>
                            </Origin></Items></Origins><DefaultCacheBehavior><TargetOriginId>photos</TargetOriginId>
                            <ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy>
                            <CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId>
                            </DefaultCacheBehavior></DistributionConfig>
                            """).expect(201);
            host = made.element("DomainName");
            id = made.element("Id");
        }
    }

    /** One answer to each of these; whatever they say, they are sent as they are. */
    private void send(String to, String... targets) throws IOException {
        PopAddresses pop = system.runFile().pops().getFirst();
        for (String target : targets) {
            try (Socket socket = new Socket(
                    InetAddress.getLoopbackAddress(), URI.create(pop.http()).getPort())) {
                String head = "GET " + target + " HTTP/1.1\r\nHost: " + to + "\r\nConnection: close\r\n"
                        + "User-Agent: <script>window.hacked = 1</script>\r\nReferer: javascript:window.hacked=2\r\n\r\n";
                socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
                assertTrue(socket.getInputStream().readAllBytes().length > 0);
            }
        }
    }

    private void hostileRequestsAreTexts(Browser browser, String console) throws Exception {
        browser.open(console + "/#/logs");
        browser.await("document.querySelector('main h1')?.textContent === 'Logs'");
        send(host, "/<img/src=x/onerror=window.hacked=3>", "/%3Cscript%3Ewindow.hacked=4%3C/script%3E", "/\"'><b>");
        // As in the log: encoded.
        browser.await("document.querySelector('main').textContent.includes('onerror=window.hacked=3')");
        browser.await("document.querySelector('main').textContent.includes('window.hacked=4')");
        String filtered = browser.value(
                        "(search => { search.value = 'ONERROR'; search.dispatchEvent(new Event('input'));"
                                + " return document.querySelectorAll('tbody tr').length; })(document.querySelector('input[type=search]'))")
                .asText();
        assertEquals("1", filtered);
        // The overview has the most popular paths.
        browser.open(console + "/#/");
        browser.await("document.querySelector('main').textContent.includes('onerror=window.hacked=3')");
        assertEquals(
                "0",
                browser.value("document.querySelectorAll('main img, main script, main b').length")
                        .asText());
        assertEquals("undefined", browser.value("typeof window.hacked").asText());
    }

    private void adviceIsApplied(Browser browser, String console) throws Exception {
        try (SignedClient client = new SignedClient(system.runFile().api())) {
            SignedClient.Answer made = client.deployed("""
                    <DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
                    <CallerReference>faulty</CallerReference><Comment>&lt;b&gt; &amp;&amp; it's</Comment><Enabled>true</Enabled>
                    <Origins><Quantity>1</Quantity><Items><Origin><Id>photos</Id>
                    <DomainName>pettracker-images.s3.amazonaws.com</DomainName>
                    <S3OriginConfig><OriginAccessIdentity></OriginAccessIdentity></S3OriginConfig>
                    </Origin></Items></Origins><DefaultCacheBehavior><TargetOriginId>photos</TargetOriginId>
                    <ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy><ForwardedValues><QueryString>true</QueryString>
                    <Cookies><Forward>none</Forward></Cookies></ForwardedValues><MinTTL>0</MinTTL>
                    </DefaultCacheBehavior></DistributionConfig>
                    """);
            for (int i = 0; i < 40; i++) send(made.element("DomainName"), "/rex.jpg?utm_source=" + i);
            browser.open(console + "/#/advice");
            browser.await("document.querySelector('.advice h3')?.textContent.includes('utm_source')");
            browser.value(
                    "[...document.querySelectorAll('.advice button')].find(each => each.textContent === 'Apply').click()");
            browser.await("document.querySelector('.advice button').textContent === 'Applied'");
            String config = client.cloudfront("GET", "/distribution/" + made.element("Id") + "/config", "")
                    .expect(200)
                    .whole()
                    .body();
            assertTrue(config.contains("<QueryString>false</QueryString>"), config);
            assertTrue(config.contains("&lt;b&gt; &amp;&amp; it's"), config);
        }
    }

    private void load(int requests) throws IOException {
        for (PopAddresses pop : system.runFile().pops()) {
            try (Socket socket = new Socket(
                    InetAddress.getLoopbackAddress(), URI.create(pop.http()).getPort())) {
                InputStream in = socket.getInputStream();
                byte[] request =
                        ("GET /rex.jpg HTTP/1.1\r\nHost: " + host + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
                for (int i = 0; i < requests; i++) {
                    socket.getOutputStream().write(request);
                    StringBuilder got = new StringBuilder();
                    while (!got.toString().endsWith("\r\n\r\na photo")) got.append((char) in.read());
                }
            }
        }
    }

    private static void budget(Browser browser, String console) throws Exception {
        double painted = browser.value("performance.getEntriesByName('first-contentful-paint')[0].startTime")
                .asDouble();
        long octets = browser.value(
                        "[...performance.getEntriesByType('navigation'),"
                                + " ...performance.getEntriesByType('resource')].reduce((sum, each) => sum + each.transferSize, 0)")
                .asLong();
        System.getLogger("console").log(System.Logger.Level.INFO, "first paint {0} ms, {1} octets", painted, octets);
        // On a machine that is busy with something else the quickest of some loads counts.
        for (int again = 0; again < 4 && painted >= 1_000; again++) {
            browser.open("about:blank");
            browser.await("location.href === 'about:blank'");
            browser.open(console + "/");
            browser.await("document.querySelector('.pulse.live')");
            painted = browser.value("performance.getEntriesByName('first-contentful-paint')[0].startTime")
                    .asDouble();
        }
        assertTrue(painted > 0 && painted < 1_000, "first paint after " + painted + " ms");
        assertTrue(octets > 10_000 && octets < 300_000, octets + " octets");
    }

    private void theMapMoves(Browser browser) throws Exception {
        String picture = "document.querySelector('canvas').toDataURL()";
        browser.await("document.querySelector('canvas').getAttribute('aria-label').includes('Sydney: 0 requests')");
        String still = browser.value(picture).asText();
        assertEquals(
                "0",
                browser.value("document.querySelector('canvas').dataset.flows").asText());
        load(60);
        browser.await("Number(document.querySelector('canvas').dataset.flows) > 10");
        assertNotEquals(still, browser.value(picture).asText());
        browser.await("!document.querySelector('canvas').getAttribute('aria-label').includes('Sydney: 0 requests')");
        browser.await("document.querySelector('main').textContent.includes('/rex.jpg')");
        JsonNode figures =
                browser.value("[...document.querySelectorAll('.figure dd')].map(each => each.textContent).join('|')");
        assertTrue(figures.asText().matches("[1-9].*\\|9[0-9.]+ %\\|.* ms\\|0\\|.*"), figures.asText());
        browser.screenshot(Path.of("target", "console-overview.png"));
    }

    private void anInvalidationIsMade(Browser browser, String console) throws Exception {
        browser.open(console + "/#/invalidations");
        browser.await("document.querySelector('#distribution')?.value === '" + id + "'");
        browser.value(
                "document.querySelector('#paths').value = '/rex*', document.querySelector('#invalidate').click()");
        browser.await("document.querySelector('#sign-in').open");
        browser.value(
                "document.querySelector('#key-id').value = 'test',"
                        + " document.querySelector('#key-secret').value = 'wrong', document.querySelector('#sign-in-go').click()");
        browser.await("document.querySelector('#sign-in-error').textContent.includes('signature')");
        browser.value(
                "document.querySelector('#key-secret').value = 'test', document.querySelector('#sign-in-go').click()");
        browser.await("document.querySelector('[data-status]')?.dataset.status === 'Completed'");
        String shown = browser.value("document.querySelector('[data-status]').textContent")
                .asText();
        assertTrue(shown.startsWith("/rex*") && shown.contains("IAD done") && shown.contains("SYD done"), shown);
        String audit = Files.readString(system.folder().auditLog());
        assertTrue(audit.contains("CreateInvalidation"), audit);
        browser.complaints()
                .removeIf(each -> each.contains("/api/relay/2020-05-31/distribution") && each.contains("403"));
        browser.screenshot(Path.of("target", "console-invalidations.png"));
    }

    private void aRequestIsExplained(Browser browser, String console) throws Exception {
        browser.open(console + "/#/explain");
        browser.await("document.querySelector('#pop')?.options.length === 3");
        browser.value("document.querySelector('#url').value = 'http://" + host + "/rex.jpg',"
                + " document.querySelector('#pop').value = 'SYD', document.querySelector('#explain').click()");
        browser.await("document.querySelector('#verdict')");
        String verdict =
                browser.value("document.querySelector('#verdict').textContent").asText();
        assertEquals("Miss: invalidated", verdict);
        assertTrue(
                browser.value("document.querySelectorAll('.steps li').length").asInt() > 5);
        browser.screenshot(Path.of("target", "console-explain.png"));
    }

    /** What somebody wrote into a comment is no command, whoever applies the advice. */
    private static void commandsAreReadAsAShellReadsThem(Browser browser) throws Exception {
        String line = """
                made=$(aws cloudfront create-cache-policy --cache-policy-config '{"Comment":"it'\\''s"}') && aws cloudfront \
                update-distribution --id E1 --distribution-config '{"Id":"'"$made"'","Comment":" && aws cloudfront x"}'\
                """;
        browser.value("window.line = " + new ObjectMapper().writeValueAsString(line));
        String read = browser.value("import('/advice.js').then(read => JSON.stringify(read.commands(line)"
                        + ".map(each => read.words(each, { made: 'P1' }).slice(-1)[0])))")
                .asText();
        assertEquals("""
                ["{\\"Comment\\":\\"it's\\"})","{\\"Id\\":\\"P1\\",\\"Comment\\":\\" && aws cloudfront x\\"}"]""", read);
        String xml = browser.value(
                        "import('/advice.js').then(read => read.xml('DistributionConfig',"
                                + " { Aliases: { Quantity: 1, Items: ['<a>'] }, TrustedKeyGroups: { Quantity: 0, Items: [] } }))")
                .asText();
        assertEquals(
                "<DistributionConfig><Aliases><Quantity>1</Quantity><Items><CNAME>&lt;a&gt;</CNAME></Items></Aliases>"
                        + "<TrustedKeyGroups><Quantity>0</Quantity></TrustedKeyGroups></DistributionConfig>",
                xml);
    }

    private static void everyViewFitsAPhone(Browser browser, String console) throws Exception {
        everyViewFits(browser, console, 390, "light");
        everyViewFits(browser, console, 320, "dark");
    }

    private static void everyViewFits(Browser browser, String console, int screen, String scheme) throws Exception {
        browser.size(screen, 844, scheme);
        for (String view : VIEWS) {
            browser.open(console + "/#/" + view);
            browser.await("document.querySelector('nav [aria-current]')?.getAttribute('href') === '#/" + view
                    + "' && !document.querySelector('main').textContent.includes('Reading…')"
                    + " && document.querySelector('main').children.length > 0");
            int width = browser.value("document.documentElement.scrollWidth").asInt();
            assertTrue(width <= screen, view + " is " + width + " wide");
        }
    }
}
