/** Edges that are killed, and disks that lie. */
@org.jspecify.annotations.NullMarked
package dev.perigee.app.crash;
