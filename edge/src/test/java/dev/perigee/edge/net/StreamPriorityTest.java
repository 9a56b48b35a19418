package dev.perigee.edge.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamPriorityTest {
    @ParameterizedTest(name = "{0} -> {1} {2}")
    @CsvSource({
        "'', 3, false",
        "'u=0', 0, false",
        "'u=7, i', 7, true",
        "'i,u=2', 2, true",
        "' u=1 ,\ti ', 1, true",
        "'i=?1', 3, true",
        "'i, i=?0', 3, false",
        "'u=8', 3, false",
        "'u=-1', 3, false",
        "'u=10', 3, false",
        "'u=1;x, foo=bar, i', 3, true",
        "',,,', 3, false",
        "'u', 3, false"
    })
    void readsWhatItUnderstands(String value, int urgency, boolean incremental) {
        assertEquals(new StreamPriority(urgency, incremental), StreamPriority.parse(value));
    }
}
