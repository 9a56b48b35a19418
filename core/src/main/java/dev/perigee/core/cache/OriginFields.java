package dev.perigee.core.cache;

import dev.perigee.core.http.Cookies;
import dev.perigee.core.http.Field;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HopByHop;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.QueryString;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Forwarding;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.OriginAccess;
import dev.perigee.core.plan.Selection;
import dev.perigee.core.tls.ClientCertificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The request that goes to the origin: what the viewer sent, as far as the behavior lets it through, and what is added. */
public final class OriginFields {
    public static final String USER_AGENT = "Amazon CloudFront";

    private static final String CLIENT_CERT = "Client-Cert";
    private static final String CLIENT_CERT_CHAIN = "Client-Cert-Chain";

    /** CloudFront keeps viewers from choosing the headers of S3's answer through the all-viewer policies. */
    private static final Selection S3_SAFE = Selection.allExcept(
            List.of("response-content-type", "response-content-disposition", "response-content-encoding"));

    private OriginFields() {}

    /**
     * Which of the viewer's own range and condition fields go along. A response that is to be stored is asked for whole
     * and without the viewer's conditions.
     */
    public enum Pass {
        NOTHING,
        RANGE,
        CONDITIONS,
        RANGE_AND_CONDITIONS;

        boolean range() {
            return this == RANGE || this == RANGE_AND_CONDITIONS;
        }

        boolean conditions() {
            return this == CONDITIONS || this == RANGE_AND_CONDITIONS;
        }
    }

    /**
     * The fields for the origin, Host first, without framing and hop-by-hop fields.
     *
     * @param requestId value of X-Amz-Cf-Id
     * @param edge this edge's name in Via, such as {@code 0123….cloudfront.net (CloudFront)}; the version before it is the
     *     viewer's
     */
    public static Fields.Builder forOrigin(
            RequestHead request, Behavior behavior, ViewerConnection viewer, String requestId, String edge, Pass pass) {
        Fields sent = request.fields();
        Fields.Builder fields = Fields.builder(sent.size() + 8);
        fields.add("Host", host(request, behavior));
        addChosen(request, behavior, viewer, pass, fields);
        if (!fields.has("User-Agent") && !ForwardedNames.isChosen(behavior, "User-Agent")) {
            fields.add("User-Agent", USER_AGENT);
        }
        addAcceptEncoding(request, behavior, fields);
        addCookies(sent, behavior, fields);
        fields.add("X-Forwarded-For", appended(sent.joined("X-Forwarded-For"), viewer.address()));
        fields.add("Via", appended(sent.joined("Via"), request.version().number() + ' ' + edge));
        fields.add("X-Amz-Cf-Id", requestId);
        addGenerated(request, behavior, viewer, fields);
        for (Field custom : behavior.origin().customHeaders()) fields.set(custom.name(), custom.value());
        // After the custom headers: RFC 8586 section 2 forbids a customer to change this one.
        return fields.set(CdnLoop.NAME, CdnLoop.appended(sent.joined(CdnLoop.NAME)));
    }

    private static String host(RequestHead request, Behavior behavior) {
        Origin origin = behavior.origin();
        if (origin.names() != null && origin.names().host() != null)
            return origin.names().host();
        return ForwardedNames.isHostForwarded(behavior) ? request.host() : origin.domainName();
    }

    /** OriginPath, the raw path, and the parameters that the cache policy or the forwarding selects. */
    public static String originTarget(Behavior behavior, RequestHead request) {
        Selection forwarded = behavior.forwarding().queryStrings();
        if (forwarded.mode() == Selection.Mode.ALL && isS3WithAllHeaders(behavior)) forwarded = S3_SAFE;
        String query =
                QueryString.select(request.query(), behavior.cachePolicy().queryStrings(), forwarded);
        String path = behavior.origin().path() + request.path();
        return query == null ? path : path + '?' + query;
    }

    private static boolean isS3WithAllHeaders(Behavior behavior) {
        return behavior.origin().kind() == Origin.Kind.S3 && forwardsAll(behavior.forwarding());
    }

    /** Whether a viewer's Authorization reaches the origin. */
    public static boolean forwardsAuthorization(Behavior behavior, Method method) {
        if (ForwardedNames.isChosen(behavior, "Authorization")) return true;
        return switch (method) {
            case GET, HEAD -> false;
            case OPTIONS -> !behavior.cachedMethods().contains(Method.OPTIONS);
            case PUT, POST, PATCH, DELETE -> true;
        };
    }

    /** Whether cookies of the viewer reach the origin; if so, Set-Cookie reaches the viewer. */
    public static boolean forwardsCookies(Behavior behavior) {
        return behavior.cachePolicy().cookies().mode() != Selection.Mode.NONE
                || behavior.forwarding().cookies().mode() != Selection.Mode.NONE;
    }

    private static boolean forwardsAll(Forwarding forwarding) {
        return switch (forwarding.mode()) {
            case ALL, ALL_AND_CLOUDFRONT, ALL_EXCEPT -> true;
            case NONE, LIST, LEGACY -> false;
        };
    }

