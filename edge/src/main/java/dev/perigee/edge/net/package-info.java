/** Viewer connections: strict HTTP parsing, TLS, limits. */
@NullMarked
package dev.perigee.edge.net;

import org.jspecify.annotations.NullMarked;
