/** Header compression for HTTP/2 (RFC 7541). */
@NullMarked
package dev.perigee.edge.net.hpack;

import org.jspecify.annotations.NullMarked;
