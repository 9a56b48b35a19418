package dev.perigee.lab.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.lab.link.LinkProfile;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WorldTest {
    private static double milliseconds(LinkProfile profile) {
        return profile.roundTrip().toNanos() / 1e6;
    }

    @ParameterizedTest(name = "{0}: S3 {1} ms, edge {2} ms, edge to S3 {3} ms")
    @CsvSource({"VIRGINIA, 10.9, 10.7, 0.2", "LONDON, 94, 19.0, 104", "SYDNEY, 253, 8.2, 245"})
    void roundTrips(Place place, double direct, double edge, double origin) {
        World world = new World(true);
        assertEquals(direct, milliseconds(world.direct(place)), 0.1);
        assertEquals(edge, milliseconds(world.toEdge(place)), 0.1);
        assertEquals(origin, milliseconds(world.edgeToOrigin(place)), 0.1);
    }

    @ParameterizedTest
    @EnumSource(Place.class)
    void theEdgeIsNeverFartherThanS3(Place place) {
        World world = new World(true);
        assertTrue(world.toEdge(place).roundTrip().compareTo(world.direct(place).roundTrip()) <= 0);
    }

    @ParameterizedTest
    @EnumSource(Place.class)
    void withoutLinksThereIsNoDistance(Place place) {
        World world = new World(false);
        assertEquals(LinkProfile.NONE, world.direct(place));
        assertEquals(LinkProfile.NONE, world.toEdge(place));
        assertEquals(LinkProfile.NONE, world.edgeToOrigin(place));
        assertEquals(Duration.ZERO, world.toResolver());
    }

    @Test
    void greatCircles() {
        Site virginia = new Site(39.04, -77.49);
        Site sydney = new Site(-33.87, 151.21);
        assertEquals(15_700, virginia.kilometresTo(sydney), 60);
        assertEquals(0, sydney.kilometresTo(sydney), 1e-6);
    }
}