    private static void addChosen(
            RequestHead request, Behavior behavior, ViewerConnection viewer, Pass pass, Fields.Builder fields) {
        Fields sent = request.fields();
        Method method = Method.of(request.method());
        boolean stored = method != null && behavior.cachedMethods().contains(method);
        List<String> nominated = HopByHop.nominated(sent);
        for (int i = 0; i < sent.size(); i++) {
            String name = sent.name(i);
            // A viewer must not take a field out of the request that is in the key: what came back would be stored as
            // the answer to a request that the origin never saw.
            if (HopByHop.listed(nominated, name) && !ForwardedNames.isKeyed(behavior, name)) continue;
            // Where viewers are asked for certificates, the edge alone says what they have shown (RFC 9440 section 4).
            if (viewer.certificate() != null && isClientCert(name)) continue;
            // One server would take the first and another the last.
            if (ForwardedNames.isRange(name) && sent.count("Range") > 1) continue;
            if (goesAlong(name, behavior, method, stored, pass)) fields.add(name, sent.value(i));
        }
    }

    /** Whether a field of this name goes to the origin with a request whose response may be stored. */
    static boolean goesAlong(String name, Behavior behavior, Method method) {
        return goesAlong(name, behavior, method, true, Pass.NOTHING);
    }

    private static boolean goesAlong(
            String name, Behavior behavior, @Nullable Method method, boolean stored, Pass pass) {
        if (ForwardedNames.isHandledApart(name)) return false;
        if (ForwardedNames.isRange(name)) return pass.range();
        if (ForwardedNames.isCondition(name)) return pass.conditions();
        if (Fields.sameName(name, "Authorization")) {
            return method != null && forwardsAuthorization(behavior, method);
        }
        if (Fields.sameName(name, "Accept-Encoding") && normalizesEncoding(behavior)) return false;
        if (ForwardedNames.isChosen(behavior, name)) return true;
        return switch (behavior.forwarding().mode()) {
            case LEGACY -> !ForwardedNames.isRemovedByLegacy(name) && !Fields.sameName(name, "Accept-Encoding");
            case NONE, LIST -> ForwardedNames.isSentUnasked(name, stored) || isPayloadHash(name, behavior);
            case ALL, ALL_AND_CLOUDFRONT, ALL_EXCEPT -> false;
        };
    }

    /** An upload that the edge signs carries the hash of its content from the viewer (origin access control). */
    private static boolean isPayloadHash(String name, Behavior behavior) {
        return behavior.origin().access() instanceof OriginAccess.Signed
                && Fields.sameName(name, "X-Amz-Content-Sha256");
    }

    private static boolean normalizesEncoding(Behavior behavior) {
        return behavior.cachePolicy().gzip() || behavior.cachePolicy().brotli();
    }

    private static void addAcceptEncoding(RequestHead request, Behavior behavior, Fields.Builder fields) {
        if (!normalizesEncoding(behavior)) return;
        CachePolicy policy = behavior.cachePolicy();
        String value = AcceptEncoding.normalize(
                request.version(), request.fields().joined("Accept-Encoding"), policy.gzip(), policy.brotli());
        boolean legacy = behavior.forwarding().mode() == Forwarding.Headers.LEGACY;
        // ForwardedValues: a field without gzip is taken away, not replaced by identity.
        if (value != null && !(legacy && value.equals(AcceptEncoding.IDENTITY))) fields.add("Accept-Encoding", value);
    }

    private static void addCookies(Fields sent, Behavior behavior, Fields.Builder fields) {
        if (!forwardsCookies(behavior)) return;
        String cookies = Cookies.select(
                sent.all("Cookie"),
                behavior.cachePolicy().cookies(),
                behavior.forwarding().cookies());
        if (cookies != null) fields.add("Cookie", cookies);
    }

    private static boolean isClientCert(String name) {
        return Fields.sameName(name, CLIENT_CERT) || Fields.sameName(name, CLIENT_CERT_CHAIN);
    }

    private static void addClientCert(Behavior behavior, ClientCertificate certificate, Fields.Builder fields) {
        String own = certificate.clientCert();
        if (own != null && ForwardedNames.isChosen(behavior, CLIENT_CERT)) fields.set(CLIENT_CERT, own);
        String others = certificate.clientCertChain();
        if (others != null && ForwardedNames.isChosen(behavior, CLIENT_CERT_CHAIN)) {
            fields.set(CLIENT_CERT_CHAIN, others);
        }
    }

    private static void addGenerated(
            RequestHead request, Behavior behavior, ViewerConnection viewer, Fields.Builder fields) {
        if (viewer.certificate() != null) addClientCert(behavior, viewer.certificate(), fields);
        for (String name : behavior.cachePolicy().headers()) addGenerated(name, request, viewer, fields);
        switch (behavior.forwarding().mode()) {
            case LIST, ALL_AND_CLOUDFRONT -> {
                for (String name : behavior.forwarding().headers()) addGenerated(name, request, viewer, fields);
            }
            case NONE, ALL, ALL_EXCEPT, LEGACY -> {
                // The list, if any, names what is left out.
            }
        }
    }

    private static void addGenerated(String name, RequestHead request, ViewerConnection viewer, Fields.Builder fields) {
        if (!CloudFrontHeaders.reserves(name)) return;
        String value = CloudFrontHeaders.value(name, request, viewer);
        if (value != null) fields.set(CloudFrontHeaders.written(name), value);
    }

    private static String appended(@Nullable String received, String own) {
        return received == null || received.isBlank() ? own : received + ", " + own;
    }
}
