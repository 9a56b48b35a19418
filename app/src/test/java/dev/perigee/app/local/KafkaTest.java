package dev.perigee.app.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perigee.app.folder.RunFile.PopAddresses;
import dev.perigee.app.folder.SystemFolder;
import dev.perigee.app.kafka.Broker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real-time logs in real Kafka, also while it is away. */
@Tag("full")
@Timeout(300)
class KafkaTest {
    private static final int REQUESTS = 1_000_000;
    private static final String CLIENTS = "arn:aws:iam::123456789012:role/logs";

    private final Path temporary;

    KafkaTest(@TempDir Path temporary) {
        this.temporary = temporary;
    }

    @Test
    void sampledRecordsArriveInOrderAndAnOutageCostsOnlyWhatIsCounted() throws Exception {
        try (Broker broker = new Broker(Files.createDirectory(temporary.resolve("kafka")))) {
            broker.start();
            var options = LocalOptions.on(PortChoice.AUTO)
                    .telling(new TelemetryChoice(KafkaChoice.of(broker.servers(), null), null, null));
            SystemFolder folder = SystemFolder.at(temporary.resolve("system"));
            LocalSystem.Started started = LocalSystem.start(folder, options, "test");
            try (LocalSystem system = started.system();
                    SignedClient client = new SignedClient(started.runFile().api());
                    KafkaConsumer<String, String> consumer = consumer(broker)) {
                assertTrue(system != null);
                sampled(started, client, consumer);
                outage(started, client, consumer, broker);
            }
        }
    }

    private static void sampled(
            LocalSystem.Started started, SignedClient client, KafkaConsumer<String, String> consumer) throws Exception {
        String host = logged(client, "some", 10, "timestamp", "cs-uri-stem");
        List<PopAddresses> pops = started.runFile().pops();
        ask(pops.get(0).http(), host, List.of("/a.jpg", "/b.jpg", "/c.jpg"), REQUESTS / 2);
        ask(pops.get(1).http(), host, List.of("/a.jpg", "/b.jpg", "/c.jpg"), REQUESTS / 2);
        long made = settled(started);
        assertEquals(REQUESTS * 0.1, (double) made, REQUESTS * 0.1 * 0.03);
        List<ConsumerRecord<String, String>> records = read(consumer, "some", made);
        assertEquals(made, records.size());
        assertEquals(0, sum(started, "lost") + sum(started, "dropped"));
        inOrder(records);
        assertEquals(Set.of("IAD", "FRA"), keys(records));
    }

    private static void outage(
            LocalSystem.Started started, SignedClient client, KafkaConsumer<String, String> consumer, Broker broker)
            throws Exception {
        String host = logged(client, "all", 100, "timestamp", "cs-uri-query");
        String http = started.runFile().pops().getFirst().http();
        ask(http, host, List.of("/a.jpg?before"), 100);
        read(consumer, "all", 100);
        long before = settled(started);
        broker.kill();
        long began = System.nanoTime();
        // More than may wait: 24 MB for Kafka, and what one does not see of the 8 MB before.
        String filler = "x".repeat(4000);
        ask(http, host, List.of("/a.jpg?" + filler), 12_000);
        Duration taken = Duration.ofNanos(System.nanoTime() - began);
        assertTrue(taken.toSeconds() < 25, "viewers waited: " + taken);
        awaitSum(started, "lost", 1);
        broker.start();
        ask(http, host, List.of("/a.jpg?after"), 100);
        long made = settled(started) - before;
        assertEquals(12_100, made);
        List<ConsumerRecord<String, String>> records = new ArrayList<>();
        while (records.stream().noneMatch(record -> record.value().endsWith("\tafter\n"))) {
            records.addAll(read(consumer, "all", records.isEmpty() ? 1 : 0));
        }
        awaitNoneWaiting(started);
        records.addAll(read(consumer, "all", 0));
        long gone = sum(started, "lost") + sum(started, "dropped");
        assertTrue(gone > 0);
        assertEquals(made, records.size() + gone, "every record has arrived, or is counted");
        assertEquals(
                100,
                records.stream()
                        .filter(each -> each.value().endsWith("\tafter\n"))
                        .count());
        inOrder(records);
    }

