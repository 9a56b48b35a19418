package dev.perigee.app.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.perigee.app.cli.CommandTree;
import dev.perigee.app.folder.SystemFolder;
import dev.perigee.testkit.Content;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.Replies;
import dev.perigee.testkit.ScriptedOrigin;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code perigee protect-hotlinks}, by what it lets through and what not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(120)
class HotlinksTest {
    private final Path data;
    private final LocalSystem.Started started;
    private final SignedClient client;
    private final ScriptedOrigin origin = ScriptedOrigin.start(new ManualClock());
    private String id = "";
    private String host = "";

    HotlinksTest(@TempDir Path temporary) throws StartFailure {
        data = temporary;
        started = LocalSystem.start(SystemFolder.at(temporary), LocalOptions.on(PortChoice.AUTO), "test");
        client = new SignedClient(started.runFile().api());
    }

    @BeforeAll
    void aDistribution() throws Exception {
        origin.on("GET", "/*").reply(200, Replies.body("page"));
        // The newest script for a path counts.
        origin.on("GET", "/rex.png")
                .reply(200, Replies.header("Content-Type", "image/png"), Replies.body(Content.bytes(photo())));
        var made = client.deployed(SignedClient.oneOrigin("hotlinks", origin.port()));
        id = made.element("Id");
        host = made.element("DomainName");
    }

    @AfterAll
    void stop() {
        client.close();
        started.system().close();
        origin.close();
    }

    /** A picture that nobody takes for a gap. */
    private static byte[] photo() throws IOException {
        var image = new BufferedImage(120, 80, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < 120; x++) {
            for (int y = 0; y < 80; y++) image.setRGB(x, y, 0x2F9E44 + 0x10 * (x % 4) + (y % 8));
        }
        var out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }

    private String perigee(int code, String... arguments) {
        var out = new StringWriter();
        String[] line = new String[arguments.length + 3];
        System.arraycopy(arguments, 0, line, 2, arguments.length);
        line[0] = "protect-hotlinks";
        line[1] = id;
        line[line.length - 1] = "--data=" + data;
        var print = new PrintWriter(out);
        assertEquals(code, CommandTree.run(print, print, line), out::toString);
        return out.toString();
    }

    private int status(String path, String fields) throws IOException {
        String edge = started.runFile().pops().getFirst().http();
        return Statuses.of(edge, host, "127.0.0.1", 1, path, fields).getFirst();
    }

    private int referred(String referer) throws IOException {
        return status("/rex.png", "Referer: " + referer + "\r\n");
    }

    @Test
    @Order(1)
    void whoIsAllowedMayEmbedAndNobodyWhoOnlyLooksLikeIt() throws Exception {
        assertTrue(perigee(0, "--allow", "PetTracker.com", "--json").contains("\"Changed\" : true"));
        assertTrue(perigee(0, "--allow", "pettracker.com", "--json").contains("\"Changed\" : false"));
        for (String allowed : List.of(
                "https://pettracker.com/a",
                "http://pettracker.com",
                "https://www.pettracker.com:8443/x?y#z",
                "HTTPS://WWW.PetTracker.COM/",
                "http://pettracker.com./",
                "http://a.b-c.pettracker.com?q",
                "http://" + host + ":8080/index.html")) {
            assertEquals(200, referred(allowed), allowed);
        }
        for (String refused : List.of(
                "http://evil.example/",
                "http://pettracker.com.evil.example/",
                "http://evilpettracker.com/",
                "http://pettracker.com@evil.example/",
                "http://pettracker.com:80@evil.example/",
                "http://pettracker.com\\@evil.example/",
                "http://evil.example\\.pettracker.com/",
                "http://evil.example#.pettracker.com/",
                "http://evil.example/pettracker.com/",
                "http://evil.example/?u=https://pettracker.com/",
                "http://pettracker.com:80evil.example/",
                "http://pettracker.com%2eevil.example/",
                "http://pettracker-com/",
                "http://pettracker.co",
                "http://.pettracker.com/",
                "http://user@pettracker.com/",
                "javascript://pettracker.com/",
                "ftp://pettracker.com/",
                "//pettracker.com/",
                "pettracker.com",
                "null",
                "http://evil." + host + "/")) {
            assertEquals(403, referred(refused), refused);
        }
    }

