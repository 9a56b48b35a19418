package dev.perigee.function;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perigee.core.http.Field;
import dev.perigee.core.http.Grammar;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.OriginAccess;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The origin that {@code cf.updateRequestOrigin} asks for: what it does not say is as the behavior's origin has it. */
final class OriginChange {
    private static final Set<String> KEYS = Set.of(
            "domainName",
            "originPath",
            "customHeaders",
            "connectionAttempts",
            "timeouts",
            "customOriginConfig",
            "originAccessControlConfig",
            "hostHeader",
            "sni",
            "allowedCertificateNames",
            "originShield",
            "mTLSConfig");
    private static final Set<String> SERVICES = Set.of("s3", "mediapackagev2", "mediastore", "lambda");
    private static final Set<String> PROTOCOLS = Set.of("SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2");
    private static final Pattern NAME = Pattern.compile("(?=.{1,253}$)[A-Za-z0-9_-]{1,63}(\\.[A-Za-z0-9_-]{1,63})*");
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+");
    private static final Pattern REGION = Pattern.compile("[.-]([a-z]{2}(?:-[a-z]+)+-[0-9])\\.");
    private static final Pattern SHIELD = Pattern.compile("[a-z]{2}(?:-[a-z]+)+-[0-9]");
    private static final int PATH_MAX = 255;
    private static final int HEADERS_MAX = 30;
    private static final int CERTIFICATES_MAX = 20;
    private static final int CERTIFICATE_MAX = 64;

    private final JsonNode given;

    private OriginChange(JsonNode given) {
        this.given = given;
    }

    static Origin applied(Origin base, JsonNode given) throws Invalid {
        if (!given.isObject()) throw invalid("it must be an object");
        Iterator<String> keys = given.fieldNames();
        while (keys.hasNext()) {
            String key = keys.next();
            if (!KEYS.contains(key)) throw invalid("'" + HeaderRules.shown(key) + "' is not known, or not built yet");
        }
        return new OriginChange(given).of(base);
    }

    private Origin of(Origin base) throws Invalid {
        JsonNode custom = part("customOriginConfig");
        JsonNode timeouts = part("timeouts");
        String name = name(base);
        boolean secure = custom.path("protocol").asText().equals("https");
        int port = number(custom, "port", 1, 65_535, 0);
        OriginAccess access = access(base, name);
        checkFixed(custom);
        return new Origin(
                base.id(),
                name,
                path(base),
                headers(base),
                kind(base, custom, access),
                port > 0 && !secure ? port : base.httpPort(),
                port > 0 && secure ? port : base.httpsPort(),
                protocol(base, custom),
                protocols(base, custom),
                number(given, "connectionAttempts", 1, 3, base.connectionAttempts()),
                number(timeouts, "connectionTimeout", 1, 10, base.connectTimeout()),
                number(timeouts, "readTimeout", 1, 120, base.readTimeout()),
                number(timeouts, "keepAliveTimeout", 1, 120, base.keepaliveTimeout()),
                number(timeouts, "responseCompletionTimeout", 0, 3600, base.completionTimeout()),
                access,
                names(base, access));
    }

    /** A signature is for the name that the origin has; under another Host it is void. */
    private Origin.@Nullable Names names(Origin base, OriginAccess access) throws Invalid {
        Origin.Names before = base.names();
        String host = name("hostHeader", before == null ? null : before.host());
        String server = name("sni", before == null ? null : before.server());
        if (host != null && access instanceof OriginAccess.Signed) {
            throw invalid("hostHeader cannot be set with origin access control");
        }
        List<String> certificates = certificates(before == null ? null : before.certificates());
        boolean usual = host == null && server == null && certificates == null;
        return usual ? null : new Origin.Names(host, server, certificates);
    }

