package dev.perigee.edge.log;

import dev.perigee.core.http.Method;
import dev.perigee.core.plan.AccessLogging;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.Behavior.ViewerProtocolPolicy;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.Forwarding;
import dev.perigee.core.plan.OfferedVersions;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.OriginAccess;
import dev.perigee.core.plan.Selection;
import dev.perigee.core.tls.TlsSettings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** Distributions whose log goes somewhere, and their lines. */
final class LogSamples {
    private LogSamples() {}

    static Distribution distribution(String id, String bucket, String prefix) {
        var origin = new Origin(
                "o",
                "origin.example.com",
                "",
                List.of(),
                Origin.Kind.CUSTOM,
                80,
                443,
                Origin.ProtocolPolicy.HTTP_ONLY,
                List.of("TLSv1.2"),
                3,
                10,
                30,
                5,
                30,
                new OriginAccess.Anonymous());
        var behavior = new Behavior(
                "*",
                origin,
                null,
                ViewerProtocolPolicy.ALLOW_ALL,
                Set.of(Method.GET),
                Set.of(Method.GET),
                false,
                new CachePolicy("p", 0, 0, 0, false, false, List.of(), Selection.NONE, Selection.NONE),
                Forwarding.NOTHING,
                null,
                false);
        return new Distribution(
                id,
                id.toLowerCase(java.util.Locale.ROOT) + ".cloudfront.net",
                List.of(),
                true,
                List.of(behavior),
                null,
                List.of(),
                null,
                OfferedVersions.HTTP_2,
                TlsSettings.DEFAULT,
                null,
                null,
                null,
                new AccessLogging(bucket + ".s3.amazonaws.com", "us-east-1", prefix, false),
                List.of());
    }

    /** Adds a line to a batch, to be delivered. */
    static void add(LogBatch<Distribution> batch, Distribution distribution, String line) {
        byte[] more = (line + '\n').getBytes(StandardCharsets.ISO_8859_1);
        int start = batch.length;
        batch.bytes = java.util.Arrays.copyOf(batch.bytes, start + more.length);
        System.arraycopy(more, 0, batch.bytes, start, more.length);
        batch.length += more.length;
        batch.lines++;
        batch.mark(start, batch.length, distribution);
    }
}
