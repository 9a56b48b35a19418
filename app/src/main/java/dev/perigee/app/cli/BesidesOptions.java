package dev.perigee.app.cli;

import dev.perigee.core.cost.Extras;
import dev.perigee.core.cost.PriceRegion;
import java.math.BigDecimal;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What costs something and stands in no access log. */
final class BesidesOptions {
    @Option(
            names = "--invalidation-paths",
            paramLabel = "N",
            description =
                    "Paths that were invalidated (default: this month's of the own system that runs, if it is its cost).")
    private @Nullable Long paths;

    @Option(names = "--function-calls", paramLabel = "N", description = "Calls of CloudFront Functions.")
    private long functionCalls;

    @Option(names = "--store-reads", paramLabel = "N", description = "Reads from key value stores by functions.")
    private long storeReads;

    @Option(names = "--lambda-calls", paramLabel = "N", description = "Calls of Lambda@Edge functions.")
    private long lambdaCalls;

    @Option(names = "--lambda-gb-seconds", paramLabel = "N", description = "Their memory by their time.")
    private BigDecimal lambdaSeconds = BigDecimal.ZERO;

    @Option(names = "--realtime-lines", paramLabel = "N", description = "Lines of real-time logs.")
    private long realtimeLines;

    @Option(names = "--shield-requests", paramLabel = "N", description = "Requests from edges to Origin Shield.")
    private long shieldRequests;

    @Option(names = "--shield-region", paramLabel = "CODE", description = "Where Origin Shield is (default: US).")
    private String shieldRegion = "US";

    @Option(names = "--s3-requests", paramLabel = "N", description = "Requests of edges to S3 (GET and HEAD).")
    private long s3Requests;

    boolean saysInvalidations() {
        return paths != null;
    }

    /**
     * All of these.
     *
     * @param region reads the value of an option
     * @param invalidated where nobody has said
     */
    Extras extras(BiFunction<String, String, PriceRegion> region, long invalidated) {
        return new Extras(
                paths == null ? invalidated : paths,
                functionCalls,
                storeReads,
                lambdaCalls,
                lambdaSeconds,
                realtimeLines,
                shieldRequests,
                region.apply("--shield-region", shieldRegion),
                s3Requests);
    }

    /** Whether one of them is less than nothing. */
    boolean belowZero() {
        long least = Math.min(Math.min(functionCalls, storeReads), Math.min(lambdaCalls, realtimeLines));
        least = Math.min(least, Math.min(shieldRequests, s3Requests));
        return least < 0 || lambdaSeconds.signum() < 0 || (paths != null && paths < 0);
    }
}
