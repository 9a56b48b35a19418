/** Who may use the API: keys, roles, and the record of what was done with them. */
@NullMarked
package dev.perigee.control.access;

import org.jspecify.annotations.NullMarked;