    /** A distribution whose requests are told of, ready at every edge; its domain name. */
    static String logged(SignedClient client, String name, int rate, String... fields) throws Exception {
        StringBuilder members = new StringBuilder();
        for (String field : fields) members.append("<Field>").append(field).append("</Field>");
        String arn = client.cloudfront(
                        "POST", "/realtime-log-config", """
                        <CreateRealtimeLogConfigRequest xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><EndPoints>
                        <member><StreamType>Kinesis</StreamType><KinesisStreamConfig><RoleARN>%s</RoleARN>
                        <StreamARN>arn:aws:kinesis:us-east-1:123456789012:stream/%s</StreamARN></KinesisStreamConfig></member>
                        </EndPoints><Fields>%s</Fields><Name>%s</Name><SamplingRate>%d</SamplingRate>
                        </CreateRealtimeLogConfigRequest>
                        """.formatted(CLIENTS, name, members, name, rate))
                .expect(201)
                .element("ARN");
        return client.deployed(LogStreamsTest.distribution(name, arn)).element("DomainName");
    }

    private static void ask(String http, String host, List<String> targets, int requests) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                tasks.add(() -> {
                    try (var connection = new Pipelined(http, host)) {
                        connection.get(targets, requests / 2, "");
                    }
                    return true;
                });
            }
            for (Future<Boolean> done : threads.invokeAll(tasks)) assertTrue(done.get());
        }
    }

    static KafkaConsumer<String, String> consumer(Broker broker) {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", broker.servers(),
                        "group.id", "test",
                        "auto.offset.reset", "earliest",
                        "metadata.max.age.ms", "1000"),
                new StringDeserializer(),
                new StringDeserializer());
    }

    /** Reads at least so many records of a topic, and what there is besides. */
    static List<ConsumerRecord<String, String>> read(
            KafkaConsumer<String, String> consumer, String topic, long atLeast) {
        if (!consumer.subscription().contains(topic)) consumer.subscribe(List.of(topic));
        List<ConsumerRecord<String, String>> records = new ArrayList<>();
        long deadline = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (true) {
            var polled = consumer.poll(Duration.ofMillis(500));
            polled.forEach(records::add);
            if (polled.isEmpty() && records.size() >= atLeast) return records;
            if (System.nanoTime() > deadline) throw new AssertionError(records.size() + " of " + atLeast + " " + topic);
        }
    }

    /** Each edge has one partition, and there its times never go back. */
    static void inOrder(List<ConsumerRecord<String, String>> records) {
        Map<String, Integer> partitions = new HashMap<>();
        Map<String, String> last = new HashMap<>();
        for (ConsumerRecord<String, String> record : records) {
            assertEquals(partitions.computeIfAbsent(record.key(), _ -> record.partition()), record.partition());
            String time = record.value().substring(0, record.value().indexOf('\t'));
            String before = last.put(record.key(), time);
            assertTrue(before == null || before.compareTo(time) <= 0, before + " then " + time);
        }
    }

    private static Set<String> keys(List<ConsumerRecord<String, String>> records) {
        Set<String> keys = new HashSet<>();
        for (ConsumerRecord<String, String> record : records) keys.add(record.key());
        return keys;
    }

    static long sum(LocalSystem.Started started, String name) throws Exception {
        long sum = 0;
        for (PopAddresses pop : started.runFile().pops()) {
            String answer = Http.get(pop.admin() + "/status").whole();
            JsonNode status = new ObjectMapper().readTree(answer.substring(answer.indexOf('{')));
            sum += status.path("realtimeLogs").path(name).asLong();
        }
        return sum;
    }

    /** Records that were made; a request is counted just after its viewer has the answer. */
    static long settled(LocalSystem.Started started) throws Exception {
        long before = -1;
        while (true) {
            long now = sum(started, "records");
            if (now == before) return now;
            before = now;
            LockSupport.parkNanos(100_000_000);
        }
    }

    private static void awaitSum(LocalSystem.Started started, String name, long atLeast) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (sum(started, name) < atLeast) {
            if (System.nanoTime() > deadline) throw new AssertionError(name + " stays below " + atLeast);
            LockSupport.parkNanos(100_000_000);
        }
    }

    static void awaitNoneWaiting(LocalSystem.Started started) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (sum(started, "waitingBytes") > 0) {
            if (System.nanoTime() > deadline) throw new AssertionError("some wait for ever");
            LockSupport.parkNanos(100_000_000);
        }
    }
}
