package dev.perigee.edge.kafka;

import dev.perigee.edge.log.RecordStream;
import dev.perigee.edge.log.StreamStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of one edge to topics named as their streams, under one key, so that a topic has them in order. Nobody waits for
 * it: while Kafka is away, records wait up to a limit; then the oldest of the topic that has most go, and are counted. Nothing of
 * Kafka is loaded before there is a record.
 */
public final class KafkaRecords implements RecordStream {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaRecords.class);
    /** Records that Kafka's client has, which are tried for two minutes. */
    private static final long IN_FLIGHT_MAX = 8L << 20;
    /** Records that it does not have yet. */
    private static final long QUEUED_MAX = 16L << 20;
    /** What a record costs besides its octets. */
    private static final int OVERHEAD = 128;

    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long WARNING_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long WAIT_MILLIS = 500;
    private static final Duration CLOSE = Duration.ofSeconds(2);
    private static final int LANES_MAX = 512;
    private static final int FAILURES_TOLD = 3;

    private final Map<String, Object> properties;
    private final byte[] key;
    private final String name;
    private final long queuedMax;
    private final long inFlightMax;

    /** Guarded by this, with what follows. */
    private final Map<String, Lane> lanes = new LinkedHashMap<>();

    private long queued;
    private @Nullable Thread sender;
    private boolean closed;

    private final AtomicLong inFlight = new AtomicLong();
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private volatile String failure = "";
    /** Only touched by the sender. */
    private @Nullable KafkaProducer<byte[], byte[]> producer;

    private long warned = System.nanoTime() - WARNING_NANOS;

    /** What waits for one topic. */
    private static final class Lane {
        final String topic;
        final ArrayDeque<byte[]> records = new ArrayDeque<>();
        long octets;
        /** How often it was in trouble since it took something. */
        int failures;
        /** The topic is in trouble until then. */
        long notBefore = System.nanoTime();

        Lane(String topic) {
            this.topic = topic;
        }
    }

    /**
     * Connects to nothing yet.
     *
     * @param properties of the client, {@code bootstrap.servers} at least
     * @param edge which its records have as their key
     */
    public KafkaRecords(Map<String, String> properties, String edge) {
        this(properties, edge, QUEUED_MAX, IN_FLIGHT_MAX);
    }

    KafkaRecords(Map<String, String> properties, String edge, long queuedMax, long inFlightMax) {
        this.properties = settings(properties, edge, inFlightMax);
        this.key = edge.getBytes(StandardCharsets.US_ASCII);
        this.name = edge;
        this.queuedMax = queuedMax;
        this.inFlightMax = inFlightMax;
    }

    private static Map<String, Object> settings(Map<String, String> given, String edge, long inFlightMax) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("client.id", "perigee-" + edge);
        settings.put("linger.ms", "20");
        settings.put("batch.size", "65536");
        settings.put("reconnect.backoff.max.ms", "2000");
        settings.put("enable.metrics.push", "false");
        settings.put("metric.reporters", "");
        settings.putAll(given);
        // What order, and that nobody waits, depend on is not for choosing.
        settings.put("acks", "all");
        settings.put("enable.idempotence", "true");
        settings.put("max.block.ms", "1000");
        // The client's buffer is never what is full.
        settings.put("buffer.memory", Long.toString(4 * inFlightMax + (16L << 20)));
        return settings;
    }

    @Override
    public synchronized void add(String stream, byte[] record) {
        if (closed) {
            lost.incrementAndGet();
            return;
        }
        Lane lane = lanes.computeIfAbsent(stream, Lane::new);
        lane.records.add(record);
        count(lane, record.length + OVERHEAD);
        while (queued > queuedMax) {
            drop(fullest());
        }
        if (sender == null) {
            sender = Thread.ofPlatform().daemon().name("kafka-" + name).start(this::run);
        }
        notifyAll();
    }

    private void count(Lane lane, long octets) {
        lane.octets += octets;
        queued += octets;
    }

    private Lane fullest() {
        Lane fullest = lanes.values().iterator().next();
        for (Lane lane : lanes.values()) {
            if (lane.octets > fullest.octets) fullest = lane;
        }
        return fullest;
    }

    private void drop(Lane lane) {
        byte[] oldest = lane.records.removeFirst();
        count(lane, -(oldest.length + OVERHEAD));
        lost.incrementAndGet();
    }

    private void run() {
        try {
            while (true) {
                Lane lane;
                byte[] record = null;
                synchronized (this) {
                    lane = next();
                    if (lane != null) {
                        record = lane.records.removeFirst();
                        count(lane, -(record.length + OVERHEAD));
                    } else if (closed) {
                        return;
                    } else {
                        wait(WAIT_MILLIS);
                    }
                }
                if (lane != null && record != null) send(lane, record);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            KafkaProducer<byte[], byte[]> last = producer;
            if (last != null) last.close(CLOSE);
        }
    }

    /** The lane whose turn it is, if its topic and the client take something. */
    private @Nullable Lane next() {
        if (inFlight.get() >= inFlightMax) return null;
        long now = System.nanoTime();
        for (Lane lane : lanes.values()) {
            if (lane.records.isEmpty() || lane.notBefore - now > 0) continue;
            // To the end, so that the others come first next time.
            lanes.remove(lane.topic);
            lanes.put(lane.topic, lane);
            return lane;
        }
        if (lanes.size() > LANES_MAX) lanes.values().removeIf(lane -> lane.records.isEmpty());
        return null;
    }

    private void send(Lane lane, byte[] record) {
        int octets = record.length + OVERHEAD;
        inFlight.addAndGet(octets);
        Sent sent = new Sent(lane.topic, octets);
        try {
            var _ = producer().send(new ProducerRecord<>(lane.topic, key, record), sent);
        } catch (KafkaException broken) {
            inFlight.addAndGet(-octets);
            warn(lane.topic, broken);
            takeBack(lane, record, octets);
            discardProducer();
            return;
        }
        TimeoutException unknown = sent.notSent;
        if (unknown == null) {
            lane.failures = 0;
            return;
        }
        failure = text(lane.topic, unknown);
        // The first connection takes its time, and a topic may be made just now.
        if (++lane.failures >= FAILURES_TOLD) warn(lane.topic, unknown);
        takeBack(lane, record, octets);
    }

    /** What becomes of one record. */
    private final class Sent implements Callback {
        private final String topic;
        private final int octets;
        private final Thread sending = Thread.currentThread();
        /** Nobody has told us where the topic is: Kafka is away, or has no such topic. */
        private @Nullable TimeoutException notSent;

        private Sent(String topic, int octets) {
            this.topic = topic;
            this.octets = octets;
        }

        @Override
        public void onCompletion(@Nullable RecordMetadata where, @Nullable Exception failed) {
            inFlight.addAndGet(-octets);
            if (failed == null) {
                delivered.incrementAndGet();
                failure = "";
            } else if (failed instanceof TimeoutException unknown && Thread.currentThread() == sending) {
                notSent = unknown;
            } else {
                lost.incrementAndGet();
                warn(topic, failed);
            }
        }
    }

    private synchronized void takeBack(Lane lane, byte[] record, int octets) {
        lane.records.addFirst(record);
        count(lane, octets);
        lane.notBefore = System.nanoTime() + RETRY_NANOS;
        lanes.putIfAbsent(lane.topic, lane);
    }

    private KafkaProducer<byte[], byte[]> producer() {
        KafkaProducer<byte[], byte[]> current = producer;
        if (current == null) {
            current = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
            producer = current;
        }
        return current;
    }

    /** One that has failed for good takes nothing any more. */
    private void discardProducer() {
        KafkaProducer<byte[], byte[]> broken = producer;
        producer = null;
        if (broken != null) broken.close(Duration.ZERO);
    }

    private static String text(String topic, Exception cause) {
        Throwable root = cause.getCause() == null ? cause : cause.getCause();
        return topic + ": " + (root.getMessage() == null ? root.toString() : root.getMessage());
    }

    private void warn(String topic, Exception cause) {
        failure = text(topic, cause);
        long now = System.nanoTime();
        synchronized (this) {
            if (now - warned < WARNING_NANOS) return;
            warned = now;
        }
        LOG.warn("{}: real-time records do not reach Kafka: {}", name, failure);
    }

    @Override
    public StreamStatus status() {
        long waiting;
        synchronized (this) {
            waiting = queued;
        }
        return new StreamStatus(delivered.get(), lost.get(), waiting + inFlight.get(), failure);
    }

    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            closed = true;
            running = sender;
            notifyAll();
        }
        if (running == null) return;
        try {
            running.join(CLOSE.multipliedBy(2));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        long left = status().waiting();
        if (left > 0) LOG.warn("{}: {} octets of real-time records were not sent", name, left);
    }
}
