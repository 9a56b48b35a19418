package dev.perigee.lab.world;

/** Where viewers are, and the edge that serves them there. */
@SuppressWarnings("ImmutableEnumChecker") // A site is a record of two numbers.
public enum Place {
    VIRGINIA("Virginia", "IAD", new Site(37.54, -77.44), new Site(38.94, -77.46)),
    LONDON("London", "FRA", new Site(51.51, -0.13), new Site(50.04, 8.56)),
    SYDNEY("Sydney", "SYD", new Site(-33.87, 151.21), new Site(-33.95, 151.18));

    private final String title;
    private final String pop;
    private final Site viewers;
    private final Site edge;

    Place(String title, String pop, Site viewers, Site edge) {
        this.title = title;
        this.pop = pop;
        this.viewers = viewers;
        this.edge = edge;
    }

    /** The name as people write it. */
    public String title() {
        return title;
    }

    /** The airport code of the edge. */
    public String pop() {
        return pop;
    }

    Site viewers() {
        return viewers;
    }

    Site edge() {
        return edge;
    }
}
