/** Photos made on the spot, or taken from a folder. */
@NullMarked
package dev.perigee.lab.photo;

import org.jspecify.annotations.NullMarked;
