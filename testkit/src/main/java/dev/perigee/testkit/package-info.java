/** Scenario tests as scripts: a scripted origin, a scripted viewer, a manual clock and an edge between them. */
@org.jspecify.annotations.NullMarked
package dev.perigee.testkit;
