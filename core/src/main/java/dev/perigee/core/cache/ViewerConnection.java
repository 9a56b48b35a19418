package dev.perigee.core.cache;

/**
 * What the edge knows about a viewer besides the request.
 *
 * @param address IP address as text, without brackets
 * @param https whether the viewer came over TLS
 */
public record ViewerConnection(String address, int port, boolean https) {}
