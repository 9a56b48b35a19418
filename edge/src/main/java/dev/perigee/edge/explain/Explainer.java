package dev.perigee.edge.explain;

import dev.perigee.core.access.SignedAccess;
import dev.perigee.core.access.SignedRequest;
import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.CdnLoop;
import dev.perigee.core.cache.CloudFrontHeaders;
import dev.perigee.core.cache.ViewerConnection;
import dev.perigee.core.cache.ViewerFacts;
import dev.perigee.core.firewall.Inspected;
import dev.perigee.core.firewall.Outcome;
import dev.perigee.core.firewall.RuleAction;
import dev.perigee.core.firewall.WebAcl;
import dev.perigee.core.geo.Location;
import dev.perigee.core.geo.Locations;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.Grpc;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.http.WebSocketHandshake;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.EdgeFunction;
import dev.perigee.core.plan.EdgeLambdas;
import dev.perigee.core.plan.Failover;
import dev.perigee.core.plan.TrustedKeys;
import dev.perigee.core.plan.ViewerFunctions;
import dev.perigee.core.serve.Admission;
import dev.perigee.core.serve.ErrorPage;
import dev.perigee.core.serve.Rejection;
import dev.perigee.core.serve.Routes;
import dev.perigee.edge.EdgeLimits;
import dev.perigee.edge.firewall.Firewalls;
import dev.perigee.edge.net.DryHead;
import dev.perigee.edge.serve.CacheResult;
import dev.perigee.edge.serve.FunctionSteps;
import dev.perigee.edge.serve.Gatekeeper;
import dev.perigee.edge.serve.Plans;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Thinks a request through as {@link dev.perigee.edge.serve.Pipeline} would serve it, by the same decisions in the same order.
 * No origin is asked, nothing is stored or counted, and nothing that is stored counts as asked for. Any thread.
 */
public final class Explainer {
    private final Plans plans;
    private final EdgeLimits limits;
    private final Gatekeeper gatekeeper;
    private final Locations locations;
    private final StoredLook stored;
    private final FunctionSteps functions;
    private final InstantSource clock;
    /** Its own, so that what is remembered of signatures is not told by explaining. */
    private final SignedAccess access = new SignedAccess();

    public Explainer(
            Plans plans,
            EdgeLimits limits,
            Gatekeeper gatekeeper,
            Locations locations,
            StoredLook stored,
            FunctionSteps functions,
            InstantSource clock) {
        this.clock = clock;
        this.plans = plans;
        this.limits = limits;
        this.gatekeeper = gatekeeper;
        this.locations = locations;
        this.stored = stored;
        this.functions = functions;
    }

    public Explanation explain(DryRequest request) {
        Location location = locations.at(request.from().getAddress());
        InetAddress from = request.from();
        var known = new ViewerFacts(location, null, null);
        var viewer = new ViewerConnection(from.getHostAddress(), 0, request.secure(), null, known);
        var telling = new Telling(plans.current(), viewer, from, location);
        DryHead read = DryHead.read(limits, request.method(), request.target(), request.host(), request.fields());
        RequestHead head = read.head();
        if (head == null) {
            Rejection refusal = read.refusal() == null ? Rejection.MALFORMED : read.refusal();
            return telling.end("accept", refusal);
        }
        telling.step("accept", "read", "The request is well-formed HTTP/1.1 within the limits.");
        return telling.admission(head, read.hasContent());
    }

    /** What a request that somebody has sent gets now, in fields for its response. */
    public Fields tell(Routes routes, RequestHead head, boolean hasContent, ViewerConnection viewer, InetAddress from) {
        var telling = new Telling(routes, viewer, from, locations.at(from.getAddress()));
        return ExplanationFields.of(telling.admission(head, hasContent));
    }

    /** One request on its way. */
    private final class Telling {
        private final Routes routes;
        private final ViewerConnection viewer;
        private final InetAddress from;
        private final Location location;
        private final List<Step> steps = new ArrayList<>();
        private @Nullable Distribution distribution;
        private @Nullable Behavior behavior;
        private @Nullable CacheKey key;
        private @Nullable RequestHead asked;
        private RuleAction.@Nullable Block block;

