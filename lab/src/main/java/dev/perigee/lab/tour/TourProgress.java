package dev.perigee.lab.tour;

/** Hears how the tour goes on; called by one thread at a time. */
public interface TourProgress {
    /** A new step begins. */
    void step(String what);

    /** So much of the current step is done. */
    void advanced(int done, int total);
}
