package dev.perigee.lab.tour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.lab.photo.Photo;
import dev.perigee.lab.photo.PhotoSet;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkloadTest {
    private static final Site SITE = new Site(new PhotoSet(
            List.of(new Photo("gallery-01.jpg", new byte[3])), List.of(new Photo("full-01.jpg", new byte[9]))));

    /** Of three things the shares are 6/11, 3/11 and 2/11. */
    @ParameterizedTest(name = "{0} draws rank {1}")
    @CsvSource({"0.0, 0", "0.54, 0", "0.55, 1", "0.81, 1", "0.82, 2", "0.9999, 2"})
    void zipf(double drawn, int rank) {
        assertEquals(rank, new Zipf(3).rank(drawn));
    }

    @Test
    void theSameSeedAsksForTheSamePhotos() {
        List<String> requests = SITE.requests(2_000, 4);
        assertEquals(2_000, requests.size());
        assertEquals(requests, SITE.requests(2_000, 4));
        long top = requests.stream().filter("/pets/gallery-0.jpg"::equals).count();
        assertTrue(top > 300 && top < 500, "the most popular photo was asked for " + top + " times");
        assertTrue(new HashSet<>(requests).size() > 55, "the catalogue is used");
    }

    @Test
    void measuredPhotosAreNotInTheCatalogue() {
        HashSet<String> asked = new HashSet<>(SITE.requests(5_000, 4));
        for (String key : SITE.measuredGallery()) assertTrue(!asked.contains("/" + key), key);
        assertEquals(Site.RUNS + Site.WARM_UP, SITE.measuredFull().size());
        assertTrue(Site.RUNS >= 5 && Site.RUNS % 2 == 1, "a median of at least five");
    }
}
