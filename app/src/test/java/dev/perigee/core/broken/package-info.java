/** Classes that break the module rules on purpose; a test shows that the rules notice. */
@NullMarked
package dev.perigee.core.broken;

import org.jspecify.annotations.NullMarked;
