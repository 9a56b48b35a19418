package dev.perigee.lab.tour;

import dev.perigee.core.http.Field;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.w3c.dom.Document;

/** The distribution in front of the bucket, from creation to deletion, through the CloudFront API. */
final class TourDistribution {
    /** The managed policy CachingOptimized. */
    private static final String CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6";

    private static final String COLLECTION = "/2020-05-31/distribution";
    private static final byte[] NOTHING = {};
    private static final Duration DEPLOY_MAX = Duration.ofSeconds(60);
    private static final long POLL_MILLIS = 10;

    private final SignedApi api;
    private final String id;
    private final String label;
    private final double deployMs;

    private TourDistribution(SignedApi api, String id, String label, double deployMs) {
        this.api = api;
        this.id = id;
        this.label = label;
        this.deployMs = deployMs;
    }

    /** Creates one and waits until every edge has it; {@code created} hears of it as soon as it exists. */
    static TourDistribution create(SignedApi api, String originHost, String reference, Created created)
            throws IOException, TourFailed {
        long start = System.nanoTime();
        byte[] config = config(originHost, reference).getBytes(StandardCharsets.UTF_8);
        var reply = api.call("POST", "cloudfront", COLLECTION, config, XML).require(201);
        Document document = Xml.parse(reply.body());
        String id = Xml.child(document, "Id").getTextContent();
        String domain = Xml.child(document, "DomainName").getTextContent();
        int dot = domain.indexOf('.');
        String label = dot < 0 ? domain : domain.substring(0, dot);
        created.accept(new TourDistribution(api, id, label, 0));
        awaitDeployed(api, id);
        return new TourDistribution(api, id, label, Math.round((System.nanoTime() - start) / 1e4) / 100.0);
    }

    /** Hears of a distribution that will have to be deleted. */
    @FunctionalInterface
    interface Created {
        void accept(TourDistribution distribution);
    }

    private static final List<Field> XML = List.of(new Field("Content-Type", "text/xml"));

    String id() {
        return id;
    }

    /** The first label of its domain name. */
    String label() {
        return label;
    }

    double deployMs() {
        return deployMs;
    }

    /** Disables it, waits until every edge knows, deletes it. */
    void delete() throws IOException, TourFailed {
        String path = COLLECTION + "/" + id;
        var current = api.call("GET", "cloudfront", path + "/config", NOTHING, List.of());
        if (current.status() == 404) return;
        Document config = Xml.parse(current.require(200).body());
        Xml.child(config, "Enabled").setTextContent("false");
        byte[] disabled = Xml.write(config).getBytes(StandardCharsets.UTF_8);
        List<Field> ifCurrent =
                List.of(new Field("Content-Type", "text/xml"), new Field("If-Match", current.requireEtag()));
        var updated = api.call("PUT", "cloudfront", path + "/config", disabled, ifCurrent)
                .require(200);
        awaitDeployed(api, id);
        api.call("DELETE", "cloudfront", path, NOTHING, List.of(new Field("If-Match", updated.requireEtag())))
                .require(204);
    }

    private static void awaitDeployed(SignedApi api, String id) throws IOException, TourFailed {
        long deadline = System.nanoTime() + DEPLOY_MAX.toNanos();
        while (true) {
            var reply = api.call("GET", "cloudfront", COLLECTION + "/" + id, NOTHING, List.of())
                    .require(200);
            if (Xml.child(Xml.parse(reply.body()), "Status").getTextContent().equals("Deployed")) return;
            if (System.nanoTime() > deadline)
                throw new TourFailed(
                        "distribution " + id + " was not deployed within " + DEPLOY_MAX.toSeconds() + " s");
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new TourFailed("stopped while waiting for distribution " + id, stopped);
            }
        }
    }

    static String config(String originHost, String reference) {
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
                  <CallerReference>%s</CallerReference>
                  <Origins>
                    <Quantity>1</Quantity>
                    <Items>
                      <Origin>
                        <Id>photos</Id>
                        <DomainName>%s</DomainName>
                        <OriginPath></OriginPath>
                        <S3OriginConfig><OriginAccessIdentity></OriginAccessIdentity></S3OriginConfig>
                      </Origin>
                    </Items>
                  </Origins>
                  <DefaultCacheBehavior>
                    <TargetOriginId>photos</TargetOriginId>
                    <ViewerProtocolPolicy>redirect-to-https</ViewerProtocolPolicy>
                    <CachePolicyId>%s</CachePolicyId>
                  </DefaultCacheBehavior>
                  <Comment>Perigee tour</Comment>
                  <Enabled>true</Enabled>
                </DistributionConfig>
                """.formatted(reference, originHost, CACHING_OPTIMIZED);
    }
}
