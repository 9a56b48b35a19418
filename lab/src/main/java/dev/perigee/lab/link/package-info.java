/** Wide-area links on the loopback interface: delay, bandwidth and slow start in user space. */
@NullMarked
package dev.perigee.lab.link;

import org.jspecify.annotations.NullMarked;
