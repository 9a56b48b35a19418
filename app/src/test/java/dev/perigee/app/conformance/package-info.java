/** Suites that others wrote, run against an edge. They carry the JUnit tag {@code full}. */
@NullMarked
package dev.perigee.app.conformance;

import org.jspecify.annotations.NullMarked;
