/** Tests of the firewall. */
@NullMarked
package dev.perigee.core.firewall;

import org.jspecify.annotations.NullMarked;
