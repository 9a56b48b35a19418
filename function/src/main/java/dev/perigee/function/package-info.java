/** CloudFront Functions: what they are given, where and how they run, and what becomes of their answers. */
@NullMarked
package dev.perigee.function;

import org.jspecify.annotations.NullMarked;
