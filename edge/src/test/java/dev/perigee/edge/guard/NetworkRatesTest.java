package dev.perigee.edge.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class NetworkRatesTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    // Times wrap around.
    private static final long START = Long.MAX_VALUE - SECOND;

    private final NetworkRates rates = new NetworkRates(7);

    private static byte[] bytes(String address) {
        return InetAddress.ofLiteral(address).getAddress();
    }

    private int allowed(String distribution, String address, int perSecond, int asked, long now) {
        int allowed = 0;
        for (int i = 0; i < asked; i++) {
            if (rates.ask(distribution, bytes(address), perSecond, now) == 0) allowed++;
        }
        return allowed;
    }

    @Test
    void aSecondsWorthAtOnceThenAsManyEachSecond() {
        assertEquals(20, allowed("E1", "192.0.2.1", 20, 50, START));
        assertEquals(1, rates.look("E1", bytes("192.0.2.9"), 20, START));
        assertEquals(1, allowed("E1", "192.0.2.2", 20, 50, START + SECOND / 20));
        assertEquals(10, allowed("E1", "192.0.2.3", 20, 50, START + SECOND / 20 + SECOND / 2));
        assertEquals(20, allowed("E1", "192.0.2.3", 20, 50, START + 60 * SECOND));
        assertEquals(30 + 49 + 40 + 30, rates.limited());
    }

    @Test
    void networksAndDistributionsAreApart() {
        assertEquals(1, allowed("E1", "192.0.2.1", 1, 5, START));
        assertEquals(1, allowed("E1", "192.0.3.1", 1, 5, START));
        assertEquals(1, allowed("E2", "192.0.2.1", 1, 5, START));
        assertEquals(1, allowed("E1", "2001:db8:0:100::1", 1, 5, START));
        assertEquals(0, allowed("E1", "2001:db8:0:1ff::9", 1, 5, START));
        assertEquals(1, allowed("E1", "2001:db8:0:200::1", 1, 5, START));
    }

    @Test
    void lookingCountsNothing() {
        for (int i = 0; i < 100; i++) assertEquals(0, rates.look("E1", bytes("192.0.2.1"), 1, START));
        assertEquals(0, rates.ask("E1", bytes("192.0.2.1"), 1, START));
        assertEquals(0, rates.limited());
    }

    /** More networks than there is room for: memory stays as it is, and nobody is limited who is within the limit. */
    @Test
    void aFloodOfNetworksLimitsNobodyElse() {
        for (int i = 0; i < 300_000; i++) {
            byte[] address = {(byte) (i >> 16), (byte) (i >> 8), (byte) i, 1};
            assertEquals(0, rates.ask("E1", address, 5, START), "network " + i);
        }
        // One that has asked for more than others keeps its place among them.
        assertTrue(allowed("E1", "203.0.113.1", 5, 50, START) <= 6);
    }
}
