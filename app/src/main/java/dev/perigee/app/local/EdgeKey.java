package dev.perigee.app.local;

import dev.perigee.app.folder.OwnerFile;
import dev.perigee.app.folder.SystemFolder;
import dev.perigee.core.sign.SigV4;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;

/** The key pair that the edges of a local system sign their requests to the embedded S3 with. */
record EdgeKey(String accessKeyId, String secretAccessKey) {

    /** The key pair of this folder, made on first use. */
    static EdgeKey of(SystemFolder folder) throws IOException {
        try {
            List<String> lines = Files.readAllLines(folder.edgeKeyFile());
            if (lines.size() < 2) throw new IOException(folder.edgeKeyFile() + " is not a key pair of two lines");
            return new EdgeKey(lines.get(0), lines.get(1));
        } catch (NoSuchFileException firstUse) {
            EdgeKey fresh = fresh();
            OwnerFile.write(folder.edgeKeyFile(), fresh.accessKeyId + "\n" + fresh.secretAccessKey + "\n");
            return fresh;
        }
    }

    /** One that is nobody's yet. */
    static EdgeKey fresh() {
        SecureRandom random = new SecureRandom();
        String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var id = new StringBuilder("PERIGEE");
        while (id.length() < 20) id.append(letters.charAt(random.nextInt(letters.length())));
        byte[] secret = new byte[30];
        random.nextBytes(secret);
        return new EdgeKey(
                id.toString(), Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
    }

    SigV4.Credentials credentials() {
        return new SigV4.Credentials(accessKeyId, secretAccessKey);
    }

    @Override
    public String toString() {
        return "EdgeKey[" + accessKeyId + "]";
    }
}
