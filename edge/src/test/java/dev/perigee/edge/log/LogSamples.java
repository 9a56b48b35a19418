package dev.perigee.edge.log;

import dev.perigee.core.http.Method;
import dev.perigee.core.plan.AccessLogging;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.Selection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** Distributions whose log goes somewhere, and their lines. */
final class LogSamples {
    private LogSamples() {}

    static Distribution distribution(String id, String bucket, String prefix) {
        var origin =
                Origin.builder("o", "origin.example.com").completionTimeout(30).build();
        var behavior = Behavior.builder(
                        "*",
                        origin,
                        new CachePolicy("p", 0, 0, 0, false, false, List.of(), Selection.NONE, Selection.NONE))
                .allowedMethods(Set.of(Method.GET))
                .cachedMethods(Set.of(Method.GET))
                .build();
        return Distribution.builder(id, id.toLowerCase(java.util.Locale.ROOT) + ".cloudfront.net", List.of(behavior))
                .hosts(List.of())
                .logging(new AccessLogging(bucket + ".s3.amazonaws.com", "us-east-1", prefix, false))
                .build();
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
