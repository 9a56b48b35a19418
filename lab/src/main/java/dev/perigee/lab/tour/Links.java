package dev.perigee.lab.tour;

/** Whether the distances of the world are simulated. */
public enum Links {
    WORLD,
    /** No delay and unlimited bandwidth: what the loopback interface gives. */
    NONE
}
