package dev.perigee.lab.s3;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;

/**
 * The request as S3Proxy's handler shall see it. The handler knows one virtual-host suffix, {@link #SUFFIX}; whatever
 * name the client used is told to it in that form. The signature is checked over the request as it came, which the
 * handler takes separately.
 */
class BucketInHost extends HttpServletRequestWrapper {
    static final String SUFFIX = "s3";

    private final String host;

    BucketInHost(HttpServletRequest request) {
        super(request);
        String bucket = BucketHosts.bucketOf(request.getHeader("Host"));
        host = bucket == null ? SUFFIX : bucket + "." + SUFFIX;
    }

    @Override
    public @Nullable String getHeader(String name) {
        return name.equalsIgnoreCase("Host") ? host : super.getHeader(name);
    }
}
