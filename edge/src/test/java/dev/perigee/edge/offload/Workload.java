package dev.perigee.edge.offload;

import java.util.Arrays;
import java.util.SplittableRandom;

/** A sequence of requests for objects of various sizes, the same for each seed. */
final class Workload {
    private static final double ZIPF = 0.9;
    private static final int SIZE_MEAN = 16 << 10;
    private static final int SIZE_MIN = 128;
    private static final int SIZE_MAX = 1 << 20;
    /** Of the catalog that changes its rank each time. */
    private static final int SHIFTED_PERCENT = 10;

    private final String name;
    /** So many objects are asked for again and again; what is beyond is asked for once. */
    private final int catalog;
    /** An object for each request. */
    private final int[] requests;
    /** Octets of content of each object. */
    private final int[] sizes;

    private final int warmUp;

    private Workload(String name, int catalog, int[] requests, int[] sizes, int warmUp) {
        this.name = name;
        this.catalog = catalog;
        this.requests = requests;
        this.sizes = sizes;
        this.warmUp = warmUp;
    }

    /** Object i is the i-th most popular one, and stays that. */
    static Workload steady(int catalog, int length, int warmUp) {
        SplittableRandom random = new SplittableRandom(42);
        Ranks ranks = new Ranks(catalog);
        int[] requests = new int[length];
        for (int i = 0; i < length; i++) requests[i] = ranks.next(random);
        return new Workload("Zipf(0.9)", catalog, requests, sizes(catalog), warmUp);
    }

    /** As steady, but three requests in ten are for something that nobody asks for again. */
    static Workload withOneHitWonders(int catalog, int length, int warmUp) {
        SplittableRandom random = new SplittableRandom(43);
        Ranks ranks = new Ranks(catalog);
        int[] requests = new int[length];
        int objects = catalog;
        for (int i = 0; i < length; i++) requests[i] = random.nextInt(10) < 3 ? objects++ : ranks.next(random);
        return new Workload("30 % asked for once", catalog, requests, sizes(objects), warmUp);
    }

    /** As steady, but a tenth of all objects trade their popularity ten times along the way. */
    static Workload shifting(int catalog, int length, int warmUp) {
        SplittableRandom random = new SplittableRandom(44);
        Ranks ranks = new Ranks(catalog);
        int[] atRank = new int[catalog];
        Arrays.setAll(atRank, rank -> rank);
        int[] requests = new int[length];
        for (int i = 0; i < length; i++) {
            if (i % (length / 10) == 0) shift(atRank, random);
            requests[i] = atRank[ranks.next(random)];
        }
        return new Workload("popularity shifts", catalog, requests, sizes(catalog), warmUp);
    }

    private static void shift(int[] atRank, SplittableRandom random) {
        for (int i = 0; i < atRank.length / 100 * SHIFTED_PERCENT / 2; i++) {
            int one = random.nextInt(atRank.length);
            int other = random.nextInt(atRank.length);
            int held = atRank[one];
            atRank[one] = atRank[other];
            atRank[other] = held;
        }
    }

    /** Log-normal, sigma 1, whatever the popularity. */
    private static int[] sizes(int objects) {
        SplittableRandom random = new SplittableRandom(45);
        int[] sizes = new int[objects];
        for (int i = 0; i < objects; i++) {
            double size = SIZE_MEAN * Math.exp(random.nextGaussian() - 0.5);
            sizes[i] = (int) Math.clamp(size, SIZE_MIN, SIZE_MAX);
        }
        return sizes;
    }

    /** Number of requests. */
    int length() {
        return requests.length;
    }

    /** What the request at this position asks for. */
    int object(int at) {
        return requests[at];
    }

    /** Number of different objects. */
    int objects() {
        return sizes.length;
    }

    /** Octets of content. */
    int size(int object) {
        return sizes[object];
    }

    /** So many requests at the start do not count. */
    int warmUp() {
        return warmUp;
    }

    @Override
    public String toString() {
        return name + ", " + catalog + " objects";
    }

    /** Octets of content of the whole catalog. */
    long catalogOctets() {
        long octets = 0;
        for (int i = 0; i < catalog; i++) octets += sizes[i];
        return octets;
    }

    /** For each request the position of the next one for the same object, or the length when there is none. */
    int[] nextUses() {
        int[] next = new int[requests.length];
        int[] seen = new int[sizes.length];
        Arrays.fill(seen, requests.length);
        for (int i = requests.length - 1; i >= 0; i--) {
            next[i] = seen[requests[i]];
            seen[requests[i]] = i;
        }
        return next;
    }

    /** Draws ranks by Zipf's law. */
    private static final class Ranks {
        private final double[] upTo;

        Ranks(int count) {
            upTo = new double[count];
            double sum = 0;
            for (int i = 0; i < count; i++) {
                sum += Math.pow(i + 1, -ZIPF);
                upTo[i] = sum;
            }
        }

        int next(SplittableRandom random) {
            int found = Arrays.binarySearch(upTo, random.nextDouble() * upTo[upTo.length - 1]);
            return Math.min(found < 0 ? -found - 1 : found, upTo.length - 1);
        }
    }
}