        private Telling(Routes routes, ViewerConnection viewer, InetAddress from, Location location) {
            this.routes = routes;
            this.viewer = viewer;
            this.from = from;
            this.location = location;
        }

        void step(String name, String outcome, String why) {
            steps.add(new Step(name, outcome, why));
        }

        Explanation end(String step, Rejection rejection) {
            steps.add(new Step(
                    step,
                    "refused",
                    Refusals.why(rejection, behavior),
                    Map.of("detailedResult", rejection.detailedResult())));
            return error(rejection.status(), rejection.mayHavePage(), null);
        }

        /** The end in an error, for which a custom page may stand in. */
        Explanation error(int status, boolean mayHavePage, @Nullable Cause cause) {
            Distribution by = distribution;
            RequestHead head = asked;
            boolean call = behavior != null && behavior.grpc() && head != null && Grpc.isCall(head);
            ErrorPage page =
                    !mayHavePage || by == null || head == null || call ? null : ErrorPage.of(by, head, status, 0);
            if (page == null) return end("Error", status, cause);
            String path = page.request().target();
            Map<String, Object> details = new LinkedHashMap<>();
            details.put("page", path);
            details.put("pathPattern", page.behavior().pathPattern());
            details.put("inPlaceOf", status);
            String why = "The distribution shows the page " + path + " in place of " + status + ", with status "
                    + page.status() + " if its origin gives it.";
            steps.add(new Step("error page", "shown", why, details));
            return end("Error", page.status(), cause);
        }

        Explanation end(String result, int status, @Nullable Cause cause) {
            return new Explanation(
                    result,
                    status,
                    distribution == null ? null : distribution.id(),
                    location.country(),
                    behavior == null ? null : behavior.pathPattern(),
                    key == null ? null : key.toString(),
                    cause,
                    steps);
        }

        Explanation admission(RequestHead head, boolean hasContent) {
            Admission.Gate gate = (found, meant) -> {
                route(found, meant);
                Admission over = gatekeeper.explainGuards(found, from.getAddress(), this::checked);
                if (over != null) return over;
                Admission blocked = found.webAcl() == null ? null : screened(found, head);
                return blocked == null ? gatekeeper.explainCountry(found, location, this::checked) : blocked;
            };
            return switch (Admission.admit(routes, head, viewer.https(), hasContent, gate)) {
                case Admission.Prove _ -> {
                    step("challenge", "proved", "A certificate authority asks here for a proof.");
                    yield end("Miss", 200, null);
                }
                case Admission.Reject(var by, var reached, Rejection rejection) -> rejected(by, reached, rejection);
                case Admission.Limit(var unused, Rejection rejection, long _) ->
                    end("LimitExceeded", rejection.status(), null);
                case Admission.Redirect(var unused, int status) -> {
                    step("protocol", "redirected", "The viewer protocol policy sends HTTP to HTTPS.");
                    yield end("Redirect", status, null);
                }
                case Admission.Admit admit -> admitted(admit, head);
            };
        }

        private void route(Distribution found, RequestHead head) {
            distribution = found;
            asked = head;
            steps.add(Routing.step(found, head.host()));
            if (found.tls().mutual() == null) return;
            if (viewer.certificate() == null)
                step("certificate", "not looked at", "The distribution asks viewers for certificates; this has none.");
            else step("certificate", "shown", "The distribution asks viewers for certificates.");
        }

        /** By the web ACL: without content, and as if no rate were exceeded, for nobody sends this request. */
        private @Nullable Admission screened(Distribution found, RequestHead head) {
            WebAcl acl = routes.firewall(found).acl();
            var inspected = new Inspected(head, from.getAddress(), null, false);
            Outcome outcome = Firewalls.trial(acl, locations).decide(inspected, clock.millis());
            block = outcome.block();
            List<String> matched = new ArrayList<>();
            for (Outcome.Match match : outcome.matches())
                matched.add(match.within() == null ? match.metric() : match.metric() + '/' + match.within());
            Map<String, Object> details = Map.of("webAcl", acl.id(), "matched", matched, "labels", outcome.labels());
            String why = "Rules that looked at rates or at content were not tried.";
            steps.add(new Step("web ACL", block == null ? "allowed" : "blocked", why, details));
            return block == null ? null : new Admission.Reject(found, null, Rejection.BLOCKED);
        }

