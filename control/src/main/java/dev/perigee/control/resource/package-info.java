/** The resources behind the API and their rules. */
@NullMarked
package dev.perigee.control.resource;

import org.jspecify.annotations.NullMarked;
