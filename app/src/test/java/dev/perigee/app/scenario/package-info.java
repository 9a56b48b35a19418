/** What an edge promises, each promise as a script over real sockets. */
@org.jspecify.annotations.NullMarked
package dev.perigee.app.scenario;
