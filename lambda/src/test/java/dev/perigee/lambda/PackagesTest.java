package dev.perigee.lambda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackagesTest {
    @Test
    void aPackageIsKeptAndUnpackedAsItCame(@TempDir Path folder) throws Exception {
        byte[] zip = Zips.of("index.js", "a", "lib/deep/b.js", "b", "lib/c.js", "c");
        var packages = new Packages(folder);
        String name = packages.put(zip);
        assertEquals(name, packages.put(zip));
        assertArrayEquals(zip, packages.get(name));
        Path code = packages.unpacked(name);
        assertEquals("b", Files.readString(code.resolve("lib/deep/b.js")));
        assertEquals(code, packages.unpacked(name));
        packages.keep(Set.of());
        packages.forget(Set.of());
        assertFalse(Files.exists(code));
        assertThrows(IOException.class, () -> packages.get(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../a", "a/../../b", "/etc/passwd", "a\\..\\b", "./a", "a/./b", "..", "a\nb", "index.js/a", "lib"
            })
    void whatLeadsElsewhereIsRefused(String name, @TempDir Path folder) throws Exception {
        byte[] zip = Zips.of("index.js", "a", "lib/a.js", "b", name, "c");
        assertThrows(BadPackage.class, () -> new Packages(folder).put(zip));
        try (var files = Files.walk(folder)) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void whatIsNoZipIsRefused(@TempDir Path folder) {
        var packages = new Packages(folder);
        for (String text : new String[] {"", "PK", "no zip at all", "PK\003\004 and then nothing that makes sense"}) {
            byte[] zip = text.getBytes(StandardCharsets.UTF_8);
            assertThrows(BadPackage.class, () -> packages.put(zip), text);
        }
        assertThrows(BadPackage.class, () -> packages.put(new byte[Packages.PACKED_MAX + 1]));
    }

    @Test
    void whatBecomesTooLargeIsRefused(@TempDir Path folder) throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("bomb"));
            byte[] zeroes = new byte[1 << 20];
            for (int i = 0; i < 260; i++) zip.write(zeroes);
            zip.closeEntry();
        }
        BadPackage refused = assertThrows(BadPackage.class, () -> new Packages(folder).put(bytes.toByteArray()));
        assertTrue(refused.text().contains("Unzipped size"), refused.text());
    }
}
