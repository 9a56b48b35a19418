package dev.perigee.edge.otlp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.opentelemetry.api.trace.SpanContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceparentTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "00-" + TRACE + "-" + SPAN + "-01, sampled",
        "00-" + TRACE + "-" + SPAN + "-00, not sampled",
        "cc-" + TRACE + "-" + SPAN + "-01-what-comes-later, sampled",
        "00-" + TRACE + "-" + SPAN + "-01-x, none",
        "ff-" + TRACE + "-" + SPAN + "-01, none",
        "cc-" + TRACE + "-" + SPAN + "-01x, none",
        "00-00000000000000000000000000000000-" + SPAN + "-01, none",
        "00-" + TRACE + "-0000000000000000-01, none",
        "00-0AF7651916CD43DD8448EB211C80319C-" + SPAN + "-01, none",
        "00-" + TRACE + "-" + SPAN + "-0x, none",
        "00_" + TRACE + "-" + SPAN + "-01, none",
        "nothing, none",
        ", none"
    })
    void isReadAsTheSpecificationSays(String field, String expected) {
        SpanContext context = Traceparent.read(field);
        String read = context == null ? "none" : context.isSampled() ? "sampled" : "not sampled";
        assertEquals(expected, read);
    }
}
