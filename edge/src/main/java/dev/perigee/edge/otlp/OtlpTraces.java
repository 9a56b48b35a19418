package dev.perigee.edge.otlp;

import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.Distribution;
import dev.perigee.edge.origin.UpstreamTimes;
import dev.perigee.edge.serve.Exchange;
import dev.perigee.edge.trace.RequestTraces;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sends spans of sampled requests to a collector, by OTLP over HTTP: one for the request, and below it one for looking in the
 * cache and one for asking the origin. They are made when the request has ended, so that others cost one draw.
 */
public final class OtlpTraces implements RequestTraces {
    /** Spans that wait to be sent; what comes on top is dropped. */
    private static final int QUEUE_MAX = 4096;

    private static final long CLOSE_SECONDS = 2;
    /** The library's own words, which would go to standard error; kept, as loggers that nobody has are forgotten. */
    private static final Logger QUIET = Logger.getLogger("io.opentelemetry");

    private final SdkTracerProvider provider;
    private final Tracer tracer;
    private final double share;
    private final boolean trusting;
    private final String pop;

    /**
     * Begins to send.
     *
     * @param endpoint of the collector, with its path
     * @param share of requests, from 0 to 1
     * @param trusting whether a viewer's traceparent is taken over, and decides
     */
    public OtlpTraces(URI endpoint, double share, boolean trusting, String pop) {
        QUIET.setLevel(Level.OFF);
        this.share = share;
        this.trusting = trusting;
        this.pop = pop;
        var exporter = new WatchedExporter(
                OtlpHttpSpanExporter.builder()
                        .setEndpoint(endpoint.toString())
                        .setTimeout(Duration.ofSeconds(10))
                        .build(),
                pop);
        provider = SdkTracerProvider.builder()
                .setSampler(Sampler.alwaysOn())
                .setResource(Resource.create(Attributes.builder()
                        .put("service.name", "perigee")
                        .put("service.instance.id", pop)
                        .build()))
                .addSpanProcessor(BatchSpanProcessor.builder(exporter)
                        .setMaxQueueSize(QUEUE_MAX)
                        .setScheduleDelay(Duration.ofSeconds(1))
                        .build())
                .build();
        tracer = provider.get("dev.perigee.edge");
    }

    @Override
    public void ended(Exchange x) {
        SpanContext parent = trusting ? Traceparent.read(x.received().fields().first("traceparent")) : null;
        boolean wanted = parent == null ? ThreadLocalRandom.current().nextDouble() < share : parent.isSampled();
        if (!wanted) return;
        long offset = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - System.nanoTime();
        Span request = request(x, parent, offset);
        Context below = Context.root().with(request);
        UpstreamTimes times = x.originTimes();
        UpstreamTimes origin = times == null || times.upstream() == null ? null : times;
        long found = origin == null ? x.firstByteNanos() : origin.beganNanos();
        if (found > x.startedNanos()) {
            child("lookup", SpanKind.INTERNAL, below, x.startedNanos() + offset)
                    .end(found + offset, TimeUnit.NANOSECONDS);
        }
        if (origin != null) asking(x, origin, below, offset);
        request.end(x.endedNanos() + offset, TimeUnit.NANOSECONDS);
    }

    private Span request(Exchange x, @Nullable SpanContext parent, long offset) {
        RequestHead head = x.received();
        Distribution distribution = x.distribution();
        Behavior behavior = x.behavior();
        SpanBuilder builder = tracer.spanBuilder(head.method())
                .setSpanKind(SpanKind.SERVER)
                .setStartTimestamp(x.startedNanos() + offset, TimeUnit.NANOSECONDS)
                .setAttribute("http.request.method", head.method())
                .setAttribute("url.scheme", x.viewer().secure() ? "https" : "http")
                // Without the query, where signatures are.
                .setAttribute("url.path", head.path())
                .setAttribute("network.protocol.version", head.version().number())
                .setAttribute("client.address", x.viewer().remote().getAddress().getHostAddress())
                .setAttribute("http.response.status_code", (long) x.status())
                .setAttribute("http.response.size", x.sentOctets())
                .setAttribute("perigee.pop", pop)
                .setAttribute("perigee.request_id", x.idText())
                .setAttribute("perigee.result", x.result().word());
        String host = head.fields().first("Host");
        if (host != null) builder.setAttribute("server.address", host);
        if (distribution != null) builder.setAttribute("perigee.distribution", distribution.id());
        if (behavior != null) builder.setAttribute("perigee.behavior", behavior.pathPattern());
        builder.setParent(parent == null ? Context.root() : Context.root().with(Span.wrap(parent)));
        Span span = builder.startSpan();
        if (x.status() >= 500 || x.status() == 0) span.setStatus(StatusCode.ERROR);
        return span;
    }

    private void asking(Exchange x, UpstreamTimes origin, Context below, long offset) {
        long began = origin.beganNanos();
        // While it is still flowing, as far as the viewer has waited for it.
        long took = origin.lastByteNanos() > 0 ? origin.askedNanos() + origin.lastByteNanos() : x.endedNanos() - began;
        Span span = child("origin fetch", SpanKind.CLIENT, below, began + offset);
        Behavior behavior = x.behavior();
        if (behavior != null)
            span.setAttribute("server.address", behavior.origin().domainName());
        span.setAttribute("perigee.first_byte_ms", TimeUnit.NANOSECONDS.toMillis(origin.firstByteNanos()));
        span.end(began + took + offset, TimeUnit.NANOSECONDS);
    }

    private Span child(String name, SpanKind kind, Context below, long from) {
        return tracer.spanBuilder(name)
                .setSpanKind(kind)
                .setParent(below)
                .setStartTimestamp(from, TimeUnit.NANOSECONDS)
                .startSpan();
    }

    @Override
    public void close() {
        provider.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}
