package dev.perigee.edge.otlp;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in our log, once a minute at most, that a collector takes no spans. */
final class WatchedExporter implements SpanExporter {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedExporter.class);
    private static final long WARNING_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final SpanExporter exporter;
    private final String pop;
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong warned = new AtomicLong(System.nanoTime() - WARNING_NANOS);

    WatchedExporter(SpanExporter exporter, String pop) {
        this.exporter = exporter;
        this.pop = pop;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        CompletableResultCode result = exporter.export(spans);
        int count = spans.size();
        return result.whenComplete(() -> {
            if (!result.isSuccess()) failed(count);
        });
    }

    private void failed(int spans) {
        long all = lost.addAndGet(spans);
        long now = System.nanoTime();
        long before = warned.get();
        if (now - before < WARNING_NANOS || !warned.compareAndSet(before, now)) return;
        LOG.warn("{}: the collector of traces takes no spans; {} are lost", pop, all);
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }
}
