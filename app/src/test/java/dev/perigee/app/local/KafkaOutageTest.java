package dev.perigee.app.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.app.folder.SystemFolder;
import dev.perigee.app.kafka.Broker;
import dev.perigee.core.http.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kafka is away for half a minute under steady load: first it hangs, then it is killed. */
@Tag("full")
@Timeout(300)
class KafkaOutageTest {
    private static final Duration OUTAGE = Duration.ofSeconds(30);
    private static final Duration QUIET = Duration.ofSeconds(6);
    private static final int VIEWERS = 2;
    private static final int PER_SECOND = 1_000;

    @Test
    void viewersNoticeNothingAndWhatIsLostIsCounted(@TempDir Path temporary) throws Exception {
        try (Broker broker = new Broker(Files.createDirectory(temporary.resolve("kafka")))) {
            broker.start();
            var options = LocalOptions.on(PortChoice.AUTO)
                    .telling(new TelemetryChoice(KafkaChoice.of(broker.servers(), null), null, null));
            LocalSystem.Started started =
                    LocalSystem.start(SystemFolder.at(temporary.resolve("system")), options, "test");
            try (LocalSystem system = started.system();
                    SignedClient client = new SignedClient(started.runFile().api())) {
                assertTrue(system != null);
                client.s3("PUT", "/pettracker-images", "").expect(200);
                client.s3("PUT", "/pettracker-images/a.jpg", "photo", new Field("X-Amz-Acl", "public-read"))
                        .expect(200);
                String host = KafkaTest.logged(client, "all", 100, "timestamp", "cs-uri-query");
                String http = started.runFile().pops().getFirst().http();
                try (var viewers = new SteadyViewers(http, host, VIEWERS, PER_SECOND)) {
                    outages(started, broker, viewers);
                }
            }
        }
    }

    private static void outages(LocalSystem.Started started, Broker broker, SteadyViewers viewers) throws Exception {
        int made = viewers.ask("/a.jpg", "first", "", QUIET).requests();
        var before = viewers.ask("/a.jpg", "before", "", QUIET);
        broker.pause();
        var hung = viewers.ask("/a.jpg", "hung", "", OUTAGE);
        broker.goOn();
        made += before.requests() + hung.requests();
        KafkaTest.awaitNoneWaiting(started);
        assertEquals(0, KafkaTest.sum(started, "lost") + KafkaTest.sum(started, "dropped"), "all of it can wait");
        broker.kill();
        // More than may wait.
        var killed = viewers.ask("/a.jpg", "killed", "x".repeat(1_000), OUTAGE);
        broker.start();
        var after = viewers.ask("/a.jpg", "after", "", QUIET);
        made += killed.requests() + after.requests();
        KafkaTest.awaitNoneWaiting(started);
        for (var seen : List.of(before, hung, killed, after)) {
            assertEquals(0, seen.failed(), seen.toString());
            Duration limit = before.p99().multipliedBy(3).plusMillis(20);
            assertTrue(seen.p99().compareTo(limit) < 0, seen + " after " + before);
        }
        assertEquals(made, KafkaTest.settled(started));
        long gone = KafkaTest.sum(started, "lost") + KafkaTest.sum(started, "dropped");
        assertTrue(gone > 0 && gone < killed.requests(), gone + " lost");
        List<ConsumerRecord<String, String>> records = read(broker, made - gone);
        assertEquals(made - gone, records.size(), "every record has arrived, or is counted");
        assertEquals(after.requests(), count(records, "after"));
        assertEquals(hung.requests(), count(records, "hung"));
        inOrder(records);
        System.getLogger(KafkaOutageTest.class.getName())
                .log(
                        System.Logger.Level.INFO,
                        "before {0}, hung {1}, killed {2}, after {3}; lost {4} of {5}",
                        before,
                        hung,
                        killed,
                        after,
                        gone,
                        made);
    }

    private static List<ConsumerRecord<String, String>> read(Broker broker, long atLeast) {
        try (KafkaConsumer<String, String> consumer = KafkaTest.consumer(broker)) {
            return KafkaTest.read(consumer, "all", atLeast);
        }
    }

    private static long count(List<ConsumerRecord<String, String>> records, String name) {
        return records.stream()
                .filter(each -> each.value().contains("\t" + name + '-'))
                .count();
    }

    /** Times never go back, and each viewer's requests are there in the order in which they were asked, once. */
    private static void inOrder(List<ConsumerRecord<String, String>> records) {
        KafkaTest.inOrder(records);
        Map<String, Integer> last = new HashMap<>();
        for (ConsumerRecord<String, String> record : records) {
            String[] query = record.value().strip().split("\t", -1)[1].split("-", -1);
            int number = Integer.parseInt(query[2].substring(0, 8));
            Integer before = last.put(query[1], number);
            assertTrue(before == null || before < number, before + " then " + record.value());
        }
    }
}
