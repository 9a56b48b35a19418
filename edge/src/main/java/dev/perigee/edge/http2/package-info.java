/** What both ends of an HTTP/2 connection need (RFC 9113): frames, their reading and writing, and the price of floods. */
@NullMarked
package dev.perigee.edge.http2;

import org.jspecify.annotations.NullMarked;
