/** What attacks over HTTP/2 cost an edge and its other viewers, measured. */
@org.jspecify.annotations.NullMarked
package dev.perigee.app.flood;
