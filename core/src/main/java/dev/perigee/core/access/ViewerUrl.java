package dev.perigee.core.access;

import org.jspecify.annotations.Nullable;

/**
 * The URL that a signature is compared with: as the viewer sent it, without what CloudFront reserves for signatures.
 *
 * @param scheme {@code http} or {@code https}
 * @param host as sent, with its port if it was sent
 * @param path as sent
 * @param query the viewer's own parameters, or null when there was nothing after the path
 */
record ViewerUrl(
        String scheme, String host, String path, @Nullable String query) {
    @Override
    public String toString() {
        return scheme + "://" + host + path + (query == null ? "" : '?' + query);
    }
}
