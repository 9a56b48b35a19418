/** What to change to raise the hit ratio and lower the bill: the log is replayed against other settings. */
@NullMarked
package dev.perigee.analytics.advice;

import org.jspecify.annotations.NullMarked;
