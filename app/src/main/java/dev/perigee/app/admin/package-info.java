/** The small listener beside each edge for status and test controls. */
@NullMarked
package dev.perigee.app.admin;

import org.jspecify.annotations.NullMarked;
