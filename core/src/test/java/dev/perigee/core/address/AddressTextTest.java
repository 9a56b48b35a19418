package dev.perigee.core.address;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 5952. */
class AddressTextTest {
    @ParameterizedTest(name = "{0} is written as {1}")
    @CsvSource({
        "192.0.2.183, 192.0.2.183",
        "0.0.0.0, 0.0.0.0",
        "255.255.255.255, 255.255.255.255",
        "0:0:0:0:0:0:0:0, ::",
        "0:0:0:0:0:0:0:1, ::1",
        "2001:db8:0:0:0:0:0:0, 2001:db8::",
        "2001:0db8:85a3:0000:0000:8a2e:0370:7334, 2001:db8:85a3::8a2e:370:7334",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8"
    })
    void isShort(String address, String text) {
        assertEquals(text, AddressText.of(Objects.requireNonNull(AddressText.parse(address))));
    }
}
