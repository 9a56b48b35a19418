package dev.perigee.testkit;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes small databases in MaxMind's format: records of 32 bits, a tree of IPv6 with IPv4 at its beginning. */
public final class GeoFileWriter {
    private static final int EMPTY = -1;

    private final String type;
    /** Two branches each: a node, {@link #EMPTY}, or below that a record. */
    private final List<int[]> nodes = new ArrayList<>(List.of(new int[] {EMPTY, EMPTY}));

    private final ByteArrayOutputStream records = new ByteArrayOutputStream();
    private final Map<Object, Integer> offsets = new HashMap<>();

    /** @param type as in the file's metadata, such as {@code GeoLite2-City} */
    public GeoFileWriter(String type) {
        this.type = type;
    }

    /** A network, such as {@code 192.0.2.0/24}, and what is known of it: maps, lists, texts and numbers. */
    public GeoFileWriter put(String network, Map<String, ?> record) {
        int slash = network.indexOf('/');
        byte[] short4 = InetAddress.ofLiteral(network.substring(0, slash)).getAddress();
        int prefix = Integer.parseInt(network.substring(slash + 1)) + (short4.length == 4 ? 96 : 0);
        byte[] address = new byte[16];
        System.arraycopy(short4, 0, address, 16 - short4.length, short4.length);
        int node = 0;
        for (int depth = 0; depth < prefix - 1; depth++) node = below(node, bit(address, depth));
        nodes.get(node)[bit(address, prefix - 1)] = -2 - offset(record);
        return this;
    }

    private int below(int node, int bit) {
        int next = nodes.get(node)[bit];
        if (next >= 0) return next;
        if (next != EMPTY) throw new IllegalArgumentException("networks overlap");
        nodes.add(new int[] {EMPTY, EMPTY});
        nodes.get(node)[bit] = nodes.size() - 1;
        return nodes.size() - 1;
    }

    private static int bit(byte[] address, int index) {
        return address[index / 8] >> (7 - index % 8) & 1;
    }

    private int offset(Map<String, ?> record) {
        return offsets.computeIfAbsent(record, _ -> {
            int at = records.size();
            write(records, record);
            return at;
        });
    }

    /** The whole file. */
    public byte[] toBytes() {
        var file = new ByteArrayOutputStream();
        var out = new DataOutputStream(file);
        try {
            for (int[] branches : nodes) {
                for (int branch : branches) {
                    if (branch >= 0) out.writeInt(branch);
                    else out.writeInt(branch == EMPTY ? nodes.size() : nodes.size() + 16 + (-2 - branch));
                }
            }
            out.write(new byte[16]);
            out.write(records.toByteArray());
            out.write(new byte[] {(byte) 0xAB, (byte) 0xCD, (byte) 0xEF});
            out.write("MaxMind.com".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        write(
                file,
                Map.of(
                        "binary_format_major_version",
                        2,
                        "binary_format_minor_version",
                        0,
                        "build_epoch",
                        1_790_000_000L,
                        "database_type",
                        type,
                        "description",
                        Map.of(),
                        "ip_version",
                        6,
                        "languages",
                        List.of(),
                        "node_count",
                        nodes.size(),
                        "record_size",
                        32));
        return file.toByteArray();
    }

    private static void write(ByteArrayOutputStream out, Object value) {
        switch (value) {
            case String text -> {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                control(out, 2, bytes.length);
                out.writeBytes(bytes);
            }
            case Map<?, ?> map -> {
                control(out, 7, map.size());
                map.forEach((key, each) -> {
                    write(out, key);
                    write(out, each);
                });
            }
            case List<?> list -> {
                control(out, 11, list.size());
                list.forEach(each -> write(out, each));
            }
            case Integer number -> integer(out, 6, 4, number);
            case Long number -> integer(out, 9, 8, number);
            case Double number -> integer(out, 3, 8, Double.doubleToLongBits(number));
            default -> throw new IllegalArgumentException("not to be written: " + value);
        }
    }

    private static void integer(ByteArrayOutputStream out, int type, int octets, long value) {
        control(out, type, octets);
        for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8) out.write((int) (value >> shift));
    }

    private static void control(ByteArrayOutputStream out, int type, int size) {
        if (size > 28) {
            out.write((type < 8 ? type << 5 : 0) | 29);
            if (type >= 8) out.write(type - 7);
            out.write(size - 29);
            return;
        }
        out.write((type < 8 ? type << 5 : 0) | size);
        if (type >= 8) out.write(type - 7);
    }
}
