package dev.perigee.core.geo;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A table of countries in Perigee's own packed form: for each place in the address space where the country changes, the
 * country from there on. A look-up is one search in an array and allocates nothing. Of IPv6 addresses the first 64 bits
 * count.
 *
 * <p>Packed, after one line that names the form: gzip of the source's name, the codes, and then of IPv4 and of IPv6 the
 * number of places, their distances as variable-length numbers, and one octet each that is the number of the code, 0 for
 * none. {@code edge/src/geo} has the program that makes it.
 */
public final class CountryTable implements Countries {
    private static final byte[] FORM = "perigee-countries 1\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private static final int PLACES_MAX = 16 << 20;
    private static final int CODES_MAX = 255;

    private final String source;
    private final @Nullable String[] codes;
    private final long[] places4;
    private final byte[] countries4;
    private final long[] places6;
    private final byte[] countries6;

    private CountryTable(DataInputStream in) throws IOException {
        source = in.readUTF();
        int count = in.readUnsignedByte();
        codes = new @Nullable String[count + 1];
        for (int i = 1; i <= count; i++) codes[i] = "" + (char) in.readUnsignedByte() + (char) in.readUnsignedByte();
        places4 = places(in);
        countries4 = countries(in, places4.length, count);
        places6 = places(in);
        countries6 = countries(in, places6.length, count);
        if (in.read() >= 0) throw new IOException("something follows the table");
    }

    /**
     * Unpacks a table.
     *
     * @throws IOException when it is not one, or not a whole one
     */
    public static CountryTable unpack(byte[] packed) throws IOException {
        if (!Arrays.equals(packed, 0, Math.min(packed.length, FORM.length), FORM, 0, FORM.length))
            throw new IOException("not a table of countries");
        var rest = new ByteArrayInputStream(packed, FORM.length, packed.length - FORM.length);
        try (var in = new DataInputStream(new GZIPInputStream(rest, 64 << 10))) {
            return new CountryTable(in);
        }
    }

    private static long[] places(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > PLACES_MAX) throw new IOException(count + " places");
        long[] places = new long[count];
        long at = 0;
        for (int i = 0; i < count; i++) {
            at += number(in);
            // Compared as signed numbers: the address space begins at the least of them.
            places[i] = at ^ Long.MIN_VALUE;
            if (i > 0 && places[i] <= places[i - 1]) throw new IOException("places are out of order");
        }
        return places;
    }

    private static long number(DataInputStream in) throws IOException {
        long number = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int octet = in.readUnsignedByte();
            number |= (long) (octet & 0x7F) << shift;
            if (octet < 0x80) return number;
        }
        throw new IOException("a number without an end");
    }

    private static byte[] countries(DataInputStream in, int count, int codesMax) throws IOException {
        byte[] countries = new byte[count];
        in.readFully(countries);
        for (byte country : countries) {
            if ((country & CODES_MAX) > codesMax) throw new IOException("a country without a code");
        }
        return countries;
    }

    /** Where the table is from, and when. */
    public String source() {
        return source;
    }

    /** How many countries it has. */
    public int countries() {
        return codes.length - 1;
    }

    @Override
    public @Nullable String of(byte[] address) {
        if (address.length == 4) return of4(address, 0);
        if (address.length != 16) return null;
        return isMapped(address) ? of4(address, 12) : find(places6, countries6, eight(address));
    }

    private @Nullable String of4(byte[] address, int from) {
        long number = 0;
        for (int i = from; i < from + 4; i++) number = number << 8 | (address[i] & 0xFF);
        return find(places4, countries4, number);
    }

    private static long eight(byte[] address) {
        long number = 0;
        for (int i = 0; i < 8; i++) number = number << 8 | (address[i] & 0xFF);
        return number;
    }

    /** RFC 4291 section 2.5.5.2. */
    private static boolean isMapped(byte[] address) {
        for (int i = 0; i < 10; i++) {
            if (address[i] != 0) return false;
        }
        return address[10] == -1 && address[11] == -1;
    }

    private @Nullable String find(long[] places, byte[] countries, long number) {
        int found = Arrays.binarySearch(places, number ^ Long.MIN_VALUE);
        int place = found >= 0 ? found : -found - 2;
        return place < 0 ? null : codes[countries[place] & 0xFF];
    }
}
