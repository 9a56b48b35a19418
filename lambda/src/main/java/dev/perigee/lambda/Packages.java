package dev.perigee.lambda;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Deployment packages by their checksums: as they came, and unpacked once somebody runs them. Safe for all threads. */
public final class Packages {
    /** Lambda@Edge: 50 MB, and of all packages what Lambda has for their content. */
    public static final int PACKED_MAX = 50 << 20;

    private static final long UNPACKED_MAX = 250L << 20;
    private static final int ENTRIES_MAX = 20_000;
    private static final int NAME_MAX = 1024;
    private static final int PIECE = 64 << 10;

    private final Path zips;
    private final Path code;

    /** @param folder made when there is something to keep */
    public Packages(Path folder) {
        zips = folder.resolve("packages");
        code = folder.resolve("code");
    }

    /** Takes a package's files, one after the other. */
    private interface Target {
        void file(String name, InputStream content) throws IOException, BadPackage;
    }

    /** Keeps a package that was found good; its name is what this returns. */
    public String put(byte[] zip) throws BadPackage, IOException {
        check(zip);
        String name = sha256(zip);
        Path file = zips.resolve(name);
        if (Files.exists(file)) return name;
        Files.createDirectories(
                zips, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path half = Files.createTempFile(zips, "new", null);
        Files.write(half, zip);
        Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return name;
    }

    /** A package as it came. */
    public byte[] get(String name) throws IOException {
        return Files.readAllBytes(zips.resolve(checked(name)));
    }

    /** Forgets all packages but these; what runs keeps its code. */
    public void keep(Set<String> names) throws IOException {
        if (!Files.isDirectory(zips)) return;
        for (Path file : listed(zips)) {
            if (!names.contains(file.getFileName().toString())) Files.deleteIfExists(file);
        }
    }

    /** The folder of a package's content. */
    synchronized Path unpacked(String name) throws IOException, BadPackage {
        Path folder = code.resolve(checked(name));
        if (Files.isDirectory(folder)) return folder;
        byte[] zip = get(name);
        Files.createDirectories(
                code, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
        Path half = Files.createTempDirectory(code, "new");
        try {
            unpack(zip, half);
            Files.move(half, folder, StandardCopyOption.ATOMIC_MOVE);
            return folder;
        } catch (IOException | BadPackage | RuntimeException e) {
            delete(half);
            throw e;
        }
    }

    /** Removes the content of all packages but these. */
    synchronized void forget(Set<String> kept) throws IOException {
        if (!Files.isDirectory(code)) return;
        for (Path folder : listed(code)) {
            if (!kept.contains(folder.getFileName().toString())) delete(folder);
        }
    }

    private static List<Path> listed(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    /** A folder with all that is in it, if it is there. */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) return;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
        }
    }

    private static String checked(String name) throws IOException {
        if (!name.matches("[0-9a-f]{64}")) throw new IOException("no package is called " + name);
        return name;
    }

    static String sha256(byte[] zip) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(zip));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has it", e);
        }
    }

    /** Refuses what cannot be unpacked later: the author is told while there is one. */
    static void check(byte[] zip) throws BadPackage {
        if (zip.length == 0) throw new BadPackage("Uploaded file must be a non-empty zip");
        if (zip.length > PACKED_MAX) {
            throw new BadPackage("The zip has " + zip.length + " bytes, more than " + PACKED_MAX + ".");
        }
        try {
            walk(zip, (_, content) -> content.skip(Long.MAX_VALUE));
        } catch (IOException e) {
            throw new BadPackage("Could not unzip uploaded file. Please check your file, then try to upload again.");
        }
    }

    private static void unpack(byte[] zip, Path folder) throws IOException, BadPackage {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        walk(zip, (name, content) -> {
            Path file = folder.resolve(name).normalize();
            if (!file.startsWith(folder) || file.equals(folder)) throw new BadPackage(outside(name));
            Files.createDirectories(
                    file.getParent() == null ? folder : file.getParent(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
            // Whoever runs it is another user. What says that it may be executed is not kept in what this reads.
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        });
    }

    private static void walk(byte[] zip, Target target) throws IOException, BadPackage {
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            Bounded bounded = new Bounded(in);
            Names names = new Names();
            int entries = 0;
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (++entries > ENTRIES_MAX) throw new BadPackage("The zip has more than " + ENTRIES_MAX + " files.");
                names.add(entry);
                if (!entry.isDirectory()) target.file(entry.getName(), bounded);
                bounded.requireRoom();
            }
            if (entries == 0)
                throw new BadPackage(
                        "Could not unzip uploaded file. Please check your file, then try" + " to upload again.");
        } catch (IllegalArgumentException e) {
            throw new BadPackage("The zip has a name that is not in UTF-8.");
        }
    }

    /** What was seen so far: what is a file cannot be a folder too. */
    private static final class Names {
        private final Set<String> files = new HashSet<>();
        private final Set<String> folders = new HashSet<>();

        private void add(ZipEntry entry) throws BadPackage {
            String name = entry.getName();
            checkName(name);
            boolean clashes = false;
            for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
                folders.add(name.substring(0, slash));
                clashes |= files.contains(name.substring(0, slash));
            }
            if (!entry.isDirectory()) {
                files.add(name);
                clashes |= folders.contains(name);
            }
            if (clashes) throw new BadPackage("The zip has a file and a folder of one name: '" + shown(name) + "'.");
        }
    }

    private static void checkName(String name) throws BadPackage {
        boolean good = !name.isEmpty() && name.length() <= NAME_MAX && !name.startsWith("/") && name.indexOf('\\') < 0;
        for (String part : name.split("/", -1)) good &= !part.equals("..") && !part.equals(".");
        for (int i = 0; i < name.length(); i++) good &= !Character.isISOControl(name.charAt(i));
        if (!good) throw new BadPackage(outside(name));
    }

    private static String outside(String name) {
        return "The zip has a file that does not belong into its folder: '" + shown(name) + "'.";
    }

    private static String shown(String name) {
        return (name.length() > 64 ? name.substring(0, 64) + "…" : name).replaceAll("\\p{Cntrl}", "?");
    }

    /** Counts what is unpacked: a small zip may hold terabytes. */
    private static final class Bounded extends InputStream {
        private final InputStream in;
        private long left = UNPACKED_MAX;

        private Bounded(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int count) throws IOException {
            if (left < 0) return -1;
            int read = in.read(into, from, count);
            if (read > 0) left -= read;
            return read;
        }

        @Override
        public long skip(long count) throws IOException {
            byte[] piece = new byte[PIECE];
            long skipped = 0;
            for (int read = 0; skipped < count && read >= 0; skipped += Math.max(0, read)) read = read(piece, 0, PIECE);
            return skipped;
        }

        private void requireRoom() throws BadPackage {
            if (left < 0) throw new BadPackage("Unzipped size must be smaller than " + UNPACKED_MAX + " bytes");
        }
    }
}
