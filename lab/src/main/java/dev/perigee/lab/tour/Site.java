package dev.perigee.lab.tour;

import dev.perigee.lab.photo.Photo;
import dev.perigee.lab.photo.PhotoSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The keys under which the site's photos lie in the bucket. Some are kept for measuring, so that each is cold once at
 * every edge; the others are the catalogue that the workload asks for.
 */
final class Site {
    /** Counted runs of every case; odd, so that one is in the middle. */
    static final int RUNS = 5;

    /** Runs before the counted ones, which the virtual machines of viewer and edge need to get going. */
    static final int WARM_UP = 1;

    private static final int GALLERY_CATALOGUE = 60;
    private static final int FULL_CATALOGUE = 6;

    /** The share of views in which somebody opens the full size. */
    private static final double FULL_SHARE = 0.03;

    private final PhotoSet photos;

    Site(PhotoSet photos) {
        this.photos = photos;
    }

    List<String> measuredGallery() {
        return keys("measured/gallery", WARM_UP + RUNS);
    }

    List<String> measuredFull() {
        return keys("measured/full", WARM_UP + RUNS);
    }

    /** The catalogue that viewers ask for. */
    List<String> gallery() {
        return keys("pets/gallery", GALLERY_CATALOGUE);
    }

    List<String> full() {
        return keys("pets/full", FULL_CATALOGUE);
    }

    void upload(Bucket bucket, TourProgress progress) throws IOException, TourFailed {
        List<String> gallery = new ArrayList<>(measuredGallery());
        gallery.addAll(gallery());
        List<String> full = new ArrayList<>(measuredFull());
        full.addAll(full());
        int total = gallery.size() + full.size();
        int done = 0;
        for (int i = 0; i < gallery.size(); i++) {
            bucket.put(gallery.get(i), at(photos.gallery(), i).jpeg());
            progress.advanced(++done, total);
        }
        for (int i = 0; i < full.size(); i++) {
            bucket.put(full.get(i), at(photos.full(), i).jpeg());
            progress.advanced(++done, total);
        }
    }

    /** Paths in the order in which viewers ask for them: few photos are asked for often, many now and then. */
    List<String> requests(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> gallery = gallery();
        List<String> full = full();
        Zipf galleryRanks = new Zipf(GALLERY_CATALOGUE);
        Zipf fullRanks = new Zipf(FULL_CATALOGUE);
        List<String> requests = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            boolean opened = random.nextDouble() < FULL_SHARE;
            String key = opened
                    ? full.get(fullRanks.rank(random.nextDouble()))
                    : gallery.get(galleryRanks.rank(random.nextDouble()));
            requests.add("/" + key);
        }
        return requests;
    }

    int galleryBytes() {
        return photos.gallery().getFirst().jpeg().length;
    }

    int fullBytes() {
        return photos.full().getFirst().jpeg().length;
    }

    private static Photo at(List<Photo> photos, int index) {
        return photos.get(index % photos.size());
    }

    private static List<String> keys(String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> prefix + "-" + i + ".jpg")
                .toList();
    }
}
