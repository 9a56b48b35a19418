package dev.perigee.testkit;

import dev.perigee.core.http.Field;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.OriginAccess;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An origin for a plan: custom, clear text, one attempt, unless the scenario says otherwise. */
public final class OriginBuilder {
    private final List<Field> headers = new ArrayList<>();
    private @Nullable String id;
    private String domainName = "localhost";
    private String path = "";
    private Origin.Kind kind = Origin.Kind.CUSTOM;
    private int port;
    private int httpsPort = 443;
    private Origin.ProtocolPolicy protocol = Origin.ProtocolPolicy.HTTP_ONLY;
    private List<String> sslProtocols = List.of("TLSv1.2");
    private int attempts = 1;
    private int connectTimeout = 2;
    private int readTimeout = 5;
    private int keepalive = 5;
    private int completion;
    private OriginAccess access = new OriginAccess.Anonymous();

    private OriginBuilder(int port) {
        this.port = port;
    }

    /** An origin on this port of the loopback. */
    public static OriginBuilder origin(int port) {
        return new OriginBuilder(port);
    }

    public OriginBuilder id(String chosen) {
        id = chosen;
        return this;
    }

    public OriginBuilder domainName(String name) {
        domainName = name;
        return this;
    }

    public OriginBuilder port(int other) {
        port = other;
        return this;
    }

    public OriginBuilder path(String originPath) {
        path = originPath;
        return this;
    }

    /** Asked over TLS, at this port of this name. */
    public OriginBuilder https(String name, int securePort) {
        domainName = name;
        httpsPort = securePort;
        protocol = Origin.ProtocolPolicy.HTTPS_ONLY;
        return this;
    }

    /** Asked over TLS at this port by those who come over TLS. */
    public OriginBuilder matchViewer(int securePort) {
        httpsPort = securePort;
        protocol = Origin.ProtocolPolicy.MATCH_VIEWER;
        return this;
    }

    /** OriginSslProtocols. */
    public OriginBuilder sslProtocols(String... names) {
        sslProtocols = List.of(names);
        return this;
    }

    public OriginBuilder header(String name, String value) {
        headers.add(new Field(name, value));
        return this;
    }

    public OriginBuilder attempts(int times) {
        attempts = times;
        return this;
    }

    public OriginBuilder readTimeout(int seconds) {
        readTimeout = seconds;
        return this;
    }

    public OriginBuilder connectTimeout(int seconds) {
        connectTimeout = seconds;
        return this;
    }

    public OriginBuilder keepalive(int seconds) {
        keepalive = seconds;
        return this;
    }

    public OriginBuilder completionTimeout(int seconds) {
        completion = seconds;
        return this;
    }

    /** How the edge proves itself. */
    public OriginBuilder access(OriginAccess originAccess) {
        access = originAccess;
        return this;
    }

    /** An S3 bucket's REST endpoint of this name; an edge route has to lead to it. */
    public OriginBuilder bucket(String name, OriginAccess originAccess) {
        domainName = name;
        kind = Origin.Kind.S3;
        port = 80;
        access = originAccess;
        return this;
    }

    Origin build() {
        return new Origin(
                id == null ? "origin-" + domainName + '-' + port : id,
                domainName,
                path,
                headers,
                kind,
                port,
                httpsPort,
                protocol,
                sslProtocols,
                attempts,
                connectTimeout,
                readTimeout,
                keepalive,
                completion,
                access,
                null);
    }
}
