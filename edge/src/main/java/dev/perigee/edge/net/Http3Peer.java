package dev.perigee.edge.net;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * What a viewer says of its connection on the control stream (RFC 9114 section 7.2), and of QPACK's tables, which it may not
 * fill. On the connection's event loop.
 */
final class Http3Peer implements Http3FrameReader.Frames {
    private static final int SETTINGS_OCTETS_MAX = 1024;
    private static final int PRIORITY_OCTETS_MAX = 256;
    private static final long NONE = -1;

    private final Http3Connection connection;
    /** Kinds of streams that there can be one of, as bits. */
    private int begun;

    /** Whether the rest of a stream's id is yet to come from QPACK's decoder. */
    private boolean inCancellation;

    private boolean configured;
    private long pushMax = NONE;
    private long goAway = Long.MAX_VALUE;

    Http3Peer(Http3Connection connection) {
        this.connection = connection;
    }

    /** Whether this is the first stream of its kind. */
    boolean begins(int kind) {
        boolean first = (begun & 1 << kind) == 0;
        begun |= 1 << kind;
        return first;
    }

    Http3Control.Octets octets(int kind, byte[] scratch) {
        return switch (kind) {
            case Http3Frame.QPACK_ENCODER -> this::encoder;
            case Http3Frame.QPACK_DECODER -> this::decoder;
            default -> {
                var reader = new Http3FrameReader(this, scratch);
                yield in -> reader.take(in, false);
            }
        };
    }

    /** RFC 9204 section 4.3: all that may be said of a table without room is that it has none. */
    private void encoder(ByteBuf in) {
        while (in.isReadable()) {
            connection.nuisance(1);
            if (in.readByte() == 0x20) continue;
            connection.connectionError(Http3Error.QPACK_ENCODER_STREAM_ERROR);
            return;
        }
    }

    /** RFC 9204 section 4.4.2: we never refer to a table, so nothing can be acknowledged, only given up. */
    private void decoder(ByteBuf in) {
        while (in.isReadable()) {
            connection.nuisance(1);
            int first = in.readByte();
            if (inCancellation) {
                inCancellation = first < 0;
                continue;
            }
            if ((first & 0xC0) != 0x40) {
                connection.connectionError(Http3Error.QPACK_DECODER_STREAM_ERROR);
                return;
            }
            inCancellation = (first & 0x3F) == 0x3F;
        }
    }

    @Override
    public Http3FrameReader.Use begins(long type, long length) {
        if (!configured && type != Http3Frame.SETTINGS) return fatal(Http3Error.MISSING_SETTINGS);
        boolean misplaced = type == Http3Frame.DATA
                || type == Http3Frame.HEADERS
                || type == Http3Frame.PUSH_PROMISE
                || (configured && type == Http3Frame.SETTINGS)
                || Http3Frame.isOfHttp2(type);
        if (misplaced) return fatal(Http3Error.FRAME_UNEXPECTED);
        connection.nuisance(1);
        if (type == Http3Frame.SETTINGS) return atMost(SETTINGS_OCTETS_MAX, length, Http3Error.EXCESSIVE_LOAD);
        if (type == Http3Frame.PRIORITY_UPDATE) return atMost(PRIORITY_OCTETS_MAX, length, Http3Error.EXCESSIVE_LOAD);
        if (type == Http3Frame.GOAWAY || type == Http3Frame.MAX_PUSH_ID || type == Http3Frame.CANCEL_PUSH)
            return atMost(8, length, Http3Error.FRAME_ERROR);
        return Http3FrameReader.Use.SKIPPED;
    }

    private Http3FrameReader.Use atMost(int max, long length, Http3Error otherwise) {
        return length <= max ? Http3FrameReader.Use.WHOLE : fatal(otherwise);
    }

    private Http3FrameReader.Use fatal(Http3Error error) {
        connection.connectionError(error);
        return Http3FrameReader.Use.FATAL;
    }

    @Override
    public void part(ByteBuf in, int start, int length, boolean last) {
        throw new IllegalStateException("no frame of a control stream is wanted in parts");
    }

    @Override
    public void whole(long type, byte[] bytes, int start, int end, boolean last) {
        if (type == Http3Frame.SETTINGS) {
            settings(bytes, start, end);
            return;
        }
        int octets = start == end ? 0 : Http3Frame.numberLength(bytes[start]);
        boolean more = type == Http3Frame.PRIORITY_UPDATE;
        if (octets == 0 || (more ? octets > end - start : octets != end - start)) {
            connection.connectionError(Http3Error.FRAME_ERROR);
            return;
        }
        long id = Http3Frame.number(bytes, start);
        if (type == Http3Frame.PRIORITY_UPDATE) priority(id, bytes, start + octets, end);
        else if (type == Http3Frame.MAX_PUSH_ID && id >= pushMax) pushMax = id;
        else if (type == Http3Frame.GOAWAY && id <= goAway) leaves(id);
        // Nothing was promised that could be given up; limits never move back.
        else connection.connectionError(Http3Error.ID_ERROR);
    }

    private void leaves(long id) {
        goAway = id;
        connection.drain();
    }

    private void priority(long id, byte[] bytes, int start, int end) {
        if ((id & 3) != 0) {
            connection.connectionError(Http3Error.ID_ERROR);
            return;
        }
        Http3Stream stream = connection.stream(id);
        String value = new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
        if (stream != null) stream.priority(StreamPriority.parse(value));
    }

    /** None of what can be set matters to a server without a table, but what cannot be said ends the connection. */
    private void settings(byte[] bytes, int start, int end) {
        configured = true;
        Set<Long> seen = new HashSet<>();
        int at = start;
        while (at < end) {
            int name = Http3Frame.numberLength(bytes[at]);
            boolean whole = at + name < end && at + name + Http3Frame.numberLength(bytes[at + name]) <= end;
            if (!whole) {
                connection.connectionError(Http3Error.FRAME_ERROR);
                return;
            }
            long identifier = Http3Frame.number(bytes, at);
            at += name + Http3Frame.numberLength(bytes[at + name]);
            // RFC 9114 section 7.2.4.1: those of HTTP/2.
            boolean reserved = identifier == 0 || (identifier >= 2 && identifier <= 5);
            if (reserved || !seen.add(identifier)) {
                connection.connectionError(Http3Error.SETTINGS_ERROR);
                return;
            }
        }
    }
}
