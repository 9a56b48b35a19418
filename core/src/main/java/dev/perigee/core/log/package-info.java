/** What log groups consist of. */
@NullMarked
package dev.perigee.core.log;

import org.jspecify.annotations.NullMarked;
