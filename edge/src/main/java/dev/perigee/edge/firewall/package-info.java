/** The firewall's shell: what outlives plans, and the content that rules look at. */
@NullMarked
package dev.perigee.edge.firewall;

import org.jspecify.annotations.NullMarked;
