package dev.perigee.edge.log;

import dev.perigee.core.encrypt.FieldStatus;
import dev.perigee.core.http.Decimal;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.AccessLogging;
import dev.perigee.core.plan.Distribution;
import dev.perigee.edge.serve.Exchange;
import dev.perigee.edge.serve.KnownRequest;
import dev.perigee.edge.serve.Viewer;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes log lines in CloudFront's standard format (version 1.0: 33 fields, tab-separated) into one growing array. */
final class LogLine {
    static final String HEADER = """
            #Version: 1.0
            #Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) \
            cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes \
            time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status \
            fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len \
            sc-range-start sc-range-end
            """;

    private static final DateTimeFormatter DATE_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd\tHH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.ISO_8859_1);
    private static final boolean[] ENCODED = encoded();

    private static final int TARGET = 0;
    private static final int FIELDS = 1;
    private static final int HOST = 2;
    private static final int FORWARDED = 3;

    private final byte[] location;
    private byte[] bytes;
    private int length;

    private long second = Long.MIN_VALUE;
    private byte[] dateTime = new byte[0];
    private @Nullable InetAddress lastAddress;
    private byte[] lastAddressText = new byte[0];

    LogLine(String edgeLocation, int capacity) {
        this.location = edgeLocation.getBytes(StandardCharsets.ISO_8859_1);
        this.bytes = new byte[capacity];
    }

    int length() {
        return length;
    }

    /** Puts what was appended into a batch, and begins anew in another array. */
    void into(LogBatch batch, byte[] next) {
        batch.bytes = bytes;
        batch.length = length;
        bytes = next;
        length = 0;
    }

    void append(Exchange x, long nowMillis) {
        Viewer viewer = x.viewer();
        raw(dateTime(nowMillis / 1000)).tab().raw(location).tab();
        number(x.sentOctets()).tab().raw(address(viewer.remote().getAddress())).tab();
        asked(TARGET, x).status(x.status()).tab();
        asked(FIELDS, x);
        text(x.result().word()).tab();
        raw(x.id()).tab();
        asked(HOST, x).text(protocol(x)).tab();
        number(x.receivedOctets()).tab();
        seconds(x.endedNanos() - x.startedNanos()).tab();
        asked(FORWARDED, x);
        text(viewer.tlsProtocol()).tab();
        text(viewer.tlsCipher()).tab();
        text(x.answered().word()).tab();
        ascii("HTTP/").ascii(x.received().version().number()).tab();
        FieldStatus fields = x.fieldStatus();
        text(fields == null ? null : fields.word()).tab();
        number(fields == FieldStatus.PROCESSED ? x.encryptedFields() : -1).tab();
        number(viewer.remote().getPort()).tab();
        if (x.firstByteNanos() == 0) dash().tab();
        else seconds(x.firstByteNanos() - x.startedNanos()).tab();
        text(x.detail().isEmpty() ? x.result().word() : x.detail()).tab();
        text(x.sentOctets() > 0 ? x.fields().first("Content-Type") : null).tab();
        if (announcesLength(x)) number(x.length()).tab();
        else dash().tab();
        if (x.rangeFirst() >= 0) number(x.rangeFirst()).tab().number(x.rangeLast());
        else dash().tab().dash();
        octet((byte) '\n');
    }

    /** Whether the response had a Content-Length. */
    private static boolean announcesLength(Exchange x) {
        return x.sentOctets() > 0 && x.length() >= 0 && x.status() != 304 && x.status() != 204 && x.status() != 101;
    }

    /** Three digits: {@code 000} for a viewer who left before there was an answer. */
    private LogLine status(int status) {
        return status == 0 ? ascii("000") : number(status);
    }

    /** What the viewer asked for, in the place's words: the same each time that the same request comes. */
    private LogLine asked(int part, Exchange x) {
        KnownRequest known = x.known();
        byte[] before = known == null ? null : known.logged(part, x.distribution());
        if (before != null) return raw(before);
        int start = length;
        RequestHead request = x.received();
        Fields fields = request.fields();
        Distribution distribution = x.distribution();
        switch (part) {
            case TARGET -> {
                text(request.method()).tab();
                text(distribution == null ? null : distribution.domainName()).tab();
                text(request.path()).tab();
            }
            case FIELDS -> {
                text(fields.first("Referer")).tab();
                text(fields.first("User-Agent")).tab();
                text(request.query()).tab();
                cookies(fields, distribution).tab();
            }
            case HOST -> text(fields.first("Host")).tab();
            default -> text(fields.first("X-Forwarded-For")).tab();
        }
        if (known != null) known.logged(part, distribution, Arrays.copyOfRange(bytes, start, length));
        return this;
    }

    /** Only for who asked for it: cookies are secrets. */
    private LogLine cookies(Fields fields, @Nullable Distribution distribution) {
        AccessLogging logging = distribution == null ? null : distribution.logging();
        if (logging == null || !logging.cookies()) return dash();
        // Over HTTP/2 each cookie may come in a field of its own (RFC 9113 section 8.2.3).
        return fields.count("Cookie") > 1
                ? text(String.join("; ", fields.all("Cookie")))
                : text(fields.first("Cookie"));
    }

    private static String protocol(Exchange x) {
        boolean secure = x.viewer().secure();
        if (x.call() != null) return "grpcs";
        if (x.status() == 101) return secure ? "wss" : "ws";
        return secure ? "https" : "http";
    }

    private byte[] dateTime(long epochSecond) {
        if (epochSecond != second) {
            second = epochSecond;
            dateTime = DATE_TIME.format(Instant.ofEpochSecond(epochSecond)).getBytes(StandardCharsets.ISO_8859_1);
        }
        return dateTime;
    }

    private byte[] address(InetAddress address) {
        if (!address.equals(lastAddress)) {
            lastAddress = address;
            lastAddressText = AddressText.of(address).getBytes(StandardCharsets.ISO_8859_1);
        }
        return lastAddressText;
    }

    private LogLine tab() {
        return octet((byte) '\t');
    }

    private LogLine dash() {
        return octet((byte) '-');
    }

    private LogLine octet(byte octet) {
        room(1);
        bytes[length++] = octet;
        return this;
    }

    private LogLine raw(byte[] text) {
        room(text.length);
        System.arraycopy(text, 0, bytes, length, text.length);
        length += text.length;
        return this;
    }

    private LogLine ascii(String text) {
        room(text.length());
        for (int i = 0; i < text.length(); i++) bytes[length++] = (byte) text.charAt(i);
        return this;
    }

    /** A value from outside, percent-encoded as CloudFront does it, so that it can neither end a line nor a field. */
    private LogLine text(@Nullable String value) {
        if (value == null || value.isEmpty()) return dash();
        room(3 * value.length());
        for (int i = 0; i < value.length(); i++) {
            int c = value.charAt(i) & 0xFF;
            if (ENCODED[c]) {
                bytes[length++] = '%';
                bytes[length++] = HEX[c >> 4];
                bytes[length++] = HEX[c & 15];
            } else {
                bytes[length++] = (byte) c;
            }
        }
        return this;
    }

    private LogLine number(long value) {
        if (value < 0) return dash();
        room(Decimal.DIGITS_MAX);
        length = Decimal.write(bytes, length, value);
        return this;
    }

    /** Seconds with three decimals, which is how CloudFront writes them. */
    private LogLine seconds(long nanos) {
        long millis = Math.max(0, nanos / 1_000_000);
        number(millis / 1000).octet((byte) '.');
        int rest = (int) (millis % 1000);
        octet((byte) ('0' + rest / 100)).octet((byte) ('0' + rest / 10 % 10));
        return octet((byte) ('0' + rest % 10));
    }

    private void room(int more) {
        if (bytes.length - length < more) bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }

    private static boolean[] encoded() {
        boolean[] table = new boolean[256];
        for (int c = 0; c <= 32; c++) table[c] = true;
        for (int c = 127; c < 256; c++) table[c] = true;
        for (char c : "<>\"#%{}|\\^~[]`'".toCharArray()) table[c] = true;
        return table;
    }
}
