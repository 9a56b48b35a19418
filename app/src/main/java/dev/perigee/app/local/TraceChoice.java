package dev.perigee.app.local;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where spans of sampled requests go.
 *
 * @param endpoint of a collector, for OTLP over HTTP
 * @param sample share of requests, from 0 to 1
 * @param trust whether a viewer's traceparent is taken over
 */
public record TraceChoice(URI endpoint, double sample, boolean trust) {
    private static final String USUAL_PATH = "/v1/traces";
    private static final double USUAL_SAMPLE = 0.01;

    public TraceChoice {
        if (!(sample >= 0 && sample <= 1)) {
            throw new IllegalArgumentException("--trace-sample is a share from 0 to 1, not " + sample);
        }
    }

    /**
     * What the flags of {@code up} say; null without an endpoint.
     *
     * @throws IllegalArgumentException with a line for the user
     */
    public static @Nullable TraceChoice of(@Nullable String endpoint, @Nullable String sample, boolean trust) {
        if (endpoint == null || endpoint.isBlank()) {
            if (sample != null || trust) throw new IllegalArgumentException("flags of traces go with --traces");
            return null;
        }
        try {
            URI uri = URI.create(endpoint.strip());
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (!web || uri.getHost() == null) throw new IllegalArgumentException("no URL");
            boolean bare = uri.getPath() == null
                    || uri.getPath().isEmpty()
                    || uri.getPath().equals("/");
            double share = sample == null ? USUAL_SAMPLE : Double.parseDouble(sample);
            return new TraceChoice(bare ? uri.resolve(USUAL_PATH) : uri, share, trust);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--trace-sample is a share from 0 to 1, not " + sample, e);
        } catch (IllegalArgumentException e) {
            if (String.valueOf(e.getMessage()).startsWith("--trace-sample")) throw e;
            throw new IllegalArgumentException("--traces is the URL of a collector, not " + endpoint, e);
        }
    }
}
