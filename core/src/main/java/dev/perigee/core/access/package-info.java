/** Signed URLs and signed cookies (developer guide, "Serve private content with signed URLs and signed cookies"). */
@NullMarked
package dev.perigee.core.access;

import org.jspecify.annotations.NullMarked;
