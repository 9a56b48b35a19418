package dev.perigee.app.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perigee.app.folder.SystemFolder;
import dev.perigee.core.http.Field;
import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.Replies;
import dev.perigee.testkit.ScriptedOrigin;
import java.net.URI;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.Base64;

/** A local system, and behind it an origin whose photo is private. */
final class PrivateSite implements AutoCloseable {
    private static final String XMLNS = " xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"";

    private final LocalSystem.Started started;
    final SignedClient client;
    final ScriptedOrigin origin = ScriptedOrigin.start(new ManualClock());

    PrivateSite(Path folder) throws StartFailure {
        started = LocalSystem.start(SystemFolder.at(folder), LocalOptions.on(PortChoice.AUTO), "test");
        client = new SignedClient(started.runFile().api());
        origin.on("GET", "/private/*").reply(200, Replies.maxAge(600), Replies.body("photo"));
    }

    static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    static String keyConfig(String name, PublicKey key) {
        return "<PublicKeyConfig" + XMLNS + "><CallerReference>ref-" + name + "</CallerReference><Name>" + name
                + "</Name><EncodedKey>" + pem("PUBLIC KEY", key.getEncoded()) + "</EncodedKey></PublicKeyConfig>";
    }

    /** The id of a new public key. */
    String key(String name, PublicKey key) throws Exception {
        return client.cloudfront("POST", "/public-key", keyConfig(name, key))
                .expect(201)
                .element("Id");
    }

    static String groupConfig(String name, String... keys) {
        StringBuilder items = new StringBuilder();
        for (String key : keys) items.append("<PublicKey>").append(key).append("</PublicKey>");
        return "<KeyGroupConfig" + XMLNS + "><Name>" + name + "</Name><Items>" + items + "</Items></KeyGroupConfig>";
    }

    SignedClient.Answer group(String name, String... keys) throws Exception {
        return client.cloudfront("POST", "/key-group", groupConfig(name, keys)).expect(201);
    }

    SignedClient.Answer update(SignedClient.Answer group, String config) throws Exception {
        return client.cloudfront(
                "PUT", "/key-group/" + group.element("Id"), config, new Field("If-Match", group.etag()));
    }

    /** Everything below /private/ needs a signature by a key of this group. */
    String config(String reference, String group) {
        String behaviors = """
                <CacheBehaviors><Quantity>1</Quantity><Items><CacheBehavior><PathPattern>/private/*</PathPattern>
                <TargetOriginId>o</TargetOriginId><ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy>
                <TrustedKeyGroups><Enabled>true</Enabled><Quantity>1</Quantity><Items><KeyGroup>%s</KeyGroup></Items>
                </TrustedKeyGroups><CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId></CacheBehavior>
                </Items></CacheBehaviors>
                """.formatted(group);
        return SignedClient.oneOrigin(reference, origin.port()).replace("<Comment>", behaviors + "<Comment>");
    }

    URI edge() {
        return URI.create(started.runFile().pops().getFirst().http());
    }

    /** A site's URL, as its viewers have it: with the port of the edge. */
    String url(SignedClient.Answer distribution, String path) {
        return "http://" + distribution.element("DomainName") + ":" + edge().getPort() + path;
    }

    /** Asks the edge for a URL of its own. */
    Http.Answer get(String url) throws Exception {
        URI uri = URI.create(url);
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return Http.get(edge() + uri.getRawPath() + query, uri.getAuthority());
    }

    void expectPhoto(String url) throws Exception {
        Http.Answer answer = get(url);
        assertEquals("200", answer.status(), () -> url + "\n" + answer.whole());
    }

    void expectRefused(String code, String url) throws Exception {
        Http.Answer answer = get(url);
        assertEquals("403", answer.status(), () -> url + "\n" + answer.whole());
        assertEquals(true, answer.whole().contains("<Code>" + code + "</Code>"), answer.whole());
    }

    @Override
    public void close() {
        client.close();
        started.system().close();
        origin.close();
    }
}
