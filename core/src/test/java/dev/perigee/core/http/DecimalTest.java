package dev.perigee.core.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 9, 10, 99, 100, 1024, 999_999, 1_000_000, 2_147_483_648L, Long.MAX_VALUE})
    void writesWhatTextWouldHave(long value) {
        byte[] bytes = new byte[Decimal.DIGITS_MAX + 3];
        int end = Decimal.write(bytes, 3, value);
        assertEquals(Long.toString(value), new String(bytes, 3, end - 3, StandardCharsets.ISO_8859_1));
    }
}
