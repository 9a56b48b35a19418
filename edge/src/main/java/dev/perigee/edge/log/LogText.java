package dev.perigee.edge.log;

import dev.perigee.core.address.AddressText;
import dev.perigee.core.http.Decimal;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes values as CloudFront's logs have them, between tabs, into one growing array. */
final class LogText {
    /** Date and time with a tab between. */
    private static final DateTimeFormatter DATE_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd\tHH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final byte[] NO_TIME = "0.000".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.ISO_8859_1);
    private static final boolean[] ENCODED = encoded();

    private byte[] bytes;
    private int length;

    private long second = Long.MIN_VALUE;
    private byte[] dateTime = new byte[0];
    private @Nullable InetAddress lastAddress;
    private byte[] lastAddressText = new byte[0];

    LogText(int capacity) {
        this.bytes = new byte[capacity];
    }

    int length() {
        return length;
    }

    /** What was written from this place on. */
    byte[] since(int start) {
        return between(start, length);
    }

    byte[] between(int start, int end) {
        return Arrays.copyOfRange(bytes, start, end);
    }

    /** Takes back what was written from this place on. */
    void cut(int start) {
        length = start;
    }

    /** Puts what was written into a batch, and begins anew in another array. */
    void into(LogBatch<?> batch, byte[] next) {
        batch.bytes = bytes;
        batch.length = length;
        bytes = next;
        length = 0;
    }

    /** Date and time of a second. */
    byte[] dateTime(long epochSecond) {
        if (epochSecond != second) {
            second = epochSecond;
            dateTime = DATE_TIME.format(Instant.ofEpochSecond(epochSecond)).getBytes(StandardCharsets.ISO_8859_1);
        }
        return dateTime;
    }

    LogText address(InetAddress address) {
        if (!address.equals(lastAddress)) {
            lastAddress = address;
            lastAddressText = AddressText.of(address.getAddress()).getBytes(StandardCharsets.ISO_8859_1);
        }
        return raw(lastAddressText);
    }

    LogText tab() {
        return octet((byte) '\t');
    }

    LogText dash() {
        return octet((byte) '-');
    }

    LogText octet(byte octet) {
        room(1);
        bytes[length++] = octet;
        return this;
    }

    LogText raw(byte[] text) {
        return raw(text, 0, text.length);
    }

    LogText raw(byte[] text, int start, int octets) {
        room(octets);
        System.arraycopy(text, start, bytes, length, octets);
        length += octets;
        return this;
    }

    LogText ascii(String text) {
        room(text.length());
        for (int i = 0; i < text.length(); i++) bytes[length++] = (byte) text.charAt(i);
        return this;
    }

    /** A value from outside, percent-encoded as CloudFront does it, so that it can neither end a line nor a field. */
    LogText text(@Nullable String value) {
        return value == null || value.isEmpty() ? dash() : encoded(value, value.length());
    }

    /** The first characters of a value, encoded; nothing of an empty one. */
    LogText encoded(String value, int characters) {
        room(3 * characters);
        for (int i = 0; i < characters; i++) {
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

    LogText number(long value) {
        if (value < 0) return dash();
        room(Decimal.DIGITS_MAX);
        length = Decimal.write(bytes, length, value);
        return this;
    }

    /** Three digits: {@code 000} for a viewer who left before there was an answer. */
    LogText status(int status) {
        return status == 0 ? ascii("000") : number(status);
    }

    /** Seconds with three decimals, which is how CloudFront writes them. */
    LogText seconds(long nanos) {
        return thousandths(Math.max(0, nanos / 1_000_000));
    }

    /** Seconds with three decimals. */
    LogText thousandths(long millis) {
        // What nearly every hit takes.
        if (millis == 0) return raw(NO_TIME);
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
