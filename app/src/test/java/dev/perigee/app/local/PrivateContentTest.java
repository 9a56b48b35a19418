package dev.perigee.app.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.perigee.app.conformance.NodePackage;
import dev.perigee.app.scenario.UrlSigner;
import dev.perigee.core.http.Field;
import dev.perigee.testkit.Content;
import dev.perigee.testkit.Replies;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** Private photos, from the API's keys and key groups to what signing tools and a browser get of the edges. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PrivateContentTest {
    private static final UrlSigner RSA = UrlSigner.rsa("");
    private static final UrlSigner EC = UrlSigner.ecdsa("");
    private static final String PIXEL =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    private final PrivateSite site;
    private final Path folder;
    private final Instant end = Instant.ofEpochSecond(Instant.now().getEpochSecond() + 3600);
    private UrlSigner rsa = RSA;
    private UrlSigner ec = EC;
    private SignedClient.Answer group;
    private SignedClient.Answer distribution;

    PrivateContentTest(@TempDir Path temporary) throws Exception {
        folder = temporary;
        site = new PrivateSite(temporary.resolve("data"));
        rsa = new UrlSigner(site.key("rsa", RSA.keys().getPublic()), RSA.keys());
        ec = new UrlSigner(site.key("ec", EC.keys().getPublic()), EC.keys());
        group = site.group("members", rsa.id(), ec.id());
        distribution = site.client.deployed(site.config("site", group.element("Id")));
    }

    @BeforeAll
    void keysAreFiles() throws IOException {
        Files.writeString(
                folder.resolve("rsa.pem"),
                PrivateSite.pem("PRIVATE KEY", RSA.keys().getPrivate().getEncoded()));
        Files.writeString(
                folder.resolve("ec.pem"),
                PrivateSite.pem("PRIVATE KEY", EC.keys().getPrivate().getEncoded()));
        byte[] pkcs1 = PrivateKeyInfo.getInstance(RSA.keys().getPrivate().getEncoded())
                .parsePrivateKey()
                .toASN1Primitive()
                .getEncoded();
        Files.writeString(folder.resolve("pkcs1.pem"), PrivateSite.pem("RSA PRIVATE KEY", pkcs1));
    }

    @AfterAll
    void stop() {
        site.close();
    }

    private String photo() {
        return site.url(distribution, "/private/photo.jpg");
    }

    /** Good as it is, and not for any other photo. */
    private void expectPhoto(String url) throws Exception {
        site.expectPhoto(url);
        site.expectRefused("AccessDenied", url.replace("/photo", "/other"));
    }

    private static String whole(String url, String target) {
        return url.substring(0, url.indexOf('/', 7)) + target;
    }

    @Test
    void urlsOfTheSdkForJavaOpenThePhoto() throws Exception {
        site.expectRefused("MissingKey", photo());
        for (UrlSigner signer : List.of(rsa, ec)) {
            for (String url : List.of(photo(), photo() + "?size=large")) {
                expectPhoto(whole(url, signer.canned(url, end)));
                expectPhoto(whole(url, signer.custom(url, url, end)));
            }
            site.expectPhoto(whole(photo(), signer.custom(photo(), photo().replace("/photo.jpg", "/*"), end)));
        }
        String shown = site.client
                .cloudfront("GET", "/distribution/" + distribution.element("Id"), "")
                .whole()
                .body();
        assertTrue(
                shown.contains("<ActiveTrustedKeyGroups><Enabled>true</Enabled><Quantity>1</Quantity><Items><KeyGroup>"
                        + "<KeyGroupId>" + group.element("Id")
                        + "</KeyGroupId><KeyPairIds><Quantity>2</Quantity><Items>"
                        + "<KeyPairId>" + rsa.id() + "</KeyPairId>"),
                shown);
    }

    /** A second group and site, so that the first stays as it is. */
    @Test
    void aChangeOfTheGroupIsOnePlanAndAnotherGroupOpensNothing() throws Exception {
        SignedClient.Answer own = site.group("visitors", rsa.id());
        SignedClient.Answer other = site.client.deployed(site.config("other", own.element("Id")));
        String url = site.url(other, "/private/photo.jpg");
        site.expectPhoto(whole(url, rsa.canned(url, end)));
        site.expectRefused("InvalidKey", whole(url, ec.canned(url, end)));
        site.expectPhoto(whole(photo(), ec.canned(photo(), end)));

        String path = "/key-group/" + own.element("Id");
        refused(
                412,
                "PreconditionFailed",
                site.client.cloudfront(
                        "PUT", path, PrivateSite.groupConfig("visitors", ec.id()), new Field("If-Match", "EOTHER")));
        refused(400, "InvalidIfMatchVersion", site.client.cloudfront("DELETE", path, ""));
        refused(409, "ResourceInUse", site.client.cloudfront("DELETE", path, "", new Field("If-Match", own.etag())));
        assertEquals(
                other.element("Id"),
                site.client
                        .cloudfront("GET", "/distributionsByKeyGroupId/" + own.element("Id"), "")
                        .expect(200)
                        .element("DistributionId"));
        site.update(own, PrivateSite.groupConfig("visitors", ec.id())).expect(200);
        site.client.awaitDeployed(other.element("Id"));
        site.expectRefused("InvalidKey", whole(url, rsa.canned(url, end)));
        site.expectPhoto(whole(url, ec.canned(url, end)));
        refused(
                400,
                "TrustedKeyGroupDoesNotExist",
                site.client.cloudfront(
                        "POST", "/distribution", site.config("third", "5b1f1b5e-0000-4000-8000-000000000000")));
    }

    private static void refused(int status, String code, SignedClient.Answer answer) {
        assertEquals(code, answer.expect(status).element("Code"));
    }

    @Test
    void keysAndGroupsAreListedShownAndKeptWhileInUse() throws Exception {
        SignedClient.Answer key =
                site.client.cloudfront("GET", "/public-key/" + rsa.id(), "").expect(200);
        assertTrue(rsa.id().matches("K[A-Z0-9]{13}"), rsa.id());
        assertEquals("rsa", key.element("Name"));
        assertTrue(key.element("EncodedKey").startsWith("-----BEGIN PUBLIC KEY-----"));
        refused(
                409,
                "PublicKeyInUse",
                site.client.cloudfront("DELETE", "/public-key/" + rsa.id(), "", new Field("If-Match", key.etag())));
        String path = "/public-key/" + rsa.id() + "/config";
        String other = PrivateSite.keyConfig("renamed", RSA.keys().getPublic());
        refused(
                400,
                "CannotChangeImmutablePublicKeyFields",
                site.client.cloudfront("PUT", path, other, new Field("If-Match", key.etag())));
        String config =
                site.client.cloudfront("GET", path, "").expect(200).whole().body();
        SignedClient.Answer changed = site.client
                .cloudfront(
                        "PUT",
                        path,
                        config.replace("<Comment></Comment>", "<Comment>new</Comment>"),
                        new Field("If-Match", key.etag()))
                .expect(200);
        assertEquals("new", changed.element("Comment"), config);
        String list = site.client
                .cloudfront("GET", "/public-key?MaxItems=1", "")
                .expect(200)
                .whole()
                .body();
        assertTrue(list.contains("<NextMarker>K") && list.contains("<Quantity>1</Quantity>"), list);
        String groups = site.client
                .cloudfront("GET", "/key-group", "")
                .expect(200)
                .whole()
                .body();
        assertTrue(groups.contains("<KeyGroupSummary><KeyGroup><Id>"), groups);
        assertEquals(
                "members",
                site.client
                        .cloudfront("GET", "/key-group/" + group.element("Id") + "/config", "")
                        .expect(200)
                        .element("Name"));
        refused(404, "NoSuchResource", site.client.cloudfront("GET", "/key-group/none", ""));
        refused(404, "NoSuchPublicKey", site.client.cloudfront("GET", "/public-key/KNONE", ""));
    }

    /** The output of a program, line by line. */
    private List<String> run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "output", ".txt");
        Path errors = Files.createTempFile(folder, "errors", ".txt");
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile())
                    .start();
        } catch (IOException missing) {
            throw skipped(command.getFirst() + " is not installed");
        }
        try {
            assertTrue(process.waitFor(120, TimeUnit.SECONDS), () -> "still running: " + command);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        assertEquals(0, process.exitValue(), () -> command + ": " + read(errors));
        return Files.readAllLines(output).stream()
                .filter(line -> !line.isBlank())
                .toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Nothing is left out in continuous integration. */
    private static TestAbortedException skipped(String why) {
        if (System.getenv("CI") != null) fail(why);
        return new TestAbortedException(why);
    }

    @Test
    @Tag("full")
    void urlsOfTheCommandLineOpenThePhoto() throws Exception {
        List<String> sign = List.of(
                "aws",
                "cloudfront",
                "sign",
                "--url",
                photo() + "?size=large",
                "--key-pair-id",
                rsa.id(),
                "--private-key",
                "file://" + folder.resolve("pkcs1.pem"),
                "--date-less-than",
                end.toString());
        expectPhoto(run(sign).getFirst());
        List<String> custom = new ArrayList<>(sign);
        custom.addAll(List.of("--ip-address", "127.0.0.1", "--date-greater-than", "2020-01-01"));
        expectPhoto(run(custom).getFirst());
        custom.set(custom.indexOf("127.0.0.1"), "192.0.2.1");
        site.expectRefused("AccessDenied", run(custom).getFirst());
    }

    @Test
    @Tag("full")
    void urlsOfBotocoreOpenThePhoto() throws Exception {
        Path script = Files.writeString(folder.resolve("sign.py"), """
                import datetime, sys
                from botocore.signers import CloudFrontSigner
                from cryptography.hazmat.primitives import hashes, serialization
                from cryptography.hazmat.primitives.asymmetric import ec, padding
                url, end = sys.argv[1], datetime.datetime.fromtimestamp(int(sys.argv[2]), datetime.timezone.utc)
                for name, key_id in zip(('rsa', 'ec'), sys.argv[4:]):
                    with open(sys.argv[3] + '/' + name + '.pem', 'rb') as file:
                        key = serialization.load_pem_private_key(file.read(), None)
                    if name == 'rsa':
                        sign = lambda message: key.sign(message, padding.PKCS1v15(), hashes.SHA1())
                    else:
                        sign = lambda message: key.sign(message, ec.ECDSA(hashes.SHA1()))
                    signer = CloudFrontSigner(key_id, sign)
                    print(signer.generate_presigned_url(url, date_less_than=end))
                    start = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
                    policy = signer.build_policy(url, end, date_greater_than=start, ip_address='127.0.0.0/8')
                    print(signer.generate_presigned_url(url, policy=policy))
                """);
        String seconds = Long.toString(end.getEpochSecond());
        List<String> urls = null;
        for (String python : List.of("python3", "/usr/bin/python3")) {
            if (urls != null || !imports(python)) continue;
            urls = run(
                    List.of(python, script.toString(), photo() + "?b", seconds, folder.toString(), rsa.id(), ec.id()));
        }
        if (urls == null) throw skipped("Debian's python3-botocore and python3-cryptography are not installed");
        assertEquals(4, urls.size());
        for (String url : urls) expectPhoto(url);
    }

    private static boolean imports(String python) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(python, "-c", "import botocore.signers, cryptography")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    @Test
    @Tag("full")
    void urlsAndCookiesOfTheSdkForJavaScriptOpenThePhoto() throws Exception {
        NodePackage signer = NodePackage.installed("@aws-sdk/cloudfront-signer", "3.1166.0");
        Path script = Files.writeString(folder.resolve("sign.cjs"), """
                const {getSignedUrl, getSignedCookies} = require(process.argv[2]);
                const fs = require('fs');
                const [, , , url, seconds, folder, ...ids] = process.argv;
                const dateLessThan = new Date(seconds * 1000).toISOString();
                ['rsa', 'ec'].forEach((name, i) => {
                  const privateKey = fs.readFileSync(`${folder}/${name}.pem`, 'utf8');
                  const by = {keyPairId: ids[i], privateKey};
                  const policy = JSON.stringify({Statement: [{Resource: url.replace(/photo.*/, 'pho*'), Condition: {
                    DateLessThan: {'AWS:EpochTime': Number(seconds)}, IpAddress: {'AWS:SourceIp': '127.0.0.1/32'}}}]});
                  console.log(getSignedUrl({url, dateLessThan, ...by}));
                  console.log(getSignedUrl({url, dateLessThan, dateGreaterThan: '2020-01-01', ipAddress: '127.0.0.1', ...by}));
                  console.log(getSignedUrl({url, policy, ...by}));
                  for (const cookies of [getSignedCookies({url, dateLessThan, ...by}), getSignedCookies({policy, ...by})]) {
                    console.log(Object.entries(cookies).map(([name, value]) => `${name}=${value}`).join('; '));
                  }
                });
                """);
        List<String> lines = run(List.of(
                "node",
                script.toString(),
                signer.folder().toString(),
                photo() + "?b",
                Long.toString(end.getEpochSecond()),
                folder.toString(),
                rsa.id(),
                ec.id()));
        assertEquals(10, lines.size());
        for (String line : lines) {
            if (line.startsWith("http:")) expectPhoto(line);
            else
                assertEquals(
                        "200",
                        Http.get(site.edge() + "/private/photo.jpg?b", hostWith(line))
                                .status(),
                        line);
        }
    }

    /** The Host field, and this Cookie field after it. */
    private String hostWith(String cookies) {
        return distribution.element("DomainName") + ":" + site.edge().getPort() + "\r\nCookie: " + cookies;
    }

    /** A page sets the cookies and shows the photo; where the page was never opened, the photo is refused. */
    @Test
    @Tag("full")
    void aBrowserWithCookiesShowsThePhotoAndAPrivateWindowDoesNot() throws Exception {
        Path browser = Path.of("/usr/bin/chromium");
        if (!Files.isExecutable(browser)) throw skipped("Debian's chromium is not installed");
        NodePackage puppeteer = NodePackage.installed("puppeteer-core", "24.8.2");
        site.origin
                .on("GET", "/private/pixel.png")
                .reply(
                        200,
                        Replies.maxAge(600),
                        Replies.header("Content-Type", "image/png"),
                        Replies.body(Content.bytes(Base64.getDecoder().decode(PIXEL))));
        String pixel = site.url(distribution, "/private/pixel.png");
        StringBuilder page = new StringBuilder("<!doctype html><title>Members</title><script>\n");
        for (String cookie : rsa.cookies(pixel.replace("pixel.png", "*"), end).split("; ", -1)) {
            page.append("document.cookie = '").append(cookie).append("; path=/private/; SameSite=Strict';\n");
        }
        page.append(
                "</script><p>Welcome</p><script>document.write(\"<img src='/private/pixel.png' width=200>\")</script>");
        site.origin
                .on("GET", "/members")
                .reply(200, Replies.header("Content-Type", "text/html"), Replies.body(page.toString()));
        Path script = Files.writeString(folder.resolve("browse.cjs"), """
                const puppeteer = require(process.argv[2]);
                const [, , , page, photo, profile, shots] = process.argv;
                (async () => {
                  const browser = await puppeteer.launch({
                    executablePath: '/usr/bin/chromium', headless: true, userDataDir: profile,
                    args: ['--no-sandbox', '--disable-gpu', `--host-resolver-rules=MAP ${new URL(page).hostname} 127.0.0.1`],
                  });
                  try {
                    const members = await browser.newPage();
                    await members.goto(page, {waitUntil: 'load'});
                    console.log(await members.evaluate(() => document.images[0].naturalWidth));
                    await members.screenshot({path: shots + '/with-cookies.png'});
                    const stranger = await (await browser.createBrowserContext()).newPage();
                    const refused = await stranger.goto(photo);
                    console.log(refused.status(), await refused.text());
                    await stranger.screenshot({path: shots + '/private-window.png'});
                    console.log((await members.goto(photo)).status());
                  } finally {
                    await browser.close();
                  }
                })().catch(error => { console.error(error); process.exit(1); });
                """);
        Path shots = Files.createDirectories(Path.of("target", "screenshots").toAbsolutePath());
        List<String> lines = run(List.of(
                "node",
                script.toString(),
                puppeteer.folder().toString(),
                site.url(distribution, "/members"),
                pixel,
                folder.resolve("profile").toString(),
                shots.toString()));
        assertEquals("1", lines.getFirst(), lines::toString);
        assertTrue(
                lines.get(1).startsWith("403 ") && lines.get(1).contains("<Code>MissingKey</Code>"), lines::toString);
        assertEquals("200", lines.getLast(), lines::toString);
    }
}
