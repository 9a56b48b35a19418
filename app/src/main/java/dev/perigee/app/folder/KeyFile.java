package dev.perigee.app.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Secret octets in hexadecimal, in a file that only its owner may read. */
public final class KeyFile {
    private KeyFile() {}

    /**
     * What the file holds; made on first use.
     *
     * @param without what cannot be done without it, for whoever reads that it is damaged
     */
    public static byte[] of(Path file, int octets, String without) throws IOException {
        try {
            return read(file, octets, without);
        } catch (NoSuchFileException firstUse) {
            byte[] key = new byte[octets];
            new SecureRandom().nextBytes(key);
            OwnerFile.write(file, HexFormat.of().formatHex(key) + "\n");
            return key;
        }
    }

    /**
     * What the file holds.
     *
     * @throws NoSuchFileException when there is none yet
     */
    public static byte[] read(Path file, int octets, String without) throws IOException {
        try {
            byte[] key = HexFormat.of().parseHex(Files.readString(file).strip());
            if (key.length == octets) return key;
        } catch (IllegalArgumentException damaged) {
            // What it holds instead is nobody's business.
        }
        throw new IOException(
                file + " does not hold a key of " + octets + " bytes in hexadecimal; without it " + without);
    }
}
