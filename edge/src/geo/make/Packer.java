package make;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Packs ranges of addresses with countries as {@code dev.perigee.core.geo.CountryTable} unpacks them. */
final class Packer {
    private final List<String> codes = new ArrayList<>();
    private final TreeMap<Long, Integer> places4 = new TreeMap<>(Long::compareUnsigned);
    private final TreeMap<Long, Integer> places6 = new TreeMap<>(Long::compareUnsigned);

    /** A range; its end is exclusive, and 0 when it is the end of the address space. Ranges come in ascending order. */
    void add(boolean six, long start, long end, String country) {
        TreeMap<Long, Integer> places = six ? places6 : places4;
        if (!codes.contains(country)) codes.add(country);
        places.put(start, codes.indexOf(country) + 1);
        if (end != 0) places.put(end, 0);
    }

    byte[] pack(String source) throws IOException {
        var packed = new ByteArrayOutputStream();
        packed.writeBytes("perigee-countries 1\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        var gzip = new GZIPOutputStream(packed) {
            {
                def.setLevel(Deflater.BEST_COMPRESSION);
            }
        };
        try (var out = new DataOutputStream(gzip)) {
            out.writeUTF(source);
            out.writeByte(codes.size());
            for (String code : codes) out.writeBytes(code);
            write(places4, out);
            write(places6, out);
        }
        return packed.toByteArray();
    }

    private static void write(Map<Long, Integer> places, DataOutputStream out) throws IOException {
        var changes = new ArrayList<Map.Entry<Long, Integer>>();
        for (Map.Entry<Long, Integer> place : places.entrySet()) {
            int before = changes.isEmpty() ? 0 : changes.getLast().getValue();
            if (place.getValue() != before) changes.add(Map.entry(place.getKey(), place.getValue()));
        }
        out.writeInt(changes.size());
        long before = 0;
        for (Map.Entry<Long, Integer> change : changes) {
            long distance = change.getKey() - before;
            while (Long.compareUnsigned(distance, 0x7F) > 0) {
                out.writeByte((int) (distance & 0x7F | 0x80));
                distance >>>= 7;
            }
            out.writeByte((int) distance);
            before = change.getKey();
        }
        for (Map.Entry<Long, Integer> change : changes) out.writeByte(change.getValue());
    }
}
