package dev.perigee.app.analytics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeptRequestsTest {
    @ParameterizedTest
    @CsvSource({"0, true", "4999, true", "5000, false", "20000, false", "40000, false"})
    void aBusySystemIsLeftAlone(long cpuMillis, boolean calm) {
        assertEquals(calm, KeptRequests.isCalm(Duration.ofMillis(cpuMillis), Duration.ofSeconds(20)));
    }
}
