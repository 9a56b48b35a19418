/** The wire: one listener for all services, signatures, the operation table and the XML codec. */
@NullMarked
package dev.perigee.control.api;

import org.jspecify.annotations.NullMarked;
