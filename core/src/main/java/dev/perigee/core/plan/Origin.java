package dev.perigee.core.plan;

import dev.perigee.core.http.Field;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a behavior's responses come from.
 *
 * @param path OriginPath: put before the request path; empty or beginning with a slash and not ending with one
 * @param customHeaders added last, overriding a viewer header of the same name
 * @param connectionAttempts 1 to 3
 * @param connectTimeout seconds, 1 to 10
 * @param readTimeout seconds until the first byte and between bytes
 * @param keepaliveTimeout seconds an idle connection is kept
 * @param completionTimeout seconds for the whole response with all attempts, or 0 for no limit
 * @param names that it is asked by in the place of its domain name, where a function wants others; null for none
 */
public record Origin(
        String id,
        String domainName,
        String path,
        List<Field> customHeaders,
        Kind kind,
        int httpPort,
        int httpsPort,
        ProtocolPolicy protocolPolicy,
        List<String> sslProtocols,
        int connectionAttempts,
        int connectTimeout,
        int readTimeout,
        int keepaliveTimeout,
        int completionTimeout,
        OriginAccess access,
        @Nullable Names names) {
    public Origin {
        customHeaders = List.copyOf(customHeaders);
        sslProtocols = List.copyOf(sslProtocols);
        if (connectionAttempts < 1) throw new IllegalArgumentException("origin " + id + " is never tried");
    }

    /** An origin that is asked by its own name. */
    public Origin(
            String id,
            String domainName,
            String path,
            List<Field> customHeaders,
            Kind kind,
            int httpPort,
            int httpsPort,
            ProtocolPolicy protocolPolicy,
            List<String> sslProtocols,
            int connectionAttempts,
            int connectTimeout,
            int readTimeout,
            int keepaliveTimeout,
            int completionTimeout,
            OriginAccess access) {
        this(
                id,
                domainName,
                path,
                customHeaders,
                kind,
                httpPort,
                httpsPort,
                protocolPolicy,
                sslProtocols,
                connectionAttempts,
                connectTimeout,
                readTimeout,
                keepaliveTimeout,
                completionTimeout,
                access,
                null);
    }

    /** The same, asked by these names. */
    public Origin by(@Nullable Names others) {
        return new Origin(
                id,
                domainName,
                path,
                customHeaders,
                kind,
                httpPort,
                httpsPort,
                protocolPolicy,
                sslProtocols,
                connectionAttempts,
                connectTimeout,
                readTimeout,
                keepaliveTimeout,
                completionTimeout,
                access,
                others);
    }

    /**
     * Names in the place of others.
     *
     * @param host in the Host header; null for the usual one
     * @param server in the TLS handshake; null for what stands in the Host header
     * @param certificates that its certificate is to be for one of, perhaps with an asterisk as the first label, in the place of the
     *     name in the handshake and its own; null for those
     */
    public record Names(
            @Nullable String host,
            @Nullable String server,
            @Nullable List<String> certificates) {
        public Names {
            certificates = certificates == null ? null : List.copyOf(certificates);
        }

        /** Names of which the certificate has one. */
        public Names(@Nullable String host, @Nullable String server) {
            this(host, server, null);
        }
    }

    public enum Kind {
        /** An S3 REST endpoint: the viewer's Host never reaches it. */
        S3,
        CUSTOM
    }

    public enum ProtocolPolicy {
        HTTP_ONLY,
        HTTPS_ONLY,
        MATCH_VIEWER
    }
}
