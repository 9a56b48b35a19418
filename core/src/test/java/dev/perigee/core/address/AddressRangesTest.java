package dev.perigee.core.address;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangesTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.0/24, 192.0.2.0, true",
        "192.0.2.0/24, 192.0.2.255, true",
        "192.0.2.0/24, 192.0.3.0, false",
        "192.0.2.77/24, 192.0.2.1, true",
        "192.0.2.1/32, 192.0.2.1, true",
        "192.0.2.1/32, 192.0.2.2, false",
        "255.0.0.0/8, 255.255.255.255, true",
        "127.0.0.0/8, 128.0.0.0, false",
        "0.0.0.0/1, 127.255.255.255, true",
        "2001:db8::/32, 2001:db8:ffff::1, true",
        "2001:db8::/32, 2001:db9::, false",
        "2001:db8::/32, 192.0.2.1, false",
        "192.0.2.0/24, ::ffff:192.0.2.9, true",
        "::1/128, ::1, true",
    })
    void contains(String range, String address, boolean expected) {
        byte[] octets = Objects.requireNonNull(AddressText.parse(address));
        assertEquals(expected, AddressRanges.of(List.of(range)).contains(octets));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "01.2.3.4",
                "1.2.3.4 ",
                " 1.2.3.4",
                "1.2.3.-4",
                "1.2.3.4:80",
                "a.b.c.d",
                ":",
                ":::",
                "1::2::3",
                "12345::",
                "::g",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "::1%eth0",
                "[::1]",
                "1:2:3:4:5:6:7::8",
                "::1.2.3",
                "localhost",
                "1.2.3.4,5.6.7.8",
                "\u0661.2.3.4"
            })
    void whatIsNoAddressIsNone(String text) {
        assertNull(AddressText.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "192.0.2.0",
                "192.0.2.0/33",
                "::/129",
                "192.0.2.0/",
                "192.0.2.0/-1",
                "x/8",
                "1.2.3.4/1/2",
                "10/8",
                "10.0.0.0/08",
                "10.0.0.0/+8"
            })
    void whatIsNoRangeIsNone(String text) {
        assertThrows(IllegalArgumentException.class, () -> AddressRanges.of(List.of(text)));
    }

    @Test
    void aNetworkMayBeASingleAddress() {
        AddressRanges networks = AddressRanges.ofNetworks(List.of("192.0.2.1", "10.0.0.0/8", "2001:db8::1"));
        assertTrue(networks.contains(new byte[] {(byte) 192, 0, 2, 1}));
        assertFalse(networks.contains(new byte[] {(byte) 192, 0, 2, 0}));
        assertTrue(networks.contains(new byte[] {10, 9, 9, 9}));
        assertTrue(networks.contains(Objects.requireNonNull(AddressText.parse("2001:db8::1"))));
        assertFalse(networks.contains(Objects.requireNonNull(AddressText.parse("2001:db8::2"))));
        for (String none : List.of("10", "10.0.0", "10/8", "localhost", ""))
            assertThrows(IllegalArgumentException.class, () -> AddressRanges.ofNetworks(List.of(none)), none);
    }

    @Test
    void readsAddressesAsTheJdkDoes() throws UnknownHostException {
        Random random = new Random(3);
        for (int i = 0; i < 2000; i++) {
            byte[] octets = new byte[random.nextBoolean() ? 4 : 16];
            for (int at = 0; at < octets.length; at++)
                octets[at] = (byte) (random.nextInt(3) == 0 ? random.nextInt() : 0);
            String text = InetAddress.getByAddress(octets).getHostAddress();
            assertArrayEquals(InetAddress.getByName(text).getAddress(), AddressText.parse(text), text);
        }
    }

    /** Ranges that overlap and contain each other, against a look at each of them. */
    @Test
    void findsWhatALookAtEveryRangeFinds() {
        long seed = System.nanoTime();
        System.out.println("ranges: seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            List<String> texts = new ArrayList<>();
            for (int i = random.nextInt(40); i >= 0; i--) {
                texts.add("10.0." + random.nextInt(8) + "." + random.nextInt(256) + "/" + (20 + random.nextInt(13)));
            }
            AddressRanges all = AddressRanges.of(texts);
            for (int i = 0; i < 500; i++) {
                byte[] address = {10, 0, (byte) random.nextInt(9), (byte) random.nextInt(256)};
                boolean any = texts.stream()
                        .anyMatch(text -> AddressRanges.of(List.of(text)).contains(address));
                assertEquals(any, all.contains(address), texts::toString);
            }
        }
    }
}
