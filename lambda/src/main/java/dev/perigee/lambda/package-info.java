/** Lambda functions at the edge: their packages, the processes that they run in, what they are given and what they answer. */
@NullMarked
package dev.perigee.lambda;

import org.jspecify.annotations.NullMarked;
