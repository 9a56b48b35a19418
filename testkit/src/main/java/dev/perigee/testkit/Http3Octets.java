package dev.perigee.testkit;

import dev.perigee.core.http.Fields;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import tech.kwik.qpack.Decoder;
import tech.kwik.qpack.Encoder;

/** Frames of HTTP/3 as octets, right or wrong as a test wants them. */
public final class Http3Octets {
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int SETTINGS = 4;
    public static final int CONTROL = 0;

    private Http3Octets() {}

    /** A frame of this type and content. */
    public static byte[] frame(long type, byte[] payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(frameHead(type, payload.length));
        out.writeBytes(payload);
        return out.toByteArray();
    }

    /** Type and length of a frame. */
    public static byte[] frameHead(long type, long length) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(number(type));
        out.writeBytes(number(length));
        return out.toByteArray();
    }

    /** A number of variable length (RFC 9000 section 16). */
    public static byte[] number(long value) {
        if (value < 1 << 6) return new byte[] {(byte) value};
        if (value < 1 << 14)
            return ByteBuffer.allocate(2).putShort((short) (value | 0x4000)).array();
        if (value < 1 << 30)
            return ByteBuffer.allocate(4).putInt((int) value | 0x8000_0000).array();
        return ByteBuffer.allocate(8).putLong(value | 0xC000_0000_0000_0000L).array();
    }

    /** Reads a number; -1 at the end. */
    static long number(DataInputStream in) throws IOException {
        int first = in.read();
        if (first < 0) return -1;
        long value = first & 0x3F;
        for (int more = (1 << (first >>> 6)) - 1; more > 0; more--) value = (value << 8) | in.readUnsignedByte();
        return value;
    }

    /** A field section: name, value, name, value, … */
    public static byte[] section(String... namesAndValues) {
        List<Map.Entry<String, String>> fields = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2)
            fields.add(Map.entry(namesAndValues[i], namesAndValues[i + 1]));
        ByteBuffer section =
                Encoder.newBuilder().build().compressHeaders(fields).flip();
        byte[] octets = new byte[section.remaining()];
        section.get(octets);
        return octets;
    }

    /** A request for the usual host as a frame, with these fields besides: name, value, name, value, … */
    public static byte[] request(String method, String target, String... fields) {
        List<String> lines = new ArrayList<>(List.of(
                ":method", method, ":scheme", "https", ":authority", DistributionBuilder.HOST, ":path", target));
        lines.addAll(List.of(fields));
        return headers(lines.toArray(String[]::new));
    }

    /** A request for the usual host as a frame, with field lines besides that are encoded already. */
    public static byte[] requestAnd(String target, byte[] lines) {
        byte[] usual =
                section(":method", "GET", ":scheme", "https", ":authority", DistributionBuilder.HOST, ":path", target);
        byte[] all = Arrays.copyOf(usual, usual.length + lines.length);
        System.arraycopy(lines, 0, all, usual.length, lines.length);
        return frame(HEADERS, all);
    }

    /** A field section as a frame. */
    public static byte[] headers(String... namesAndValues) {
        return frame(HEADERS, section(namesAndValues));
    }

    /** Text as a frame of content. */
    public static byte[] data(String text) {
        return frame(DATA, text.getBytes(StandardCharsets.UTF_8));
    }

    static Fields fields(byte[] section) throws IOException {
        Fields.Builder fields = Fields.builder(16);
        for (Map.Entry<String, String> field :
                Decoder.newBuilder().build().decodeStream(new ByteArrayInputStream(section)))
            fields.add(field.getKey(), field.getValue());
        return fields.build();
    }
}
