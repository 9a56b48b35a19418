package dev.perigee.app.local;

import dev.perigee.app.folder.KeyFile;
import dev.perigee.app.folder.SystemFolder;
import dev.perigee.core.tls.Seal;
import java.io.IOException;

/** The key that private keys of certificates are sealed with in the database and in plans: in a file of its own. */
final class SealKey {
    private SealKey() {}

    /** The seal of this folder, its key made on first use. */
    static Seal of(SystemFolder folder) throws IOException {
        return new Seal(KeyFile.of(folder.sealKeyFile(), Seal.KEY_BYTES, "no imported certificate can be used"));
    }
}