        /** One of the checks between distribution and behavior; what stops the request is the last step. */
        private void checked(String name, String outcome, String why, Map<String, Object> details) {
            steps.add(new Step(name, outcome, why, details));
        }

        private Explanation rejected(@Nullable Distribution by, @Nullable Behavior reached, Rejection rejection) {
            if (by == null || distribution == null) {
                distribution = by;
                return end("route", rejection);
            }
            behavior = reached;
            // A response of a rule's own has no other page.
            if (block != null && block.status() != 0) return end("Error", block.status(), null);
            if (rejection == Rejection.COUNTRY_BLOCKED || rejection == Rejection.BLOCKED)
                return error(rejection.status(), true, null);
            if (reached != null) steps.add(Matching.step(by, reached));
            return end(rejection == Rejection.HTTPS_REQUIRED ? "protocol" : "method", rejection);
        }

        private Explanation admitted(Admission.Admit admit, RequestHead received) {
            Behavior by = admit.behavior();
            behavior = by;
            steps.add(Matching.step(admit.distribution(), by));
            step("protocol", "allowed", "The viewer protocol policy is " + word(by.viewerProtocolPolicy()) + ".");
            step("method", "allowed", "The behavior allows " + admit.method() + ".");
            RequestHead meant = admit.request();
            TrustedKeys trusted = by.trustedKeys();
            if (trusted != null) {
                SignedRequest signed = SignedRequest.of(received);
                Rejection refusal = refusal(trusted, signed);
                if (refusal != null) return end("signature", refusal);
                step("signature", "good", "The behavior trusts the key, and what was signed covers this request now.");
                meant = signed.without(meant);
            }
            if (CdnLoop.passes(meant.fields()) >= 2) return end("loop", Rejection.LOOP);
            ViewerFunctions named = by.functions();
            EdgeFunction function = named == null || named.request() == null ? null : routes.function(named.request());
            if (function != null) return viewerRequest(function, admit, by, meant);
            EdgeLambdas lambdas = by.lambdas();
            EdgeLambdas.Association lambda = lambdas == null ? null : lambdas.viewerRequest();
            if (lambda != null) {
                String arn = lambda.function().arn();
                step("viewer-request", "not run", "Lambda function " + arn + " may change this request.");
            }
            return goOn(admit, by, meant);
        }

        private Explanation viewerRequest(
                EdgeFunction function, Admission.Admit admit, Behavior by, RequestHead meant) {
            String named = "Function " + function.name();
            switch (functions.dryRun(function, admit.distribution(), by, meant, viewer)) {
                case FunctionSteps.Trial.Failed(int status, CacheResult result, String why) -> {
                    step("viewer-request", "failed", named + " fails: " + why);
                    return end(result.word(), status, null);
                }
                case FunctionSteps.Trial.Answered(int status) -> {
                    step("viewer-request", "answered", named + " answers itself.");
                    return end("FunctionGeneratedResponse", status, null);
                }
                case FunctionSteps.Trial.GoOn(RequestHead changed, Behavior chosen) -> {
                    Map<String, Object> details = new LinkedHashMap<>();
                    details.put("before", meant.target());
                    details.put("after", changed.target());
                    details.put("origin", chosen.origin().id());
                    String why = named + " lets it go on; it was run without a trace.";
                    steps.add(new Step("viewer-request", "went on", why, details));
                    return goOn(admit, chosen, changed);
                }
            }
        }

        private Explanation goOn(Admission.Admit admit, Behavior by, RequestHead meant) {
            if (WebSocketHandshake.isRequested(meant)) return passed("a WebSocket goes to the origin", null);
            if (by.grpc() && Grpc.isCall(meant)) return passed("a call of gRPC goes to the origin", null);
            CachePolicy policy = by.cachePolicy();
            if (policy.cachingDisabled())
                return passed(
                        "cache policy " + policy.id() + " has a MaxTTL of 0, so nothing is stored", Cause.TTL_ZERO);
            if (!by.cachedMethods().contains(admit.method()))
                return passed("responses to " + admit.method() + " are not stored", null);
            return keyed(admit, meant, policy);
        }

