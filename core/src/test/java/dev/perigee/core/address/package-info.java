/** Tests of the firewall. */
@NullMarked
package dev.perigee.core.address;

import org.jspecify.annotations.NullMarked;
