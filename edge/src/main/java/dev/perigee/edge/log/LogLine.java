package dev.perigee.edge.log;

import dev.perigee.core.encrypt.FieldStatus;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.AccessLogging;
import dev.perigee.core.plan.Distribution;
import dev.perigee.edge.serve.Exchange;
import dev.perigee.edge.serve.KnownRequest;
import dev.perigee.edge.serve.Viewer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes log lines in CloudFront's standard format (version 1.0: 33 fields, tab-separated). */
final class LogLine {
    static final String HEADER = """
            #Version: 1.0
            #Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) \
            cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes \
            time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status \
            fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len \
            sc-range-start sc-range-end
            """;

    private static final int TARGET = 0;
    private static final int FIELDS = 1;
    private static final int HOST = 2;
    private static final int FORWARDED = 3;

    /** The edge's location, between tabs. */
    private final byte[] afterTime;

    private final LogText out;
    private final LogRemark remark;

    // Where parts of the last whole line begin.
    private int asked;
    private int id;
    private int host;
    private int taken;
    private int between;
    private int port;
    private int end;

    LogLine(String edgeLocation, int capacity) {
        this.afterTime = ('\t' + edgeLocation + '\t').getBytes(StandardCharsets.ISO_8859_1);
        this.out = new LogText(capacity);
        this.remark = new LogRemark(out);
    }

    int length() {
        return out.length();
    }

    /** Puts what was appended into a batch, and begins anew in another array. */
    void into(LogBatch<?> batch, byte[] next) {
        out.into(batch, next);
    }

    /** What the line that follows does not say; a comment, or nothing. */
    void remark(Exchange x) {
        remark.append(x);
    }

    void append(Exchange x, long nowMillis) {
        beginning(x, nowMillis);
        KnownRequest known = LineForm.fits(x) ? x.known() : null;
        LineForm form = known == null ? null : known.line(x.distribution());
        if (form != null && form.isOf(x)) {
            byForm(form, x);
            return;
        }
        whole(x);
        if (known != null) known.line(x.distribution(), form(x));
    }

    private void beginning(Exchange x, long nowMillis) {
        out.raw(out.dateTime(nowMillis / 1000)).raw(afterTime);
        out.number(x.sentOctets()).tab().address(x.viewer().remote().getAddress());
    }

    private void byForm(LineForm form, Exchange x) {
        long began = x.startedNanos();
        out.raw(form.asked).raw(x.id()).raw(form.host);
        out.seconds(x.endedNanos() - began).raw(form.between);
        out.number(x.viewer().remote().getPort()).tab();
        LogValues.firstByte(out, x).raw(form.end);
    }

    /** Of the line that was just written. */
    private LineForm form(Exchange x) {
        return new LineForm(
                x, out.between(asked, id), out.between(host, taken), out.between(between, port), out.since(end));
    }

    /** All behind the viewer's address. */
    private void whole(Exchange x) {
        Viewer viewer = x.viewer();
        asked = out.length();
        out.tab();
        asked(TARGET, x).status(x.status()).tab();
        asked(FIELDS, x);
        out.text(x.result().word()).tab();
        id = out.length();
        out.raw(x.id());
        host = out.length();
        out.tab();
        asked(HOST, x).text(LogValues.protocol(x)).tab();
        out.number(x.receivedOctets()).tab();
        taken = out.length();
        out.seconds(x.endedNanos() - x.startedNanos());
        between = out.length();
        out.tab();
        asked(FORWARDED, x);
        out.text(viewer.tlsProtocol()).tab();
        out.text(viewer.tlsCipher()).tab();
        out.text(x.answered().word()).tab();
        out.ascii("HTTP/").ascii(x.received().version().number()).tab();
        FieldStatus fields = x.fieldStatus();
        out.text(fields == null ? null : fields.word()).tab();
        out.number(fields == FieldStatus.PROCESSED ? x.encryptedFields() : -1).tab();
        port = out.length();
        out.number(viewer.remote().getPort()).tab();
        LogValues.firstByte(out, x);
        end = out.length();
        out.tab();
        out.text(LogValues.detail(x)).tab();
        out.text(LogValues.contentType(x)).tab();
        out.number(LogValues.announcedLength(x)).tab();
        LogValues.rangeFirst(out, x).tab();
        LogValues.rangeLast(out, x);
        out.octet((byte) '\n');
    }

    /** What the viewer asked for, in the place's words: the same each time that the same request comes. */
    private LogText asked(int part, Exchange x) {
        KnownRequest known = x.known();
        byte[] before = known == null ? null : known.logged(part, x.distribution());
        if (before != null) return out.raw(before);
        int start = out.length();
        RequestHead request = x.received();
        Fields fields = request.fields();
        Distribution distribution = x.distribution();
        switch (part) {
            case TARGET -> {
                out.text(request.method()).tab();
                out.text(distribution == null ? null : distribution.domainName())
                        .tab();
                out.text(request.path()).tab();
            }
            case FIELDS -> {
                out.text(fields.first("Referer")).tab();
                out.text(fields.first("User-Agent")).tab();
                out.text(request.query()).tab();
                cookies(fields, distribution).tab();
            }
            case HOST -> out.text(fields.first("Host")).tab();
            default -> out.text(fields.first("X-Forwarded-For")).tab();
        }
        if (known != null) known.logged(part, distribution, out.since(start));
        return out;
    }

    /** Only for who asked for it: cookies are secrets. */
    private LogText cookies(Fields fields, @Nullable Distribution distribution) {
        AccessLogging logging = distribution == null ? null : distribution.logging();
        return logging == null || !logging.cookies() ? out.dash() : out.text(LogValues.cookie(fields));
    }
}
