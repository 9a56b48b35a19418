package dev.perigee.lambda;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.perigee.core.http.Field;
import dev.perigee.core.http.Fields;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.OriginAccess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An origin as a function at origin-request sees it, and the one that it chooses.
 *
 * @param https whether the viewer's connection is encrypted
 */
record OriginRules(Origin origin, boolean https) {
    private static final int NAME_MAX = 253;
    private static final int BUCKET_MAX = 128;
    private static final int PATH_MAX = 255;
    private static final int HEADERS_MAX = 30;
    private static final int CONNECTION_SECONDS = 10;
    private static final Pattern NAME = Pattern.compile("(?i)[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?\\.?");
    private static final Pattern REGION = Pattern.compile("[.-]s3[.-](?:dualstack\\.)?([a-z]{2}(?:-[a-z]+)+-[0-9])\\.");
    private static final Set<String> PROTOCOLS = Set.of("SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2");
    private static final String IDENTITY = "origin-access-identity";

    void write(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("origin");
        boolean bucket = origin.kind() == Origin.Kind.S3;
        json.writeObjectFieldStart(bucket ? "s3" : "custom");
        if (bucket) json.writeStringField("authMethod", "none");
        json.writeObjectFieldStart("customHeaders");
        for (Field field : origin.customHeaders()) {
            json.writeArrayFieldStart(field.name().toLowerCase(Locale.ROOT));
            json.writeStartObject();
            json.writeStringField("key", field.name());
            json.writeStringField("value", field.value());
            json.writeEndObject();
            json.writeEndArray();
        }
        json.writeEndObject();
        json.writeStringField("domainName", origin.domainName());
        if (!bucket) json.writeNumberField("keepaliveTimeout", origin.keepaliveTimeout());
        json.writeStringField("path", origin.path());
        if (bucket) json.writeStringField("region", region(origin.domainName()));
        else writeConnection(json);
        json.writeEndObject();
        json.writeEndObject();
    }

    private void writeConnection(JsonGenerator json) throws IOException {
        json.writeNumberField("port", tls() ? origin.httpsPort() : origin.httpPort());
        json.writeStringField("protocol", tls() ? "https" : "http");
        json.writeNumberField("readTimeout", origin.readTimeout());
        json.writeArrayFieldStart("sslProtocols");
        for (String protocol : origin.sslProtocols()) json.writeString(protocol);
        json.writeEndArray();
    }

    private boolean tls() {
        return switch (origin.protocolPolicy()) {
            case HTTP_ONLY -> false;
            case HTTPS_ONLY -> true;
            case MATCH_VIEWER -> https;
        };
    }

    private static String region(String name) {
        Matcher region = REGION.matcher("." + name);
        return region.find() ? region.group(1) : name.contains("s3.amazonaws.com") ? "us-east-1" : "";
    }

    /** The origin to go to; the very same one when the function has left it alone. */
    Origin chosen(JsonNode made, Fields headers) throws Invalid {
        JsonNode given = made.path("origin");
        if (given.isMissingNode() || given.isNull()) return origin;
        boolean custom = given.path("custom").isObject();
        boolean bucket = given.path("s3").isObject();
        if (custom == bucket) throw new Invalid("The origin must have exactly one of custom and s3.");
        Origin chosen = custom ? custom(given.path("custom"), headers) : bucket(given.path("s3"), headers);
        return chosen.equals(origin) ? origin : chosen;
    }

    private Origin custom(JsonNode given, Fields headers) throws Invalid {
        Origin base = origin;
        boolean same = base.kind() == Origin.Kind.CUSTOM;
        String name = text(given, "domainName", base.domainName());
        // CloudFront wants a name of the DNS; one of this machine is one in local systems.
        if (name.length() > NAME_MAX || !NAME.matcher(name).matches() || name.matches("[0-9.]+")) {
            throw new Invalid("The domainName of the custom origin is not valid.");
        }
        boolean secure = switch (text(given, "protocol", tls() ? "https" : "http")) {
            case "https" -> true;
            case "http" -> false;
            default -> throw new Invalid("The protocol of the custom origin must be http or https.");
        };
        int port = number(given, "port", secure ? base.httpsPort() : base.httpPort(), 1, 65_535);
        boolean unchanged = same && secure == tls() && port == (secure ? base.httpsPort() : base.httpPort());
        if (!unchanged && port != 80 && port != 443 && port < 1024) {
            throw new Invalid("The port of the custom origin must be 80, 443 or 1024 to 65535.");
        }
        OriginAccess access = same && name.equals(base.domainName()) ? base.access() : new OriginAccess.Anonymous();
        return new Origin(
                base.id(),
                name,
                path(given),
                customHeaders(given, headers),
                Origin.Kind.CUSTOM,
                secure ? base.httpPort() : port,
                secure ? port : base.httpsPort(),
                unchanged
                        ? base.protocolPolicy()
                        : secure ? Origin.ProtocolPolicy.HTTPS_ONLY : Origin.ProtocolPolicy.HTTP_ONLY,
                protocols(given),
                base.connectionAttempts(),
                Math.min(base.connectTimeout(), CONNECTION_SECONDS),
                number(given, "readTimeout", base.readTimeout(), 1, 120),
                number(given, "keepaliveTimeout", base.keepaliveTimeout(), 1, 120),
                base.completionTimeout(),
                access,
                same && name.equals(base.domainName()) ? base.names() : null);
    }

