/** The web application firewall: what web ACLs say, and what follows from it for a request. */
@NullMarked
package dev.perigee.core.firewall;

import org.jspecify.annotations.NullMarked;
