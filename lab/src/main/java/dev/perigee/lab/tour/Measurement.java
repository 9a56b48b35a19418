package dev.perigee.lab.tour;

import dev.perigee.lab.world.Place;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Runs of one case at one place. */
final class Measurement {
    private Measurement() {}

    /** What a case expects of X-Cache; a number that was measured on something else is none. */
    enum Expected {
        NO_EDGE,
        MISS,
        HIT;

        boolean met(Answer answer) {
            return switch (this) {
                case NO_EDGE -> answer.cacheResult() == null;
                case MISS ->
                    answer.cacheResult() != null && answer.cacheResult().startsWith("Miss ");
                case HIT -> answer.hit();
            };
        }
    }

    /** The first run does not count: it is there to get the virtual machines going. */
    static Timing median(Place place, Viewer viewer, List<String> keys, Expected expected)
            throws IOException, TourFailed {
        List<Timing> runs = new ArrayList<>();
        for (String key : keys) {
            Viewer.Measured measured = viewer.fetch("/" + key);
            Answer answer = measured.answer();
            if (answer.status() != 200 || !expected.met(answer)) {
                throw new TourFailed("https://" + viewer.host() + "/" + key + " was answered to " + place.title()
                        + " with " + answer.status() + ", X-Cache: " + answer.cacheResult() + ", where " + expected
                        + " was expected");
            }
            runs.add(measured.timing());
        }
        return Timing.median(runs.subList(Site.WARM_UP, runs.size()));
    }
}
