package dev.perigee.edge.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class OriginNamesTest {
    private static final Duration WAIT = Duration.ofSeconds(10);
    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger lookups = new AtomicInteger();

    @Test
    void addressesAreKeptForHalfAMinuteAndFailuresForFiveSeconds() throws Exception {
        InetAddress v6 = InetAddress.getByName("2001:db8::1");
        InetAddress v4 = InetAddress.getByName("192.0.2.1");
        OriginNames.Lookup table = host -> {
            lookups.incrementAndGet();
            if (host.equals("known.test")) return new InetAddress[] {v6, v4};
            throw new UnknownHostException(host);
        };
        try (var names = new OriginNames(table, now::get)) {
            assertEquals(List.of(v4, v6), names.find("known.test", WAIT), "IPv4 first");
            now.set(TimeUnit.SECONDS.toNanos(29));
            assertEquals(List.of(v4, v6), names.find("KNOWN.test", WAIT));
            assertEquals(1, lookups.get());
            now.set(TimeUnit.SECONDS.toNanos(31));
            names.find("known.test", WAIT);
            assertEquals(2, lookups.get());

            assertEquals(List.of(), names.find("unknown.test", WAIT));
            assertEquals(List.of(), names.find("unknown.test", WAIT));
            assertEquals(3, lookups.get());
            now.addAndGet(TimeUnit.SECONDS.toNanos(6));
            names.find("unknown.test", WAIT);
            assertEquals(4, lookups.get());
        }
    }

    @Test
    void aSlowLookupIsNotWaitedForLongerThanAskedAndNotAskedTwice() throws Exception {
        var answer = new CountDownLatch(1);
        InetAddress address = InetAddress.getByName("192.0.2.1");
        OriginNames.Lookup slow = host -> {
            lookups.incrementAndGet();
            try {
                answer.await();
            } catch (InterruptedException e) {
                throw new UnknownHostException(host);
            }
            return new InetAddress[] {address};
        };
        try (var names = new OriginNames(slow, now::get)) {
            assertEquals(List.of(), names.find("slow.test", Duration.ofMillis(50)));
            assertEquals(List.of(), names.find("slow.test", Duration.ofMillis(50)));
            answer.countDown();
            assertEquals(List.of(address), names.find("slow.test", WAIT));
            assertEquals(1, lookups.get());
        }
    }
}
