package dev.perigee.edge.origin;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads response heads, strictly: no folded lines, lines without a colon, bare CR or LF, control bytes, bytes before the
 * status line, other versions, or status codes without a meaning (RFC 9112 sections 2.2, 4 and 5.2). What is wrong is
 * found with the first byte that shows it, however the bytes arrive. Interim responses are read over and counted: one 100
 * at most, as CloudFront does, and a few of the others.
 */
final class HeadReader {
    private static final int INTERIM_MAX = 8;
    private static final String STATUS_LINE = "HTTP/1.";
    private static final int VERSION_AT = STATUS_LINE.length();
    private static final int STATUS_AT = VERSION_AT + 2;
    private static final int STATUS_END = STATUS_AT + 3;
    private static final String NO_STATUS_LINE = "no status line of HTTP/1.x";
    private static final String NO_FIELD = "field line without a name and a colon";

    /** Bytes taken from what was read at a time: most heads are shorter, and what follows one is not to be copied. */
    private static final int STEP = 1024;

    private static final boolean[] TOKEN = token();
    private static final boolean[] VALUE = value();

    private enum At {
        STATUS_LINE,
        LINE_START,
        NAME,
        /** White space may stand before the colon, and is dropped (RFC 9112 section 5.1), but nothing else may follow. */
        PADDING,
        VALUE,
        LINE_FEED,
        LAST_LINE_FEED,
        OVER
    }

    private final int bytesMax;
    private final KnownTexts texts;
    private final HeadFields fields = new HeadFields();
    /** Everything since the request went out, interim responses included. */
    private byte[] head = new byte[STEP];

    private int end;
    private int next;
    private At at = At.OVER;
    private int lineStart;
    private int nameEnd;
    private int valueStart;
    private boolean http11;
    private int status;
    private int continues;
    private int interims;
    private boolean mayUpgrade;
    private @Nullable String fault;
    private boolean tooLarge;

    HeadReader(int bytesMax, KnownTexts texts) {
        this.bytesMax = bytesMax;
        this.texts = texts;
    }

    /**
     * A request goes out: what comes next is the head of its response.
     *
     * @param upgrade whether 101 may be the answer
     */
    void expect(boolean upgrade) {
        mayUpgrade = upgrade;
        if (head.length > 4 * STEP) head = new byte[STEP];
        end = 0;
        next = 0;
        continues = 0;
        interims = 0;
        fault = null;
        tooLarge = false;
        nextHead();
    }

    /** Reads on, and consumes what belongs to heads. Returns whether the head that counts is complete. */
    boolean read(ByteBuf in) {
        while (at != At.OVER && fault == null && in.isReadable()) {
            int count = Math.min(in.readableBytes(), STEP);
            if (head.length - end < count) head = Arrays.copyOf(head, Math.max(2 * head.length, end + count));
            int from = end;
            in.getBytes(in.readerIndex(), head, from, count);
            end += count;
            parse();
            in.skipBytes(next - from);
            if (at == At.OVER) end = next;
        }
        return at == At.OVER && fault == null;
    }

    /** What is wrong with the bytes so far, or null. */
    @Nullable
    String fault() {
        return fault;
    }

    /** The same as the origin's failure. */
    @Nullable
    OriginFailure failure() {
        String reason = fault;
        if (reason == null) return null;
        return tooLarge ? new OriginFailure.HeadTooLarge(reason) : new OriginFailure.Malformed(reason);
    }

    int status() {
        return status;
    }

    /** What the complete head says. */
    ResponseStart start(boolean answersHead) {
        return status == 101 ? fields.switched() : fields.start(status, http11, answersHead);
    }

    private void parse() {
        int limit = Math.min(end, bytesMax);
        while (next < limit && at != At.OVER && fault == null) step(limit);
        if (at != At.OVER && fault == null && end > bytesMax) {
            tooLarge = true;
            fault = "head of more than " + bytesMax + " bytes";
        }
    }

    /** Consumes at least one byte, or finds a fault, or goes over to the state in which the byte is consumed. */
    private void step(int limit) {
        byte octet = head[next];
        switch (at) {
            case STATUS_LINE -> statusLine(octet);
            case LINE_START -> lineStart(octet);
            case NAME -> name(limit);
            case PADDING -> padding(octet);
            case VALUE -> value(limit);
            case LINE_FEED -> {
                if (octet != '\n') fault = "bare CR in the head";
                at = At.LINE_START;
                next++;
            }
            case LAST_LINE_FEED -> {
                next++;
                if (octet == '\n') headEnd();
                else fault = "bare CR in the head";
            }
            case OVER -> throw new IllegalStateException("the head is over");
        }
    }

