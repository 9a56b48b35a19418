package dev.perigee.lab.tour;

/** Zipf's law with exponent 1: the second most popular of n things is asked for half as often as the first. */
final class Zipf {
    private final double[] cumulative;

    Zipf(int things) {
        cumulative = new double[things];
        double sum = 0;
        for (int rank = 0; rank < things; rank++) {
            sum += 1.0 / (rank + 1);
            cumulative[rank] = sum;
        }
    }

    /** The rank, from 0, for a number drawn evenly from 0 to 1, 1 excluded. */
    int rank(double drawn) {
        double wanted = drawn * cumulative[cumulative.length - 1];
        int rank = 0;
        while (cumulative[rank] <= wanted) rank++;
        return rank;
    }
}
