package make;

import com.maxmind.db.DatabaseRecord;
import com.maxmind.db.InvalidNetworkException;
import com.maxmind.db.Reader;
import java.io.File;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Makes the packed table of countries from databases with a {@code country_code} for each network; see make.sh. */
public final class CountryTableMaker {
    private static final Set<String> ISO = Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2);

    public static void main(String[] args) throws IOException, InvalidNetworkException {
        Packer packer = new Packer();
        Set<String> dropped = new TreeSet<>();
        String built = "";
        for (String file : new String[] {args[1], args[2]}) {
            try (Reader reader = new Reader(new File(file))) {
                built = reader.getMetadata().buildTime().atZone(ZoneOffset.UTC).toLocalDate().toString();
                var networks = reader.networks(Map.class);
                while (networks.hasNext()) {
                    DatabaseRecord<Map> record = networks.next();
                    if (record.data() == null) continue;
                    String code = String.valueOf(record.data().get("country_code"));
                    if (ISO.contains(code)) add(packer, record, code);
                    else dropped.add(code);
                }
            }
        }
        byte[] packed = packer.pack(args[0] + ", " + built);
        Files.write(Path.of(args[3]), packed);
        System.out.println(packed.length + " octets; no countries, and so unknown: " + dropped);
    }

    private static void add(Packer packer, DatabaseRecord<Map> record, String code) throws IOException {
        byte[] address = record.network().networkAddress().getAddress();
        int prefix = record.network().prefixLength();
        if (record.network().networkAddress() instanceof Inet4Address) {
            long start = ByteBuffer.wrap(address).getInt() & 0xFFFF_FFFFL;
            packer.add(false, start, start + (1L << 32 - prefix), code);
            return;
        }
        if (prefix > 64) throw new IOException(record.network() + " is smaller than the table's grain");
        long start = ByteBuffer.wrap(address).getLong();
        packer.add(true, start, start + (1L << 64 - prefix), code);
    }
}
