package dev.perigee.edge.offload;

import java.util.Arrays;

/**
 * Belady's MIN for objects of different sizes, as far as it goes: knows all requests to come, drops what is asked for
 * again last, and does not take what would be dropped first. With equal sizes nothing is better; with different ones the
 * best is not known (the problem is NP-hard), so this is a mark that can be reached, and {@link Bound} one that nobody can.
 */
final class Foresight implements Policy {
    private final int[] nextUses;
    private final int[] weights;
    private final long weightMax;
    /** When each kept object is asked for next; 0 for those that are not kept. */
    private final int[] keptUntil;
    /** A heap, the furthest next use on top: next use (32 bits), object (32). What does not agree with keptUntil is void. */
    private long[] heap = new long[1 << 16];

    private int heapSize;
    private int keptCount;
    private long weight;

    Foresight(Workload workload, int[] weights, long weightMax) {
        nextUses = workload.nextUses();
        this.weights = weights;
        this.weightMax = weightMax;
        keptUntil = new int[weights.length];
    }

    @Override
    public boolean request(int at, int object) {
        boolean hit = keptUntil[object] != 0;
        if (hit) drop(object);
        if (nextUses[at] < nextUses.length) keep(object, nextUses[at]);
        while (weight > weightMax) {
            long furthest = pop();
            if (isValid(furthest)) drop((int) furthest);
        }
        return hit;
    }

    private boolean isValid(long entry) {
        return keptUntil[(int) entry] == (int) (entry >>> 32);
    }

    private void keep(int object, int until) {
        keptUntil[object] = until;
        weight += weights[object];
        keptCount++;
        push((long) until << 32 | object);
    }

    private void drop(int object) {
        keptUntil[object] = 0;
        weight -= weights[object];
        keptCount--;
    }

    private void push(long entry) {
        if (heapSize == heap.length) makeRoom();
        int at = heapSize++;
        while (at > 0 && heap[(at - 1) / 2] < entry) {
            heap[at] = heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }
        heap[at] = entry;
    }

    private long pop() {
        long top = heap[0];
        sink(0, heap[--heapSize]);
        return top;
    }

    private void sink(int from, long entry) {
        int at = from;
        while (2 * at + 1 < heapSize) {
            int child = 2 * at + 1;
            if (child + 1 < heapSize && heap[child + 1] > heap[child]) child++;
            if (heap[child] <= entry) break;
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = entry;
    }

    /** Each hit leaves a void entry behind. */
    private void makeRoom() {
        int valid = 0;
        for (int i = 0; i < heapSize; i++) {
            if (isValid(heap[i])) heap[valid++] = heap[i];
        }
        heapSize = valid;
        for (int i = heapSize / 2 - 1; i >= 0; i--) sink(i, heap[i]);
        if (keptCount > heap.length / 2) heap = Arrays.copyOf(heap, heap.length * 2);
    }
}
