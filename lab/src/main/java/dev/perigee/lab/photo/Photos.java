package dev.perigee.lab.photo;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/** Photos in two sizes, as sites keep them. */
public final class Photos {
    private static final int GALLERY_WIDTH = 1_024;
    private static final int GALLERY_BYTES = 150_000;
    private static final int GALLERY_GRAIN = 14;
    private static final int FULL_WIDTH = 2_400;
    private static final int FULL_BYTES = 2_000_000;
    private static final int FULL_GRAIN = 46;
    private static final float SCALED_QUALITY = 0.8f;

    private static final int FILES_MAX = 24;
    private static final long FILE_BYTES_MAX = 40L << 20;

    private Photos() {}

    /** Makes photos of about 150 kB and about 2 MB; the same seed makes the same photos. */
    public static PhotoSet make(int gallery, int full, long seed) {
        withoutScreen();
        return new PhotoSet(
                series("gallery", gallery, GALLERY_WIDTH, GALLERY_GRAIN, GALLERY_BYTES, seed),
                series("full", full, FULL_WIDTH, FULL_GRAIN, FULL_BYTES, ~seed));
    }

    /** Takes the JPEG files of a folder as the full size, in the order of their names, and scales them for the gallery. */
    public static PhotoSet from(Path folder) throws IOException {
        withoutScreen();
        List<Photo> gallery = new ArrayList<>();
        List<Photo> full = new ArrayList<>();
        for (Path file : jpegs(folder)) {
            byte[] jpeg = Files.readAllBytes(file);
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(jpeg));
            if (image == null) throw new IOException(file + " is not a JPEG that Java can read");
            int number = full.size();
            full.add(new Photo(name("full", number), jpeg));
            BufferedImage small = image.getWidth() <= GALLERY_WIDTH ? image : Jpegs.scaled(image, GALLERY_WIDTH);
            gallery.add(new Photo(name("gallery", number), Jpegs.encode(small, SCALED_QUALITY)));
        }
        if (full.isEmpty()) throw new IOException("no .jpg or .jpeg file in " + folder);
        return new PhotoSet(gallery, full);
    }

    private static List<Path> jpegs(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
                boolean jpeg = name.endsWith(".jpg") || name.endsWith(".jpeg");
                if (jpeg && Files.isRegularFile(file) && Files.size(file) <= FILE_BYTES_MAX) found.add(file);
                if (found.size() == FILES_MAX) break;
            }
            return found;
        }
    }

    private static List<Photo> series(String kind, int count, int width, int grain, int bytes, long seed) {
        return IntStream.range(0, count)
                .parallel()
                .mapToObj(number -> {
                    BufferedImage scene = Scene.paint(width, width * 2 / 3, grain, seed + number * 7_919L);
                    try {
                        return new Photo(name(kind, number), Jpegs.encodeTo(scene, bytes));
                    } catch (IOException impossible) {
                        throw new UncheckedIOException(impossible);
                    }
                })
                .toList();
    }

    private static String name(String kind, int number) {
        return String.format(Locale.ROOT, "%s-%02d.jpg", kind, number + 1);
    }

    /** Set before the first use of java.awt, so that no display is looked for; and no temporary files for images. */
    private static void withoutScreen() {
        if (System.getProperty("java.awt.headless") == null) System.setProperty("java.awt.headless", "true");
        ImageIO.setUseCache(false);
    }
}
