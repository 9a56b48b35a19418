/** What connections of viewers are secured with: policies, certificates, and which is presented to whom. */
@NullMarked
package dev.perigee.core.tls;

import org.jspecify.annotations.NullMarked;