    /** An empty list stands for the usual names: it must not be one that every certificate does for, or none. */
    private @Nullable List<String> certificates(@Nullable List<String> inherited) throws Invalid {
        JsonNode wanted = given.path("allowedCertificateNames");
        if (wanted.isMissingNode()) return inherited;
        if (!wanted.isArray() || wanted.size() > CERTIFICATES_MAX) {
            throw invalid("allowedCertificateNames must be a list of at most " + CERTIFICATES_MAX);
        }
        List<String> names = new ArrayList<>();
        for (JsonNode each : wanted) {
            String name = each.asText();
            if (!each.isTextual() || name.length() > CERTIFICATE_MAX || !isCertified(name)) {
                throw invalid("allowedCertificateNames has '" + HeaderRules.shown(name) + "'");
            }
            names.add(name.toLowerCase(Locale.ROOT));
        }
        return names.isEmpty() ? null : names;
    }

    private static boolean isCertified(String name) {
        String base = name.startsWith("*.") ? name.substring(2) : name;
        return NAME.matcher(base).matches() && !ADDRESS.matcher(base).matches();
    }

    private @Nullable String name(String key, @Nullable String inherited) throws Invalid {
        JsonNode name = given.path(key);
        if (name.isMissingNode()) return inherited;
        if (!isName(name)) throw invalid(key + " must be a name of the DNS");
        return name.asText().toLowerCase(Locale.ROOT);
    }

    private static boolean isName(JsonNode name) {
        return name.isTextual()
                && NAME.matcher(name.asText()).matches()
                && !ADDRESS.matcher(name.asText()).matches();
    }

    /** Settings that say how it is anyway; others are not built. */
    private void checkFixed(JsonNode custom) throws Invalid {
        checkShield(part("originShield"));
        if (!given.path("mTLSConfig").asText("off").equals("off")) throw invalid("mTLSConfig must be off");
        String addresses = custom.path("ipAddressType").asText("dualstack");
        if (!addresses.equals("dualstack") && !addresses.equals("ipv4")) {
            throw invalid("customOriginConfig.ipAddressType '" + HeaderRules.shown(addresses) + "' is not built");
        }
    }

    /** There is no layer between an edge and its origins here, so that nothing comes of it; what is wrong is told all the same. */
    private static void checkShield(JsonNode shield) throws Invalid {
        if (shield.isMissingNode()) return;
        JsonNode enabled = shield.path("enabled");
        if (!enabled.isBoolean()) throw invalid("originShield.enabled must be true or false");
        JsonNode region = shield.path("region");
        boolean named = region.isTextual() && SHIELD.matcher(region.asText()).matches();
        if (!named && (enabled.asBoolean() || !region.isMissingNode())) {
            throw invalid("originShield.region must be a region such as us-east-2");
        }
    }

    private JsonNode part(String key) throws Invalid {
        JsonNode part = given.path(key);
        if (!part.isMissingNode() && !part.isObject()) throw invalid(key + " must be an object");
        return part;
    }

    private String name(Origin base) throws Invalid {
        JsonNode name = given.path("domainName");
        if (name.isMissingNode()) return base.domainName();
        if (!isName(name)) throw invalid("domainName must be a name of the DNS");
        return name.asText().toLowerCase(Locale.ROOT);
    }

