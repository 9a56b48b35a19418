/** AWS Signature Version 4. */
@NullMarked
package dev.perigee.core.sign;

import org.jspecify.annotations.NullMarked;
