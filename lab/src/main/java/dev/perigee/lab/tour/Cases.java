package dev.perigee.lab.tour;

/** One photo size at one place: straight from S3, over an edge that has not got it, and over an edge that has. */
public record Cases(Timing direct, Timing first, Timing cached) {}
