/** Budgets of distributions, and who is told when they are used up. */
@NullMarked
package dev.perigee.app.budget;

import org.jspecify.annotations.NullMarked;
