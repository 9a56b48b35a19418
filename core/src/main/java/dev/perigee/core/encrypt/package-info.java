/** Field-level encryption: which fields of a form are closed for whom, and how. */
@NullMarked
package dev.perigee.core.encrypt;

import org.jspecify.annotations.NullMarked;
