package dev.perigee.edge.origin;

import io.netty.buffer.ByteBuf;
import io.netty.util.ByteProcessor;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the raw bytes of a response head before the decoder does, and refuses what Netty's decoder would forgive:
 * folded lines, lines without a colon, bare CR or LF, control bytes, bytes before the status line, other versions, status codes without a
 * meaning (RFC 9112 sections 2.2, 4 and 5.2). Interim responses are counted here too: one 100 at most, as CloudFront
 * does, and a few of the others.
 */
final class HeadGuard implements ByteProcessor {
    private static final int INTERIM_MAX = 8;
    private static final String STATUS_LINE = "HTTP/1.";
    private static final int VERSION_AT = STATUS_LINE.length();
    private static final int STATUS_AT = VERSION_AT + 2;
    private static final int STATUS_END = STATUS_AT + 3;

    private enum At {
        LINE_START,
        WITHIN_LINE,
        LINE_FEED,
        LAST_LINE_FEED,
        AFTER_HEAD
    }

    private enum Name {
        OPEN,
        PADDED,
        OVER
    }

    private final int bytesMax;
    private At at = At.AFTER_HEAD;
    private Name name = Name.OPEN;
    private boolean statusLine;
    private int bytes;
    private int column;
    private int status;
    private int continues;
    private int interims;
    private boolean mayUpgrade;
    private @Nullable String fault;

    HeadGuard(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    /**
     * A request goes out: what comes next is the head of its response.
     *
     * @param upgrade whether 101 may be the answer
     */
    void expectHead(boolean upgrade) {
        mayUpgrade = upgrade;
        bytes = 0;
        continues = 0;
        interims = 0;
        fault = null;
        nextHead();
    }

    /** What is wrong with these bytes, as far as they belong to the head, or null. Reads without consuming. */
    @Nullable
    String inspect(ByteBuf read) {
        if (at != At.AFTER_HEAD && fault == null) read.forEachByte(this);
        return fault;
    }

    @Override
    public boolean process(byte value) {
        if (++bytes > bytesMax) return refuse("head of more than " + bytesMax + " bytes");
        return switch (at) {
            case LINE_START -> lineStart(value);
            case WITHIN_LINE -> withinLine(value);
            case LINE_FEED -> {
                if (value != '\n') yield refuse("bare CR in the head");
                at = At.LINE_START;
                statusLine = false;
                yield true;
            }
            case LAST_LINE_FEED -> value == '\n' ? headEnd() : refuse("bare CR in the head");
            case AFTER_HEAD -> false;
        };
    }

    private boolean lineStart(byte value) {
        if (value == ' ' || value == '\t') return refuse("folded line in the head");
        if (value == '\r') {
            if (statusLine) return refuse("no status line");
            at = At.LAST_LINE_FEED;
            return true;
        }
        at = At.WITHIN_LINE;
        name = Name.OPEN;
        return withinLine(value);
    }

    private boolean withinLine(byte value) {
        if (value == '\n') return refuse("bare LF in the head");
        if ((value >= 0 && value < ' ' && value != '\t' && value != '\r') || value == 0x7f) {
            return refuse("control byte in the head");
        }
        if (statusLine && column <= STATUS_END && !statusLineByte(value)) return refuse("no status line of HTTP/1.x");
        if (!statusLine && name != Name.OVER && !nameByte(value))
            return refuse("field line without a name and a colon");
        column++;
        if (value == '\r') at = At.LINE_FEED;
        return true;
    }

    /** White space may stand before the colon, and is dropped (RFC 9112 section 5.1), but nothing else may follow it. */
    private boolean nameByte(byte value) {
        if (value == ':') {
            name = Name.OVER;
            return true;
        }
        if (value == ' ' || value == '\t') {
            name = Name.PADDED;
            return true;
        }
        return value != '\r' && name == Name.OPEN;
    }

    private boolean statusLineByte(byte value) {
        if (column < VERSION_AT) return value == STATUS_LINE.charAt(column);
        if (column == VERSION_AT) return value == '0' || value == '1';
        if (column == VERSION_AT + 1) return value == ' ';
        // The space before an empty reason phrase is often left out.
        if (column == STATUS_END) return value == ' ' || value == '\r';
        status = 10 * status + (value - '0');
        return value >= '0' && value <= '9';
    }

    private boolean headEnd() {
        if (status < 100 || status > 599) return refuse("status " + status);
        if (status >= 200 || (status == 101 && mayUpgrade)) {
            at = At.AFTER_HEAD;
            return false;
        }
        // Nothing was asked for that could be agreed on.
        if (status == 101) return refuse("status 101");
        if (status == 100 && ++continues > 1) return refuse("more than one 100 Continue");
        if (++interims > INTERIM_MAX) return refuse("more than " + INTERIM_MAX + " interim responses");
        nextHead();
        return true;
    }

    private void nextHead() {
        at = At.LINE_START;
        statusLine = true;
        column = 0;
        status = 0;
    }

    private boolean refuse(String reason) {
        fault = reason;
        return false;
    }
}
