package dev.perigee.lab.tour;

/** What was measured at one place. */
public record PlaceReport(String place, String pop, Cases gallery, Cases full) {}
