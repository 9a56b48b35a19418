package dev.perigee.edge.otlp;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import org.jspecify.annotations.Nullable;

/** The header field by which a trace goes from one to the next (W3C Trace Context). */
final class Traceparent {
    private static final int LENGTH = 55;

    private Traceparent() {}

    /** What it says; null when it is not there, or not well-formed. */
    static @Nullable SpanContext read(@Nullable String field) {
        // Later versions may be longer, behind another hyphen; version ff there is not.
        if (field == null || field.length() < LENGTH || field.startsWith("ff")) return null;
        if (field.length() > LENGTH && (field.startsWith("00") || field.charAt(LENGTH) != '-')) return null;
        if (!isHex(field, 0, 2) || field.charAt(2) != '-' || field.charAt(35) != '-' || field.charAt(52) != '-') {
            return null;
        }
        String trace = field.substring(3, 35);
        String span = field.substring(36, 52);
        if (!TraceId.isValid(trace) || !SpanId.isValid(span) || !isHex(field, 53, 55)) return null;
        return SpanContext.createFromRemoteParent(trace, span, TraceFlags.fromHex(field, 53), TraceState.getDefault());
    }

    private static boolean isHex(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) return false;
        }
        return true;
    }
}