    @Test
    @Order(2)
    void withoutRefererItDependsOnWhatTheBrowserSays() throws Exception {
        assertEquals(200, status("/rex.png", ""));
        assertEquals(200, status("/rex.png", "Referer:\r\n"));
        assertEquals(200, status("/rex.png", "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Dest: image\r\n"));
        assertEquals(200, status("/rex.png", "Sec-Fetch-Site: none\r\nSec-Fetch-Dest: document\r\n"));
        assertEquals(200, status("/rex.png", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Dest: document\r\n"));
        assertEquals(403, status("/rex.png", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Dest: image\r\n"));
        assertEquals(403, status("/rex.png", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Dest: iframe\r\n"));
    }

    @Test
    @Order(3)
    void linksToPagesWorkAndLinksToFilesDoNot() throws Exception {
        String visit = "Referer: https://search.example/\r\nAccept: text/html,*/*;q=0.8\r\n";
        assertEquals(200, status("/", visit));
        assertEquals(200, status("/pets/rex", visit));
        assertEquals(200, status("/pets/rex.html", visit));
        assertEquals(403, status("/rex.png", visit));
        assertEquals(403, status("/pets/rex", "Referer: https://search.example/\r\n"));
    }

    @Test
    @Order(4)
    void strictTakesNothingWithoutReferer() throws Exception {
        perigee(0, "--allow", "pettracker.com", "--strict");
        assertEquals(403, status("/rex.png", ""));
        assertEquals(403, status("/rex.png", "Referer:\r\n"));
        assertEquals(200, referred("https://pettracker.com/"));
    }

    @Test
    @Order(5)
    void whatIsNoDomainIsRefusedBeforeAnythingIsChanged() {
        for (String wrong :
                List.of("https://pettracker.com", "pettracker.com/", "*.pettracker.com", "a b", "", "x:80")) {
            assertTrue(perigee(2, "--allow", wrong).contains("is not a domain"), wrong);
        }
        assertTrue(perigee(2).contains("--allow"));
        assertTrue(perigee(2, "--allow", "a.example", "--remove").contains("--remove"));
    }

    /** What a visitor sees: PetTracker's page has the photo, a page on another site has none. */
    @Test
    @Order(6)
    @Tag("full")
    void chromiumShowsThePhotoOnOnePageOnly(@TempDir Path folder) throws Exception {
        Path browser = Path.of("/usr/bin/chromium");
        assumeTrue(Files.isExecutable(browser), "Debian's chromium is not installed");
        perigee(0, "--allow", "pettracker.localhost");
        String edge = started.runFile().pops().getFirst().http();
        String photo = "http://" + host + ":" + URI.create(edge).getPort() + "/rex.png";
        String page = """
                <!doctype html><title>page</title><h1 id=result>waiting</h1><img id=photo %s src="%s"
                onload="document.getElementById('result').textContent='photo ' + naturalWidth"
                onerror="document.getElementById('result').textContent='no photo'">""";
        origin.on("GET", "/own")
                .reply(200, Replies.header("Content-Type", "text/html"), Replies.body(page.formatted("", photo)));
        origin.on("GET", "/hidden")
                .reply(
                        200,
                        Replies.header("Content-Type", "text/html"),
                        Replies.body(page.formatted("referrerpolicy=no-referrer", photo)));
        for (String[] each : new String[][] {
            {"pettracker.localhost", "own", "photo 120"},
            {"www.pettracker.localhost", "own", "photo 120"},
            {"evil.localhost", "own", "no photo"},
            {"pettracker.localhost.evil.localhost", "own", "no photo"},
            {"evil.localhost", "hidden", "no photo"}
        }) {
            Path shot = Path.of("target", "hotlinks-" + each[0] + "-" + each[1] + ".png")
                    .toAbsolutePath();
            Files.createDirectories(shot.getParent());
            String url = "http://" + each[0] + ":" + origin.port() + "/" + each[1];
            String html = chromium(browser, folder, "--screenshot=" + shot, url);
            assertTrue(html.contains(">" + each[2] + "<"), each[0] + "/" + each[1] + ": " + html);
            assertTrue(Files.size(shot) > 0);
        }
    }

    private static String chromium(Path browser, Path folder, String... more) throws Exception {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(
                        browser.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--user-data-dir=" + folder.resolve("profile"),
                        "--host-resolver-rules=MAP *.localhost 127.0.0.1",
                        "--timeout=20000",
                        "--virtual-time-budget=10000",
                        "--window-size=400,300",
                        "--dump-dom",
                        more[0],
                        more[1])
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the browser does not end");
        }
        return Files.readString(output, StandardCharsets.UTF_8);
    }

    @Test
    @Order(7)
    void removedItIsAsItWas() throws Exception {
        assertTrue(perigee(0, "--remove", "--json").contains("\"Changed\" : true"));
        assertTrue(perigee(0, "--remove", "--json").contains("\"Changed\" : false"));
        assertEquals(200, referred("http://evil.example/"));
        assertTrue(client.waf("ListWebACLs", "{\"Scope\":\"CLOUDFRONT\"}")
                .whole()
                .body()
                .contains("\"WebACLs\":[]"));
    }

    /** A web ACL of the user's own keeps its other rules, before and after. */
    @Test
    @Order(8)
    void theRuleJoinsThoseThatAreThere() throws Exception {
        String visible = "\"VisibilityConfig\":{\"SampledRequestsEnabled\":true,\"CloudWatchMetricsEnabled\":true,"
                + "\"MetricName\":\"m\"}";
        String rule =
                "{\"Name\":\"geo\",\"Priority\":0,\"Statement\":{\"GeoMatchStatement\":{\"CountryCodes\":[\"AQ\"]}},"
                        + "\"Action\":{\"Block\":{}}," + visible + "}";
        var made = client.waf(
                        "CreateWebACL",
                        "{\"Name\":\"mine\",\"Scope\":\"CLOUDFRONT\",\"DefaultAction\":{\"Allow\":{}},\"Rules\":["
                                + rule + "]," + visible + "}")
                .expect(200);
        String arn = made.member("ARN");
        client.cloudfront(
                        "PUT",
                        "/distribution/" + id + "/associate-web-acl",
                        "<AssociateDistributionWebACLRequest xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\">"
                                + "<WebACLArn>" + arn + "</WebACLArn></AssociateDistributionWebACLRequest>")
                .expect(200);
        assertTrue(perigee(0, "--allow", "pettracker.com", "--json").contains(arn));
        assertEquals(403, referred("http://evil.example/"));
        String both =
                client.waf("GetWebACL", "{\"ARN\":\"" + arn + "\"}").whole().body();
        assertTrue(both.contains("perigee-hotlinks") && both.contains("\"geo\""), both);
        perigee(0, "--remove");
        assertEquals(200, referred("http://evil.example/"));
        String left =
                client.waf("GetWebACL", "{\"ARN\":\"" + arn + "\"}").whole().body();
        assertTrue(!left.contains("perigee-hotlinks") && left.contains("\"geo\""), left);
    }
}
