package dev.perigee.lab.photo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PhotosTest {
    @Test
    void photosAreJpegsOfTheSizesThatSitesUse() throws IOException {
        PhotoSet photos = Photos.make(2, 1, 7);
        BufferedImage gallery = ImageIO.read(
                new ByteArrayInputStream(photos.gallery().getFirst().jpeg()));
        assertEquals(1_024, gallery.getWidth());
        for (Photo photo : photos.gallery()) assertBetween(110_000, photo.jpeg().length, 190_000);
        for (Photo photo : photos.full()) assertBetween(1_600_000, photo.jpeg().length, 2_400_000);
    }

    @Test
    void theSameSeedMakesTheSamePhotos() {
        byte[] first = Photos.make(2, 1, 11).gallery().getLast().jpeg();
        assertArrayEquals(first, Photos.make(2, 1, 11).gallery().getLast().jpeg());
        assertFalse(
                Arrays.equals(first, Photos.make(2, 1, 12).gallery().getLast().jpeg()));
    }

    @Test
    void ownPhotosAreTheFullSizeAndAreScaledForTheGallery(@TempDir Path folder) throws IOException {
        BufferedImage large = Scene.paint(1_500, 1_000, 5, 3);
        byte[] jpeg = Jpegs.encode(large, 0.9f);
        Files.write(folder.resolve("b.JPG"), jpeg);
        Files.writeString(folder.resolve("a.txt"), "no photo");
        PhotoSet photos = Photos.from(folder);
        assertEquals(1, photos.full().size());
        assertArrayEquals(jpeg, photos.full().getFirst().jpeg());
        BufferedImage gallery = ImageIO.read(
                new ByteArrayInputStream(photos.gallery().getFirst().jpeg()));
        assertEquals(1_024, gallery.getWidth());
        assertEquals(683, gallery.getHeight());
    }

    @Test
    void aFolderWithoutPhotosIsRefused(@TempDir Path folder) throws IOException {
        assertThrows(IOException.class, () -> Photos.from(folder));
        Files.writeString(folder.resolve("a.jpg"), "no photo");
        IOException refusal = assertThrows(IOException.class, () -> Photos.from(folder));
        assertTrue(String.valueOf(refusal.getMessage()).contains("a.jpg"));
    }

    private static void assertBetween(int low, int value, int high) {
        assertTrue(value >= low && value <= high, value + " bytes");
    }
}
