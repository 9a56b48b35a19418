/** The guided tour: direct access, first and cached requests, measured through real sockets. */
@NullMarked
package dev.perigee.lab.tour;

import org.jspecify.annotations.NullMarked;
