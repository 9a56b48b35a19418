/** The local certificate authority and the certificates it issues. */
@NullMarked
package dev.perigee.app.tls;

import org.jspecify.annotations.NullMarked;
