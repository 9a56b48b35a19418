/** Lambda functions in the life of a request: run, logged, and their failures told. */
@NullMarked
package dev.perigee.edge.lambda;

import org.jspecify.annotations.NullMarked;
