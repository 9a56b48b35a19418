package dev.perigee.app.local;

import dev.perigee.core.http.Field;
import dev.perigee.core.sign.SigV4;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a test asks of the API, signed with the key of local systems, or another. */
final class SignedClient implements AutoCloseable {
    private static final SigV4.Credentials TEST = new SigV4.Credentials("test", "test");

    private final String api;
    private final SigV4.Credentials key;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** An answer whose body is text. */
    record Answer(int status, HttpResponse<String> whole) {
        String etag() {
            return whole.headers().firstValue("ETag").orElseThrow();
        }

        /** The text of the first element with this name. */
        String element(String name) {
            Matcher matcher = Pattern.compile("<" + name + ">([^<]*)</").matcher(whole.body());
            if (!matcher.find()) throw new AssertionError("no " + name + " in " + whole.body());
            return matcher.group(1);
        }

        /** The string of the first member with this name. */
        String member(String name) {
            Matcher matcher = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(whole.body());
            if (!matcher.find()) throw new AssertionError("no " + name + " in " + whole.body());
            return matcher.group(1);
        }

        Answer expect(int status) {
            if (this.status != status) throw new AssertionError("status " + this.status + ": " + whole.body());
            return this;
        }
    }

    SignedClient(String api) {
        this(api, TEST);
    }

    SignedClient(String api, SigV4.Credentials key) {
        this.api = api;
        this.key = key;
    }

    Answer s3(String method, String path, String body, Field... fields) throws Exception {
        return call("s3", method, path, null, body, fields);
    }

    Answer cloudfront(String method, String path, String body, Field... fields) throws Exception {
        int query = path.indexOf('?');
        String bare = "/2020-05-31" + (query < 0 ? path : path.substring(0, query));
        return call("cloudfront", method, bare, query < 0 ? null : path.substring(query + 1), body, fields);
    }

    /** An operation of the Certificate Manager. */
    Answer acm(String operation, String json) throws Exception {
        return json("acm", "CertificateManager." + operation, json);
    }

    /** An operation of WAFv2. */
    Answer waf(String operation, String json) throws Exception {
        return json("wafv2", "AWSWAF_20190729." + operation, json);
    }

    /** An operation of CloudWatch Logs. */
    Answer logs(String operation, String json) throws Exception {
        return json("logs", "Logs_20140328." + operation, json);
    }

    private Answer json(String service, String target, String json) throws Exception {
        return call(
                service,
                "POST",
                "/",
                null,
                json,
                new Field("X-Amz-Target", target),
                new Field("Content-Type", "application/x-amz-json-1.1"));
    }

    /** An operation of CloudWatch, in the Query protocol. */
    Answer monitoring(String form) throws Exception {
        return call(
                "monitoring",
                "POST",
                "/",
                null,
                form,
                new Field("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"));
    }

    /** An operation on Lambda functions. */
    Answer lambda(String method, String path, String json) throws Exception {
        int query = path.indexOf('?');
        // What came later has its own date.
        String dated = path.startsWith("/20") ? path : "/2015-03-31/functions" + path;
        String bare = query < 0 ? dated : dated.substring(0, dated.indexOf('?'));
        return call("lambda", method, bare, query < 0 ? null : path.substring(query + 1), json);
    }

    /** A distribution with one origin on this port of this machine, and CloudFront's usual cache policy. */
    static String oneOrigin(String reference, int port) {
        return """
                <DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
                <CallerReference>%s</CallerReference>
                <Origins><Quantity>1</Quantity><Items><Origin><Id>o</Id><DomainName>localhost</DomainName>
                <CustomOriginConfig><HTTPPort>%d</HTTPPort><HTTPSPort>443</HTTPSPort>
                <OriginProtocolPolicy>http-only</OriginProtocolPolicy></CustomOriginConfig></Origin></Items></Origins>
                <DefaultCacheBehavior><TargetOriginId>o</TargetOriginId>
                <ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy>
                <CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId></DefaultCacheBehavior>
                <Comment></Comment><Enabled>true</Enabled></DistributionConfig>
                """.formatted(reference, port);
    }

    /** Creates a distribution and waits until every edge has it. */
    Answer deployed(String distributionConfig) throws Exception {
        Answer made = cloudfront("POST", "/distribution", distributionConfig).expect(201);
        awaitDeployed(made.element("Id"));
        return made;
    }

    /** Waits until every edge has the distribution as it is now. */
    void awaitDeployed(String id) throws Exception {
        String path = "/distribution/" + id;
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!cloudfront("GET", path, "").expect(200).element("Status").equals("Deployed")) {
            if (System.nanoTime() > deadline) throw new AssertionError("not deployed within a minute");
            LockSupport.parkNanos(10_000_000);
        }
    }

    Answer sts() throws Exception {
        return call("sts", "POST", "/", null, "Action=GetCallerIdentity&Version=2011-06-15");
    }

    private Answer call(
            String service, String method, String path, @Nullable String query, String body, Field... fields)
            throws Exception {
        Instant now = Instant.now();
        String hash = SigV4.sha256(body.getBytes(StandardCharsets.UTF_8));
        var signed = new ArrayList<Field>(List.of(
                new Field("Host", URI.create(api).getAuthority()),
                new Field("X-Amz-Date", SigV4.timestamp(now)),
                new Field("X-Amz-Content-Sha256", hash)));
        signed.addAll(Arrays.asList(fields));
        String authorization =
                SigV4.sign(new SigV4.Request(method, path, query, signed, hash), key, service, "us-east-1", now);
        var request = HttpRequest.newBuilder(URI.create(api + path + (query == null ? "" : "?" + query)))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", authorization)
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        signed.stream().skip(1).forEach(field -> request.header(field.name(), field.value()));
        var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(answer.statusCode(), answer);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
