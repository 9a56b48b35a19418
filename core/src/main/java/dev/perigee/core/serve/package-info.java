/** The pure steps of the request pipeline. */
@NullMarked
package dev.perigee.core.serve;

import org.jspecify.annotations.NullMarked;
