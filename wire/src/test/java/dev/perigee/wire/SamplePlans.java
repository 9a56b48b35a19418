package dev.perigee.wire;

import dev.perigee.core.encrypt.EncryptionProfile;
import dev.perigee.core.encrypt.FieldEncryption;
import dev.perigee.core.http.Field;
import dev.perigee.core.http.Method;
import dev.perigee.core.plan.AccessLogging;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.Behavior.ViewerProtocolPolicy;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Cors;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.EdgeFunction;
import dev.perigee.core.plan.EdgeLambda;
import dev.perigee.core.plan.EdgeLambdas;
import dev.perigee.core.plan.ErrorRule;
import dev.perigee.core.plan.Failover;
import dev.perigee.core.plan.Forwarding;
import dev.perigee.core.plan.GeoRestriction;
import dev.perigee.core.plan.Guards;
import dev.perigee.core.plan.KeyValueStore;
import dev.perigee.core.plan.LogField;
import dev.perigee.core.plan.OfferedVersions;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.OriginAccess;
import dev.perigee.core.plan.Plan;
import dev.perigee.core.plan.Purge;
import dev.perigee.core.plan.RealtimeLog;
import dev.perigee.core.plan.RecordDelivery;
import dev.perigee.core.plan.ResponseHeadersPolicy;
import dev.perigee.core.plan.Selection;
import dev.perigee.core.plan.TrustedKey;
import dev.perigee.core.plan.TrustedKeys;
import dev.perigee.core.plan.ViewerFunctions;
import dev.perigee.core.tls.Challenges;
import dev.perigee.core.tls.MutualTls;
import dev.perigee.core.tls.SecurityPolicy;
import dev.perigee.core.tls.ServerCertificate;
import dev.perigee.core.tls.TlsSettings;
import dev.perigee.core.tls.TrustStore;
import java.util.List;
import java.util.Set;

/** Plans in which every component of every record has a value, and both values where it is nullable. */
final class SamplePlans {
    static final String CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/1";

    private SamplePlans() {}

    static Plan rich() {
        return new Plan(
                42,
                List.of(
                        photos(
                                "EPHOTOS",
                                "d1",
                                "images.pettracker.com",
                                new TlsSettings(CERTIFICATE, SecurityPolicy.TLS_V1_2_2021)),
                        photos("EOTHERS", "d2", "*.example.org").withWebAcl(SampleAcls.ARN),
                        photos(
                                "ECLIENTS",
                                "d3",
                                "clients.example.org",
                                TlsSettings.DEFAULT.with(new MutualTls(MutualTls.Mode.REQUIRED, "ts_1", true, false)))),
                List.of(
                        new Purge(7, "EPHOTOS", List.of("/pets/*", "/index.html?lang=en"), List.of("cats")),
                        new Purge(9, "EOTHERS", List.of("/*"), List.of())),
                6,
                "EPHOTOS",
                List.of(new ServerCertificate(
                        CERTIFICATE, List.of("images.pettracker.com"), List.of("MII="), "seal1:AAAA")),
                List.of(new TrustStore("ts_1", List.of("MII="))),
                new Challenges(
                        List.of(new Challenges.Http("token", "token.print", List.of("images.pettracker.com"))),
                        List.of(new ServerCertificate("proof", List.of("a.test"), List.of("MII="), "seal1:AAAA"))),
                List.of(SampleAcls.everything()),
                List.of(new EdgeFunction(
                        "rewrite", EdgeFunction.JsRuntime.JS_2_0, "function handler(event) {}", List.of("6f1c-4e"))),
                List.of(new KeyValueStore("6f1c-4e", 1, 2, List.of(new KeyValueStore.Pair("k", "\u00fc \"1\"")))));
    }

    /** With the default certificate, so that it needs nothing of a plan. */
    static Distribution photos(String id, String label, String alias) {
        return photos(id, label, alias, TlsSettings.DEFAULT);
    }

    private static EncryptionProfile cards() {
        return new EncryptionProfile("card-key", "PetTracker", "MIIB", List.of("card", "phone*"));
    }

    private static EdgeLambda resize() {
        String arn = "arn:aws:lambda:us-east-1:123456789012:function:resize:3";
        return new EdgeLambda(arn, "nodejs20.x", "index.handler", 128, 5, "a1".repeat(32));
    }

