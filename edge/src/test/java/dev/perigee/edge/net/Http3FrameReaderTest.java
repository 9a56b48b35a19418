package dev.perigee.edge.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Http3FrameReaderTest {
    private final StringBuilder told = new StringBuilder();

    private final Http3FrameReader reader = new Http3FrameReader(
            new Http3FrameReader.Frames() {
                @Override
                public Http3FrameReader.Use begins(long type, long length) {
                    if (type == 0) return Http3FrameReader.Use.PARTS;
                    if (type == 9) return Http3FrameReader.Use.FATAL;
                    return type == 1 ? Http3FrameReader.Use.WHOLE : Http3FrameReader.Use.SKIPPED;
                }

                @Override
                public void whole(long type, byte[] bytes, int start, int end, boolean last) {
                    told.append('[').append(new String(bytes, start, end - start, StandardCharsets.US_ASCII));
                    told.append(last ? "]." : "]");
                }

                @Override
                public void part(ByteBuf in, int start, int length, boolean last) {
                    told.append(in.toString(start, length, StandardCharsets.US_ASCII))
                            .append(last ? "." : "");
                }
            },
            new byte[8]);

    private static ByteBuf frames() {
        ByteBuf out = Unpooled.buffer();
        for (String frame :
                new String[] {"1:head", "64:skipped", "0:con", "0:", "33:", "1:longer than scratch", "0:tent"}) {
            int colon = frame.indexOf(':');
            String text = frame.substring(colon + 1);
            Http3Frame.number(out, Long.parseLong(frame.substring(0, colon)));
            Http3Frame.number(out, text.length());
            out.writeCharSequence(text, StandardCharsets.US_ASCII);
        }
        return out;
    }

    @ParameterizedTest(name = "{0} octets at a time")
    @ValueSource(ints = {1, 2, 3, 5, 7, 11, 1_000})
    void framesAreTheSameHoweverTheyCome(int step) {
        ByteBuf in = frames();
        while (in.isReadable()) {
            ByteBuf part = in.readSlice(Math.min(step, in.readableBytes()));
            reader.take(part, !in.isReadable());
        }
        assertEquals("[head]con[longer than scratch]tent.", told.toString());
        assertEquals(false, reader.midway());
        assertEquals(0, reader.kept());
    }

    @ParameterizedTest(name = "{0} octets at a time")
    @ValueSource(ints = {1, 1_000})
    void nothingFollowsWhatIsFatal(int step) {
        ByteBuf in = Unpooled.buffer();
        Http3Frame.number(Http3Frame.number(in, 9), 4).writeInt(0x01010101);
        in.writeBytes(frames());
        while (in.isReadable()) reader.take(in.readSlice(Math.min(step, in.readableBytes())), false);
        assertEquals("", told.toString());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 63, 64, 16_383, 16_384, (1L << 30) - 1, 1L << 30, (1L << 62) - 1})
    void numbersAreReadAsTheyAreWritten(long value) {
        ByteBuf out = Http3Frame.number(Unpooled.buffer(), value);
        assertEquals(Http3Frame.octetsOf(value), out.readableBytes());
        assertEquals(value, Http3Frame.number(out.array(), 0));
        assertEquals(out.readableBytes(), Http3Frame.numberLength(out.getByte(0)));
    }
}
