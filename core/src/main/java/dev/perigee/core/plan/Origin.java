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

    /** A custom origin that is asked as CloudFront asks where nothing is said, in clear. */
    public static Builder builder(String id, String domainName) {
        return new Builder(id, domainName);
    }

    /** The same, to change something of it. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** The same, asked by these names. */
    public Origin by(@Nullable Names others) {
        return toBuilder().names(others).build();
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

    /** Makes origins; what is not said is as {@link #builder} has it. */
    public static final class Builder {
        private final String id;
        private final String domainName;
        private String path = "";
        private List<Field> customHeaders = List.of();
        private Kind kind = Kind.CUSTOM;
        private int httpPort = 80;
        private int httpsPort = 443;
        private ProtocolPolicy protocolPolicy = ProtocolPolicy.HTTP_ONLY;
        private List<String> sslProtocols = List.of("TLSv1.2");
        private int connectionAttempts = 3;
        private int connectTimeout = 10;
        private int readTimeout = 30;
        private int keepaliveTimeout = 5;
        private int completionTimeout;
        private OriginAccess access = new OriginAccess.Anonymous();
        private @Nullable Names names;

        private Builder(String id, String domainName) {
            this.id = id;
            this.domainName = domainName;
        }

        private Builder(Origin of) {
            id = of.id;
            domainName = of.domainName;
            path = of.path;
            customHeaders = of.customHeaders;
            kind = of.kind;
            httpPort = of.httpPort;
            httpsPort = of.httpsPort;
            protocolPolicy = of.protocolPolicy;
            sslProtocols = of.sslProtocols;
            connectionAttempts = of.connectionAttempts;
            connectTimeout = of.connectTimeout;
            readTimeout = of.readTimeout;
            keepaliveTimeout = of.keepaliveTimeout;
            completionTimeout = of.completionTimeout;
            access = of.access;
            names = of.names;
        }

        public Builder path(String chosen) {
            path = chosen;
            return this;
        }

        public Builder customHeaders(List<Field> chosen) {
            customHeaders = chosen;
            return this;
        }

        public Builder kind(Kind chosen) {
            kind = chosen;
            return this;
        }

        public Builder httpPort(int chosen) {
            httpPort = chosen;
            return this;
        }

        public Builder httpsPort(int chosen) {
            httpsPort = chosen;
            return this;
        }

        public Builder protocolPolicy(ProtocolPolicy chosen) {
            protocolPolicy = chosen;
            return this;
        }

        public Builder sslProtocols(List<String> chosen) {
            sslProtocols = chosen;
            return this;
        }

        public Builder connectionAttempts(int chosen) {
            connectionAttempts = chosen;
            return this;
        }

        public Builder connectTimeout(int chosen) {
            connectTimeout = chosen;
            return this;
        }

        public Builder readTimeout(int chosen) {
            readTimeout = chosen;
            return this;
        }

        public Builder keepaliveTimeout(int chosen) {
            keepaliveTimeout = chosen;
            return this;
        }

        public Builder completionTimeout(int chosen) {
            completionTimeout = chosen;
            return this;
        }

        public Builder access(OriginAccess chosen) {
            access = chosen;
            return this;
        }

        public Builder names(@Nullable Names chosen) {
            names = chosen;
            return this;
        }

        public Origin build() {
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
                    names);
        }
    }
}