    private static Distribution photos(String id, String label, String alias, TlsSettings tls) {
        Behavior pictures = new Behavior(
                "/pets/*.jpg",
                bucket(),
                new Failover(backend(), Set.of(500, 502, 404)),
                ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                Set.of(Method.GET, Method.HEAD, Method.OPTIONS),
                Set.of(Method.GET, Method.HEAD),
                true,
                new CachePolicy(
                        "658327ea-f89d-4fab-a63d-7e88639e58f6",
                        1,
                        86_400,
                        31_536_000,
                        true,
                        true,
                        List.of("origin"),
                        Selection.of(List.of("session*")),
                        Selection.ALL),
                Forwarding.NOTHING,
                new ResponseHeadersPolicy(
                        "policy",
                        List.of(new ResponseHeadersPolicy.Rule("X-Name", "sn\u00f8 \"quoted\" \u2603", true)),
                        List.of("server"),
                        new Cors(
                                List.of("https://*.pettracker.com"),
                                true,
                                List.of(new Field("Access-Control-Allow-Credentials", "true")),
                                List.of(new Field("Access-Control-Max-Age", "600"))),
                        12.5),
                false,
                new TrustedKeys(List.of(new TrustedKey("K2JCJMDEHXQW5F", "MIIB"))),
                new FieldEncryption(
                        true,
                        List.of(
                                new FieldEncryption.ByType(FieldEncryption.FORM, cards()),
                                new FieldEncryption.ByType("text/plain", null)),
                        new FieldEncryption.ByQuery(false, List.of(new FieldEncryption.Argument("cards", cards())))),
                id.equals("EPHOTOS") ? new ViewerFunctions("rewrite", "rewrite") : null,
                new RealtimeLog("live", 10, List.of(LogField.TIMESTAMP, LogField.C_IP), "photo-requests"),
                new EdgeLambdas(null, new EdgeLambdas.Association(resize(), true), null, null));
        Behavior everything = new Behavior(
                "*",
                backend(),
                null,
                tls.mutual() == null ? ViewerProtocolPolicy.ALLOW_ALL : ViewerProtocolPolicy.HTTPS_ONLY,
                Set.of(Method.values()),
                Set.of(Method.GET, Method.HEAD),
                false,
                new CachePolicy("legacy", 0, 0, 0, false, false, List.of(), Selection.NONE, Selection.NONE),
                new Forwarding(
                        Forwarding.Headers.ALL_EXCEPT,
                        List.of("host"),
                        Selection.ALL,
                        Selection.allExcept(List.of("t"))),
                null,
                true,
                null,
                null,
                null,
                null,
                null);
        return new Distribution(
                id,
                label + ".cloudfront.net",
                List.of(label + ".cloudfront.localhost", label + ".cloudfront.net", alias),
                !id.equals("EOTHERS"),
                List.of(pictures, everything),
                id.equals("EOTHERS") ? null : "index.html",
                List.of(new ErrorRule(404, 10, "/missing.html", 200), new ErrorRule(503, 0, null, 0)),
                id.equals("EOTHERS") ? null : "x-tags",
                id.equals("EPHOTOS") ? OfferedVersions.HTTP_2_AND_3 : OfferedVersions.HTTP_1_1,
                tls,
                id.equals("EPHOTOS") ? new GeoRestriction(false, List.of("AU", "DE")) : null,
                id.equals("EPHOTOS") ? new Guards(20, 5_000_000, 4_000_000) : null,
                null,
                id.equals("EPHOTOS")
                        ? new AccessLogging("logs.s3.eu-west-1.amazonaws.com", "eu-west-1", "photos/", true)
                        : null,
                List.of(bucket().by(new Origin.Names("host.test", null, List.of("*.host.test")))),
                List.of(new RecordDelivery(
                        "Zq1",
                        id,
                        "logs.s3.amazonaws.com",
                        "us-east-1",
                        "AWSLogs/{yyyy}/",
                        RecordDelivery.Format.JSON,
                        List.of(LogField.DATE, LogField.CS_COOKIE),
                        "",
                        true)));
    }

    private static Origin bucket() {
        return new Origin(
                "bucket",
                "pettracker-images.s3.amazonaws.com",
                "/production",
                List.of(),
                Origin.Kind.S3,
                80,
                443,
                Origin.ProtocolPolicy.MATCH_VIEWER,
                List.of("TLSv1.2"),
                3,
                10,
                30,
                5,
                0,
                new OriginAccess.Signed("s3", "us-east-1", true),
                null);
    }

    private static Origin backend() {
        return new Origin(
                "backend",
                "localhost",
                "",
                List.of(new Field("X-Secret", "a,b; c=\"d\"")),
                Origin.Kind.CUSTOM,
                8081,
                8444,
                Origin.ProtocolPolicy.HTTP_ONLY,
                List.of("TLSv1.1", "TLSv1.2"),
                1,
                2,
                60,
                30,
                90,
                new OriginAccess.Anonymous(),
                null);
    }
}
