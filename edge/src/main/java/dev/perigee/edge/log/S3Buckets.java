package dev.perigee.edge.log;

import dev.perigee.core.http.Field;
import dev.perigee.core.sign.SigV4;
import dev.perigee.edge.origin.OriginKeys;
import dev.perigee.edge.origin.OriginRoutes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** Buckets of S3, by its API with signed requests: those that edges have routes and keys for as origins. */
public final class S3Buckets implements LogBuckets {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int ANSWER_MILLIS = 30_000;
    private static final int ERROR_MAX = 4096;
    private static final String SERVICE_NAME = ".s3.";

    private final OriginRoutes routes;
    private final OriginKeys keys;
    private final InstantSource clock;

    /** @param clock of the wall, which signatures are checked against */
    public S3Buckets(OriginRoutes routes, OriginKeys keys, InstantSource clock) {
        this.routes = routes;
        this.keys = keys;
        this.clock = clock;
    }

    @Override
    public void put(String bucket, String region, String key, byte[] content) throws IOException {
        OriginKeys.Entry known = keys.find(bucket);
        if (known == null) throw new IOException("this edge has no key for " + bucket);
        OriginRoutes.Route route = routes.find(bucket);
        String base =
                route == null ? "https://" + bucket : (route.tls() ? "https://" : "http://") + at(route.address());
        String path = (route == null ? "" : "/" + name(bucket)) + "/" + encoded(key);
        Instant now = clock.instant();
        String hash = SigV4.sha256(content);
        List<Field> signed = List.of(
                new Field("Host", URI.create(base).getAuthority()),
                new Field("X-Amz-Date", SigV4.timestamp(now)),
                new Field("X-Amz-Content-Sha256", hash));
        var credentials = new SigV4.Credentials(known.accessKeyId(), known.secretAccessKey());
        String authorization =
                SigV4.sign(new SigV4.Request("PUT", path, null, signed, hash), credentials, "s3", region, now);
        send(URI.create(base + path), signed, authorization, content);
    }

    private static void send(URI uri, List<Field> signed, String authorization, byte[] content) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(ANSWER_MILLIS);
        connection.setInstanceFollowRedirects(false);
        connection.setRequestMethod("PUT");
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(content.length);
        // The connection sends the same Host by itself.
        for (Field field : signed.subList(1, signed.size())) connection.setRequestProperty(field.name(), field.value());
        connection.setRequestProperty("Authorization", authorization);
        boolean gzip = uri.getPath().endsWith(".gz");
        connection.setRequestProperty("Content-Type", gzip ? "application/x-gzip" : "application/octet-stream");
        try (OutputStream out = connection.getOutputStream()) {
            out.write(content);
        }
        int status = connection.getResponseCode();
        try (InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            byte[] told = body == null ? new byte[0] : body.readNBytes(ERROR_MAX);
            if (status / 100 != 2) throw new IOException(failure(status, new String(told, StandardCharsets.UTF_8)));
        }
    }

    private static String failure(int status, String document) {
        int open = document.indexOf("<Code>");
        int close = document.indexOf("</Code>", Math.max(open, 0));
        return "S3 answered " + status + (open < 0 || close < 0 ? "" : " " + document.substring(open + 6, close));
    }

    private static String name(String bucket) {
        int end = bucket.lastIndexOf(SERVICE_NAME);
        return end < 0 ? bucket : bucket.substring(0, end);
    }

    private static String at(InetSocketAddress address) {
        String host = address.getAddress() == null
                ? address.getHostString()
                : address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** As S3 and its signatures want it: a space is no plus sign, a tilde stands for itself, slashes stay. */
    private static String encoded(String key) {
        return URLEncoder.encode(key, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~")
                .replace("%2F", "/");
    }
}
