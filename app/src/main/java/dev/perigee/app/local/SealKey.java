package dev.perigee.app.local;

import dev.perigee.app.folder.OwnerFile;
import dev.perigee.app.folder.SystemFolder;
import dev.perigee.core.tls.Seal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The key that private keys of certificates are sealed with in the database and in plans: in a file of its own. */
final class SealKey {
    private SealKey() {}

    /** The seal of this folder, its key made on first use. */
    static Seal of(SystemFolder folder) throws IOException {
        try {
            String hex = Files.readString(folder.sealKeyFile()).strip();
            return new Seal(HexFormat.of().parseHex(hex));
        } catch (NoSuchFileException firstUse) {
            byte[] key = new byte[Seal.KEY_BYTES];
            new SecureRandom().nextBytes(key);
            OwnerFile.write(folder.sealKeyFile(), HexFormat.of().formatHex(key) + "\n");
            return new Seal(key);
        } catch (IllegalArgumentException damaged) {
            throw new IOException(
                    folder.sealKeyFile() + " does not hold a key of " + Seal.KEY_BYTES
                            + " bytes in hexadecimal; without it no imported certificate can be used",
                    damaged);
        }
    }
}
