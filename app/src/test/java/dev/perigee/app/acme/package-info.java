/** Pebble, a certificate authority for tests that nobody here wrote. */
@NullMarked
package dev.perigee.app.acme;

import org.jspecify.annotations.NullMarked;
