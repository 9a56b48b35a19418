package dev.perigee.testkit;

import dev.perigee.core.encrypt.FieldEncryption;
import dev.perigee.core.http.Method;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.EdgeLambdas;
import dev.perigee.core.plan.Failover;
import dev.perigee.core.plan.Forwarding;
import dev.perigee.core.plan.LogField;
import dev.perigee.core.plan.RealtimeLog;
import dev.perigee.core.plan.ResponseHeadersPolicy;
import dev.perigee.core.plan.Selection;
import dev.perigee.core.plan.TrustedKey;
import dev.perigee.core.plan.TrustedKeys;
import dev.perigee.core.plan.ViewerFunctions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A cache behavior for a plan: GET and HEAD, clear text allowed, TTLs 0, 86,400 and 31,536,000, key of the path. */
public final class BehaviorBuilder {
    private final String pattern;
    private final OriginBuilder origin;
    private Behavior.ViewerProtocolPolicy viewerProtocol = Behavior.ViewerProtocolPolicy.ALLOW_ALL;
    private Set<Method> allowed = EnumSet.of(Method.GET, Method.HEAD);
    private Set<Method> cached = EnumSet.of(Method.GET, Method.HEAD);
    private long minTtl;
    private long defaultTtl = 86_400;
    private long maxTtl = 31_536_000;
    private List<String> keyHeaders = List.of();
    private Selection cookies = Selection.NONE;
    private Selection queries = Selection.NONE;
    private boolean gzip;
    private boolean brotli;
    private boolean compress;
    private Forwarding forwarding = Forwarding.NOTHING;
    private @Nullable ResponseHeadersPolicy responseHeaders;
    private @Nullable Failover failover;
    private boolean grpc;
    private @Nullable TrustedKeys trustedKeys;
    private @Nullable FieldEncryption encryption;
    private @Nullable ViewerFunctions functions;
    private @Nullable RealtimeLog realtime;
    private @Nullable EdgeLambdas lambdas;

    BehaviorBuilder(String pattern, int originPort) {
        this.pattern = pattern;
        this.origin = OriginBuilder.origin(originPort);
    }

    public BehaviorBuilder origin(Consumer<OriginBuilder> changes) {
        changes.accept(origin);
        return this;
    }

    /** Makes an origin group: a second origin, asked when the first fails or answers with one of these statuses. */
    public BehaviorBuilder failover(OriginBuilder secondary, Integer... statuses) {
        failover = new Failover(secondary.build(), Set.of(statuses));
        return this;
    }

    public BehaviorBuilder httpsOnly() {
        viewerProtocol = Behavior.ViewerProtocolPolicy.HTTPS_ONLY;
        return this;
    }

    public BehaviorBuilder redirectToHttps() {
        viewerProtocol = Behavior.ViewerProtocolPolicy.REDIRECT_TO_HTTPS;
        return this;
    }

    public BehaviorBuilder allMethods() {
        allowed = EnumSet.allOf(Method.class);
        return this;
    }

    public BehaviorBuilder cachedMethods(Method... methods) {
        cached = EnumSet.copyOf(List.of(methods));
        return this;
    }

    public BehaviorBuilder ttl(long min, long byDefault, long max) {
        minTtl = min;
        defaultTtl = byDefault;
        maxTtl = max;
        return this;
    }

    public BehaviorBuilder cachingDisabled() {
        return ttl(0, 0, 0);
    }

    /** Lower-case names of headers in the key. */
    public BehaviorBuilder keyHeaders(String... names) {
        keyHeaders = List.of(names);
        return this;
    }

    public BehaviorBuilder keyCookies(Selection selection) {
        cookies = selection;
        return this;
    }

    public BehaviorBuilder keyQueries(Selection selection) {
        queries = selection;
        return this;
    }

    public BehaviorBuilder acceptEncoding(boolean gzipInKey, boolean brotliInKey) {
        gzip = gzipInKey;
        brotli = brotliInKey;
        return this;
    }

    /** Compresses at the edge what the flags of {@link #acceptEncoding} allow. */
    public BehaviorBuilder compress() {
        compress = true;
        return this;
    }

    public BehaviorBuilder forward(Forwarding toOrigin) {
        forwarding = toOrigin;
        return this;
    }

    /** Forwards every header, cookie and query parameter without putting them in the key. */
    public BehaviorBuilder forwardAll() {
        return forward(new Forwarding(Forwarding.Headers.ALL, List.of(), Selection.ALL, Selection.ALL));
    }

    public BehaviorBuilder responseHeaders(ResponseHeadersPolicy policy) {
        responseHeaders = policy;
        return this;
    }

    /** All methods, and calls of gRPC to the origin. */
    public BehaviorBuilder grpc() {
        grpc = true;
        return allMethods();
    }

    /** Serves only what one of these keys has signed for. */
    public BehaviorBuilder trust(TrustedKey... keys) {
        trustedKeys = new TrustedKeys(List.of(keys));
        return this;
    }

    /** All methods, and fields of forms closed; not in clear. */
    public BehaviorBuilder encrypt(FieldEncryption fields) {
        encryption = fields;
        if (viewerProtocol == Behavior.ViewerProtocolPolicy.ALLOW_ALL) httpsOnly();
        return allMethods();
    }

    /** Names of functions that the edge has. */
    public BehaviorBuilder functions(@Nullable String request, @Nullable String response) {
        functions = new ViewerFunctions(request, response);
        return this;
    }

    /** Has records made of so many percent of its requests. */
    public BehaviorBuilder realtimeLog(String name, int rate, List<LogField> fields) {
        realtime = new RealtimeLog(name, rate, fields, name);
        return this;
    }

    /** Lambda functions, whose packages the edge has. */
    public BehaviorBuilder lambdas(EdgeLambdas chosen) {
        lambdas = chosen;
        return this;
    }

    Behavior build() {
        CachePolicy policy =
                new CachePolicy("policy", minTtl, defaultTtl, maxTtl, gzip, brotli, keyHeaders, cookies, queries);
        return new Behavior(
                pattern,
                origin.build(),
                failover,
                viewerProtocol,
                allowed,
                cached,
                compress,
                policy,
                forwarding,
                responseHeaders,
                grpc,
                trustedKeys,
                encryption,
                functions,
                realtime,
                lambdas);
    }
}
