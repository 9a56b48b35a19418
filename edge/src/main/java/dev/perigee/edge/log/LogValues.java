package dev.perigee.edge.log;

import dev.perigee.core.http.Fields;
import dev.perigee.edge.serve.Exchange;
import org.jspecify.annotations.Nullable;

/** What all logs say of an exchange in the same words. */
final class LogValues {
    private LogValues() {}

    static String protocol(Exchange x) {
        boolean secure = x.viewer().secure();
        if (x.call() != null) return "grpcs";
        if (x.status() == 101) return secure ? "wss" : "ws";
        return secure ? "https" : "http";
    }

    static String detail(Exchange x) {
        return x.detail().isEmpty() ? x.result().word() : x.detail();
    }

    static @Nullable String contentType(Exchange x) {
        return x.sentOctets() > 0 ? x.fields().first("Content-Type") : null;
    }

    /** Over HTTP/2 each cookie may come in a field of its own (RFC 9113 section 8.2.3). */
    static @Nullable String cookie(Fields fields) {
        return fields.count("Cookie") > 1 ? String.join("; ", fields.all("Cookie")) : fields.first("Cookie");
    }

    /** The response's Content-Length, or -1 when it had none. */
    static long announcedLength(Exchange x) {
        boolean announced =
                x.sentOctets() > 0 && x.length() >= 0 && x.status() != 304 && x.status() != 204 && x.status() != 101;
        return announced ? x.length() : -1;
    }

    static LogText firstByte(LogText out, Exchange x) {
        return x.firstByteNanos() == 0 ? out.dash() : out.seconds(x.firstByteNanos() - x.startedNanos());
    }

    static LogText rangeFirst(LogText out, Exchange x) {
        return x.rangeFirst() >= 0 ? out.number(x.rangeFirst()) : out.dash();
    }

    static LogText rangeLast(LogText out, Exchange x) {
        return x.rangeFirst() >= 0 ? out.number(x.rangeLast()) : out.dash();
    }
}