        private @Nullable Rejection refusal(TrustedKeys trusted, SignedRequest signed) {
            return access.refusal(
                    trusted, signed, viewer.https(), from.getAddress(), Math.floorDiv(clock.millis(), 1000L));
        }

        private Explanation passed(String why, @Nullable String cause) {
            step("key", "none", "It goes past the cache: " + why + ".");
            return end("Miss", 0, cause == null ? null : Cause.of(cause));
        }

        private Explanation keyed(Admission.Admit admit, RequestHead meant, CachePolicy policy) {
            CacheKey made = stored.select(
                    CacheKey.of(
                            admit.distribution().id(),
                            policy,
                            admit.method(),
                            meant,
                            name -> CloudFrontHeaders.value(name, meant, viewer)),
                    meant);
            key = made;
            steps.add(Keying.step(made, policy));
            StoredLook.Found found = stored.look(made, meant);
            steps.add(found.lookup());
            steps.add(found.decision());
            // What is stored may be well, and what is asked of it not.
            return found.status() >= 400
                    ? error(found.status(), true, found.cause())
                    : end(found.result(), found.status(), found.cause());
        }

        private static String word(Behavior.ViewerProtocolPolicy policy) {
            return switch (policy) {
                case ALLOW_ALL -> "allow-all";
                case HTTPS_ONLY -> "https-only";
                case REDIRECT_TO_HTTPS -> "redirect-to-https";
            };
        }
    }

    /** How a host leads to a distribution. */
    private static final class Routing {
        static Step step(Distribution found, String host) {
            String matched = null;
            for (String name : found.hosts()) {
                if (name.equals(host)) matched = name;
                boolean covers = name.startsWith("*.") && host.endsWith(name.substring(1));
                if (covers && (matched == null || (matched.startsWith("*.") && name.length() > matched.length())))
                    matched = name;
            }
            Map<String, Object> details = new LinkedHashMap<>();
            details.put("host", host);
            details.put("distribution", found.id());
            String why = matched == null
                    ? "The host is nobody's; this is the default distribution."
                    : "The host is " + (matched.equals(host) ? "" : "covered by ") + matched + " of the distribution.";
            return new Step("route", "found", why, details);
        }
    }

    /** How a path leads to a behavior. */
    private static final class Matching {
        static Step step(Distribution distribution, Behavior behavior) {
            int at = distribution.behaviors().indexOf(behavior);
            boolean byDefault = at == distribution.behaviors().size() - 1;
            Map<String, Object> details = new LinkedHashMap<>();
            details.put("pathPattern", behavior.pathPattern());
            details.put("precedence", at);
            details.put("origin", behavior.origin().id());
            Failover failover = behavior.failover();
            if (failover != null) {
                details.put("failover", failover.secondary().id());
                details.put(
                        "failoverStatuses",
                        failover.statuses().stream().sorted().toList());
            }
            details.put("cachePolicy", behavior.cachePolicy().id());
            String why = byDefault
                    ? "No other path pattern matches, so the default behavior does."
                    : "The first path pattern that matches is " + behavior.pathPattern() + ".";
            return new Step("match", "found", why, details);
        }
    }

    /** What a cache key is made of. */
    private static final class Keying {
        static Step step(CacheKey key, CachePolicy policy) {
            Map<String, Object> parts = new LinkedHashMap<>();
            parts.put("path", key.path());
            if (key.query() != null) parts.put("query", key.query());
            if (key.acceptEncoding() != null) parts.put("accept-encoding", key.acceptEncoding());
            for (int i = 0; i < key.headerNames().size(); i++) {
                String value = key.headerValue(i);
                parts.put("header " + key.headerNames().get(i), value == null ? "(absent)" : value);
            }
            if (key.cookies() != null) parts.put("cookies", key.cookies());
            Map<String, Object> details = new LinkedHashMap<>();
            details.put("key", key.toString());
            details.put("parts", parts);
            return new Step("key", "made", "What cache policy " + policy.id() + " takes into the key.", details);
        }
    }
}