    private Origin bucket(JsonNode given, Fields headers) throws Invalid {
        Origin base = origin;
        boolean same = base.kind() == Origin.Kind.S3;
        String name = text(given, "domainName", base.domainName());
        if (name.length() > BUCKET_MAX
                || !NAME.matcher(name).matches()
                || !name.equals(name.toLowerCase(Locale.ROOT))) {
            throw new Invalid("The domainName of the S3 origin is not valid.");
        }
        String region = text(given, "region", "");
        return new Origin(
                base.id(),
                name,
                path(given),
                customHeaders(given, headers),
                Origin.Kind.S3,
                same ? base.httpPort() : 80,
                same ? base.httpsPort() : 443,
                same ? base.protocolPolicy() : Origin.ProtocolPolicy.MATCH_VIEWER,
                base.sslProtocols(),
                base.connectionAttempts(),
                base.connectTimeout(),
                base.readTimeout(),
                base.keepaliveTimeout(),
                base.completionTimeout(),
                access(given, name, region),
                same && name.equals(base.domainName()) ? base.names() : null);
    }

    /**
     * Events do not show an origin access control, so a function that leaves the method at none leaves the control in force, in the
     * region of the bucket that it names.
     */
    private OriginAccess access(JsonNode given, String name, String region) throws Invalid {
        String known = region(name);
        String where = !region.isEmpty() ? region : known.isEmpty() ? "us-east-1" : known;
        switch (text(given, "authMethod", "none")) {
            case "none" -> {
                if (name.equals(origin.domainName())) return origin.access();
                return origin.access() instanceof OriginAccess.Signed signed
                                && signed.service().equals("s3")
                        ? new OriginAccess.Signed("s3", where, signed.yieldsToViewer())
                        : new OriginAccess.Anonymous();
            }
            case IDENTITY -> {
                if (region.isEmpty()) {
                    throw new Invalid("The region of the S3 origin is required with the authMethod " + IDENTITY + ".");
                }
                return new OriginAccess.Signed("s3", where, false);
            }
            default -> throw new Invalid("The authMethod of the S3 origin must be none or " + IDENTITY + ".");
        }
    }

    private String path(JsonNode given) throws Invalid {
        String path = text(given, "path", "");
        boolean good = path.length() <= PATH_MAX
                && (path.isEmpty() || (path.startsWith("/") && !path.endsWith("/")))
                && path.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '#' && c != '?');
        if (!good) throw new Invalid("The path of the origin must begin with a slash and not end with one.");
        return path;
    }

    private List<Field> customHeaders(JsonNode given, Fields headers) throws Invalid {
        List<Field> fields = new ArrayList<>();
        for (Map.Entry<String, List<HeaderRules.Line>> each :
                HeaderRules.read(given.path("customHeaders")).entrySet()) {
            String name = each.getKey();
            if (HeaderRules.isDisallowed(name)) {
                throw new Invalid("The customHeaders have a disallowed header: " + HeaderRules.shown(name) + ".");
            }
            if (headers.has(name)) {
                throw new Invalid("The customHeaders have a header of the request: " + HeaderRules.shown(name) + ".");
            }
            for (HeaderRules.Line line : each.getValue()) fields.add(new Field(line.name(), line.value()));
        }
        if (fields.size() > HEADERS_MAX
                && fields.size() > origin.customHeaders().size()) {
            throw new Invalid("There are more than " + HEADERS_MAX + " customHeaders.");
        }
        return fields;
    }

    private List<String> protocols(JsonNode given) throws Invalid {
        JsonNode protocols = given.path("sslProtocols");
        if (protocols.isMissingNode() || protocols.isNull()) return origin.sslProtocols();
        if (!protocols.isArray() || protocols.isEmpty()) {
            throw new Invalid("The sslProtocols of the custom origin must be a list that is not empty.");
        }
        List<String> names = new ArrayList<>();
        for (JsonNode each : protocols) {
            if (!PROTOCOLS.contains(each.asText()) && !origin.sslProtocols().contains(each.asText())) {
                throw new Invalid("The sslProtocols of the custom origin have one that is not known.");
            }
            names.add(each.asText());
        }
        return names;
    }

    private static String text(JsonNode given, String key, String inherited) throws Invalid {
        JsonNode text = given.path(key);
        if (text.isMissingNode() || text.isNull()) return inherited;
        if (!text.isTextual()) throw new Invalid("The " + key + " of the origin must be a string.");
        return text.asText();
    }

    private static int number(JsonNode given, String key, int inherited, int min, int max) throws Invalid {
        JsonNode number = given.path(key);
        if (number.isMissingNode() || number.isNull()) return inherited;
        if (!number.isIntegralNumber() || number.asLong() < min || number.asLong() > max) {
            throw new Invalid("The " + key + " of the origin must be " + min + " to " + max + ".");
        }
        return number.asInt();
    }
}