    private String path(Origin base) throws Invalid {
        JsonNode path = given.path("originPath");
        if (path.isMissingNode()) return base.path();
        String text = path.asText();
        boolean good = path.isTextual()
                && (text.isEmpty() || (text.startsWith("/") && !text.endsWith("/")))
                && text.length() <= PATH_MAX
                && text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '#' && c != '?');
        if (!good) throw invalid("originPath must begin with a slash and not end with one");
        return text;
    }

    private List<Field> headers(Origin base) throws Invalid {
        JsonNode headers = part("customHeaders");
        if (headers.isMissingNode()) return base.customHeaders();
        List<Field> fields = new ArrayList<>();
        for (Map.Entry<String, JsonNode> each : headers.properties()) {
            String name = each.getKey();
            boolean good = Grammar.isToken(name)
                    && !HeaderRules.isForbidden(name.toLowerCase(Locale.ROOT))
                    && each.getValue().isTextual()
                    && fields.size() < HEADERS_MAX;
            if (!good) throw invalid("customHeaders has '" + HeaderRules.shown(name) + "'");
            fields.add(new Field(
                    name,
                    HeaderRules.checkedValue(
                            "customHeaders", name, each.getValue().asText())));
        }
        return fields;
    }

    private Origin.Kind kind(Origin base, JsonNode custom, OriginAccess access) {
        if (!custom.isMissingNode()) return Origin.Kind.CUSTOM;
        String type = given.path("originAccessControlConfig").path("originType").asText();
        if (access instanceof OriginAccess.Signed && !type.isEmpty()) {
            return type.equals("s3") ? Origin.Kind.S3 : Origin.Kind.CUSTOM;
        }
        return base.kind();
    }

    private static Origin.ProtocolPolicy protocol(Origin base, JsonNode custom) throws Invalid {
        JsonNode protocol = custom.path("protocol");
        if (protocol.isMissingNode()) return base.protocolPolicy();
        return switch (protocol.asText()) {
            case "http" -> Origin.ProtocolPolicy.HTTP_ONLY;
            case "https" -> Origin.ProtocolPolicy.HTTPS_ONLY;
            default -> throw invalid("customOriginConfig.protocol must be http or https");
        };
    }

    private static List<String> protocols(Origin base, JsonNode custom) throws Invalid {
        JsonNode protocols = custom.path("sslProtocols");
        if (protocols.isMissingNode()) return base.sslProtocols();
        List<String> names = new ArrayList<>();
        for (JsonNode each : protocols) {
            if (!PROTOCOLS.contains(each.asText())) throw invalid("customOriginConfig.sslProtocols");
            names.add(each.asText());
        }
        if (names.isEmpty()) throw invalid("customOriginConfig.sslProtocols is empty");
        return names;
    }

    private OriginAccess access(Origin base, String name) throws Invalid {
        JsonNode control = part("originAccessControlConfig");
        if (control.isMissingNode()) return withoutCertificate(base.access());
        if (!control.path("enabled").isBoolean()) throw invalid("originAccessControlConfig.enabled must be a boolean");
        if (!control.path("enabled").asBoolean()) return new OriginAccess.Anonymous();
        String type = control.path("originType").asText();
        if (!SERVICES.contains(type)) throw invalid("originAccessControlConfig.originType");
        if (!control.path("signingProtocol").asText("sigv4").equals("sigv4")) {
            throw invalid("originAccessControlConfig.signingProtocol must be sigv4");
        }
        Matcher region = REGION.matcher(name);
        String where = control.path("region").asText(region.find() ? region.group(1) : "us-east-1");
        return switch (control.path("signingBehavior").asText()) {
            case "always" -> new OriginAccess.Signed(type, where, false);
            case "no-override" -> new OriginAccess.Signed(type, where, true);
            case "never" -> new OriginAccess.Anonymous();
            default -> throw invalid("originAccessControlConfig.signingBehavior");
        };
    }

    private OriginAccess withoutCertificate(OriginAccess access) {
        boolean off = given.has("mTLSConfig") && access instanceof OriginAccess.Certificate;
        return off ? new OriginAccess.Anonymous() : access;
    }

    private static int number(JsonNode in, String key, int min, int max, int inherited) throws Invalid {
        JsonNode number = in.path(key);
        if (number.isMissingNode()) return inherited;
        if (!number.isIntegralNumber() || number.asLong() < min || number.asLong() > max) {
            throw invalid(key + " must be " + min + " to " + max);
        }
        return number.asInt();
    }

    static Invalid invalid(String what) {
        return new Invalid("for origin rewrite: " + what + ".");
    }
}
