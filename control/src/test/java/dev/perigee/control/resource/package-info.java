/** Tests. */
@NullMarked
package dev.perigee.control.resource;

import org.jspecify.annotations.NullMarked;
