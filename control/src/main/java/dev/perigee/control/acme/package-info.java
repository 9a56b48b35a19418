/** Certificates from an authority that speaks ACME (RFC 8555). */
@NullMarked
package dev.perigee.control.acme;

import org.jspecify.annotations.NullMarked;