    private void statusLine(byte octet) {
        int column = next - lineStart;
        if (column == 0 && (octet == ' ' || octet == '\t')) {
            fault = "folded line in the head";
        } else if (column == 0 && octet == '\r') {
            fault = "no status line";
        } else if (isControl(octet)) {
            fault = control(octet);
        } else if (column <= STATUS_END && !isStatusLine(column, octet)) {
            fault = NO_STATUS_LINE;
        } else {
            if (octet == '\r') at = At.LINE_FEED;
            next++;
        }
    }

    private boolean isStatusLine(int column, byte octet) {
        if (column < VERSION_AT) return octet == STATUS_LINE.charAt(column);
        if (column == VERSION_AT) {
            http11 = octet == '1';
            return octet == '0' || octet == '1';
        }
        if (column == VERSION_AT + 1) return octet == ' ';
        // The space before an empty reason phrase is often left out.
        if (column == STATUS_END) return octet == ' ' || octet == '\r';
        status = 10 * status + (octet - '0');
        return octet >= '0' && octet <= '9';
    }

    private void lineStart(byte octet) {
        if (octet == ' ' || octet == '\t') {
            fault = "folded line in the head";
        } else if (octet == '\r') {
            at = At.LAST_LINE_FEED;
            next++;
        } else {
            lineStart = next;
            at = At.NAME;
        }
    }

    private void name(int limit) {
        int i = next;
        while (i < limit && TOKEN[head[i] & 0xFF]) i++;
        next = i;
        if (i == limit) return;
        nameEnd = i;
        if (i == lineStart) fault = isControl(head[i]) ? control(head[i]) : NO_FIELD;
        else padding(head[i]);
    }

    private void padding(byte octet) {
        if (octet == ':') {
            at = At.VALUE;
            next++;
            valueStart = next;
        } else if (octet == ' ' || octet == '\t') {
            at = At.PADDING;
            next++;
        } else {
            fault = isControl(octet) ? control(octet) : NO_FIELD;
        }
    }

    private void value(int limit) {
        int i = next;
        while (i < limit && VALUE[head[i] & 0xFF]) i++;
        next = i;
        if (i == limit) return;
        if (head[i] != '\r') {
            fault = control(head[i]);
            return;
        }
        addField(i);
        at = At.LINE_FEED;
        next++;
    }

    private void addField(int lineEnd) {
        int start = valueStart;
        int stop = lineEnd;
        while (start < stop && isSpace(head[start])) start++;
        while (start < stop && isSpace(head[stop - 1])) stop--;
        fields.add(texts.of(head, lineStart, nameEnd), texts.of(head, start, stop));
    }

    private void headEnd() {
        if (status < 100 || status > 599) {
            fault = "status " + status;
        } else if (status >= 200 || (status == 101 && mayUpgrade)) {
            at = At.OVER;
        } else if (status == 101) {
            // Nothing was asked for that could be agreed on.
            fault = "status 101";
        } else if (status == 100 && ++continues > 1) {
            fault = "more than one 100 Continue";
        } else if (++interims > INTERIM_MAX) {
            fault = "more than " + INTERIM_MAX + " interim responses";
        } else {
            nextHead();
        }
    }

    private void nextHead() {
        at = At.STATUS_LINE;
        lineStart = next;
        status = 0;
        fields.clear();
    }

    /** CR has its own place in the grammar, and a tab is allowed. */
    private static boolean isControl(byte octet) {
        return (octet >= 0 && octet < ' ' && octet != '\t' && octet != '\r') || octet == 0x7f;
    }

    private static String control(byte octet) {
        return octet == '\n' ? "bare LF in the head" : "control byte in the head";
    }

    private static boolean isSpace(byte octet) {
        return octet == ' ' || octet == '\t';
    }

    private static boolean[] value() {
        boolean[] table = new boolean[256];
        for (int i = 0; i < table.length; i++) table[i] = !isControl((byte) i) && i != '\r';
        return table;
    }

    /** Which octets may stand in a name. */
    static boolean[] token() {
        boolean[] table = new boolean[256];
        for (char c = '0'; c <= '9'; c++) table[c] = true;
        for (char c = 'a'; c <= 'z'; c++) table[c] = true;
        for (char c = 'A'; c <= 'Z'; c++) table[c] = true;
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) table[c] = true;
        return table;
    }
}
