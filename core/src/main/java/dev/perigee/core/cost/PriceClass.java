package dev.perigee.core.cost;

/** Which edges a distribution pays for (developer guide, "Choose the price class for a distribution"). */
public enum PriceClass {
    PRICE_CLASS_100,
    PRICE_CLASS_200,
    PRICE_CLASS_ALL;

    /** The region whose prices a request pays that an edge in this one has served: outside the class, those of its cheapest. */
    public PriceRegion billed(PriceRegion served) {
        return includes(served) ? served : PriceRegion.NORTH_AMERICA;
    }

    private boolean includes(PriceRegion region) {
        return switch (region) {
            case NORTH_AMERICA, EUROPE -> true;
            case AFRICA_AND_MIDDLE_EAST, JAPAN, ASIA, INDIA -> this != PRICE_CLASS_100;
            case SOUTH_AMERICA, AUSTRALIA -> this == PRICE_CLASS_ALL;
        };
    }
}
