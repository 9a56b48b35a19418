package dev.perigee.edge.geo;

import com.maxmind.db.Metadata;
import com.maxmind.db.Reader;
import dev.perigee.core.geo.Location;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Map;

/**
 * Looks at all of a database once, before anybody relies on it: every branch of its tree ends in the tree or in the data, and
 * every record can be decoded. The format has no checksum; a file that was cut, or written over in part, shows here.
 */
final class GeoFileCheck {
    private static final int SEPARATOR = 16;
    private static final int DEPTH_MAX = 128;

    private final ByteBuffer file;
    private final Reader reader;
    private final int nodes;
    private final int recordBits;
    private final int addressOctets;
    private final long dataSize;
    private final GeoFields fields;
    private final BitSet seenNodes;
    private final BitSet seenRecords = new BitSet();
    private final byte[] address;
    private boolean countries;
    private boolean cities;
    private boolean systems;

    /** Which kinds of things a database knows. */
    record Found(boolean countries, boolean cities, boolean systems) {}

    private GeoFileCheck(ByteBuffer file, Reader reader) throws IOException {
        Metadata metadata = reader.getMetadata();
        this.file = file;
        this.reader = reader;
        this.recordBits = metadata.recordSize();
        if (recordBits != 24 && recordBits != 28 && recordBits != 32)
            throw new IOException("records of " + recordBits + " bits");
        if (metadata.ipVersion() != 4 && metadata.ipVersion() != 6)
            throw new IOException("IP version " + metadata.ipVersion());
        long tree = metadata.nodeCount() * recordBits / 4;
        this.dataSize = file.limit() - tree - SEPARATOR;
        if (metadata.nodeCount() < 1 || dataSize <= 0) throw new IOException("its tree is larger than the file");
        this.nodes = (int) metadata.nodeCount();
        for (int i = 0; i < SEPARATOR; i++) {
            if (file.get((int) tree + i) != 0) throw new IOException("its tree does not end where it should");
        }
        this.fields = new GeoFields(file.slice((int) tree + SEPARATOR, (int) dataSize));
        this.seenNodes = new BitSet(nodes);
        this.addressOctets = metadata.ipVersion() == 6 ? 16 : 4;
        this.address = new byte[addressOctets];
    }

    /** Throws what is wrong with it, be it an IOException or whatever decoding comes to. */
    static Found check(ByteBuffer file, Reader reader) throws IOException {
        var check = new GeoFileCheck(file, reader);
        check.node(0, 0);
        if (!check.countries && !check.cities && !check.systems)
            throw new IOException("it knows neither countries nor cities nor autonomous systems");
        return new Found(check.countries, check.cities, check.systems);
    }

    /** A node is looked at once: the addresses of IPv4 stand in a tree of IPv6 more than once. */
    private void node(int node, int depth) throws IOException {
        if (seenNodes.get(node)) return;
        seenNodes.set(node);
        if (depth >= addressOctets * 8 || depth >= DEPTH_MAX) throw new IOException("its tree is too deep");
        branch(left(node), depth);
        address[depth / 8] |= (byte) (0x80 >> depth % 8);
        branch(right(node), depth);
        address[depth / 8] &= (byte) ~(0x80 >> depth % 8);
    }

    private void branch(long value, int depth) throws IOException {
        if (value < nodes) {
            node((int) value, depth + 1);
        } else if (value > nodes) {
            long at = value - nodes - SEPARATOR;
            if (at < 0 || at >= dataSize) throw new IOException("its tree points beyond its data");
            record((int) at);
        }
    }

    private void record(int at) throws IOException {
        if (seenRecords.get(at)) return;
        seenRecords.set(at);
        fields.check(at);
        Object decoded = reader.get(InetAddress.getByAddress(address), Object.class);
        if (!(decoded instanceof Map<?, ?> record)) throw new IOException("a record is no map");
        if (GeoRecord.hasBadCountry(record)) throw new IOException("a country has no code of two capitals");
        Location location = GeoRecord.location(record);
        countries |= location.country() != null;
        cities |= location.city() != null || location.latitude() != null;
        systems |= location.asn() != null;
    }

    private long left(int node) {
        int at = node * (recordBits / 4);
        return switch (recordBits) {
            case 24 -> three(at);
            case 28 -> (long) (file.get(at + 3) & 0xF0) << 20 | three(at);
            default -> file.getInt(at) & 0xFFFF_FFFFL;
        };
    }

    private long right(int node) {
        int at = node * (recordBits / 4);
        return switch (recordBits) {
            case 24 -> three(at + 3);
            case 28 -> (long) (file.get(at + 3) & 0x0F) << 24 | three(at + 4);
            default -> file.getInt(at + 4) & 0xFFFF_FFFFL;
        };
    }

    private long three(int at) {
        return (file.get(at) & 0xFFL) << 16 | (file.get(at + 1) & 0xFFL) << 8 | (file.get(at + 2) & 0xFFL);
    }
}
