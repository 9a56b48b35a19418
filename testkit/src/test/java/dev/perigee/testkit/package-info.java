/** The testkit's parts, tested against each other. */
@org.jspecify.annotations.NullMarked
package dev.perigee.testkit;
