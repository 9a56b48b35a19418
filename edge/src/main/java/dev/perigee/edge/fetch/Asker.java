package dev.perigee.edge.fetch;

import dev.perigee.core.cache.OriginFields;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.Grpc;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.http.WebSocketHandshake;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.EdgeLambdas;
import dev.perigee.core.plan.Failover;
import dev.perigee.core.plan.Origin;
import dev.perigee.edge.lambda.LambdaRuns;
import dev.perigee.edge.origin.CallOutcome;
import dev.perigee.edge.origin.GrpcCall;
import dev.perigee.edge.origin.OriginBody;
import dev.perigee.edge.origin.OriginClient;
import dev.perigee.edge.origin.OriginFailure;
import dev.perigee.edge.origin.OriginKeyMissing;
import dev.perigee.edge.origin.OriginKeys;
import dev.perigee.edge.origin.OriginOutcome;
import dev.perigee.edge.origin.OriginRequest;
import dev.perigee.edge.origin.S3Signer;
import dev.perigee.edge.origin.UpgradeOutcome;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the origin's request out of the viewer's, signs it where the origin wants that, and sends it. */
public final class Asker {
    private static final Logger LOG = LoggerFactory.getLogger(Asker.class);
    private static final OriginOutcome UNSIGNED =
            new OriginOutcome.Failed(new OriginFailure.Untrusted("no key to sign with"));

    private final OriginClient origins;
    private final OriginKeys keys;
    private final InstantSource clock;
    private final String hostName;
    private final OriginLambdas functions;

    public Asker(OriginClient origins, OriginKeys keys, InstantSource clock, String hostName, LambdaRuns functions) {
        this.functions = new OriginLambdas(functions);
        this.origins = origins;
        this.keys = keys;
        this.clock = clock;
        this.hostName = hostName;
    }

    /**
     * Asks the origin, or both of a group one after the other, and waits for the head of the answer. Every request begins
     * with the first origin; the second one's answer is final, whatever it is (developer guide, "Optimize high
     * availability with CloudFront origin failover").
     *
     * @param pass which of the viewer's range and condition fields go along; with NOTHING a HEAD is asked as GET, since
     *     the answer may be stored
     * @param conditions fields of our own for a revalidation
     */
    OriginOutcome ask(Ask ask, OriginFields.Pass pass, Fields conditions) {
        return ask(ask, pass, conditions, false).ordinary();
    }

    /** Asks for a WebSocket; the viewer's handshake was found good. */
    UpgradeOutcome upgrade(Ask ask) {
        return ask(ask, OriginFields.Pass.RANGE_AND_CONDITIONS, Fields.EMPTY, true);
    }

    /** Sends a call of gRPC to the first origin: CloudFront fails over for other methods only. */
    CallOutcome call(Ask ask, GrpcCall call) {
        OriginRequest request = request(ask, OriginFields.Pass.RANGE_AND_CONDITIONS, Fields.EMPTY, false);
        Fields.Builder fields = request.fields().toBuilder();
        Grpc.copy(ask.request().fields(), fields);
        request = signed(ask, request.with(fields.build()));
        if (request == null) return new CallOutcome.Failed(new OriginFailure.Untrusted("no key to sign with"));
        return origins.call(ask.behavior().origin(), request, ask.content(), call, ask.times(), ask.near());
    }

    private UpgradeOutcome ask(Ask ask, OriginFields.Pass pass, Fields conditions, boolean upgrade) {
        UpgradeOutcome first = askOne(ask, pass, conditions, upgrade);
        Failover failover = ask.failover();
        if (failover == null || !failsOver(failover, first)) return first;
        if (first instanceof OriginOutcome.Answered(ResponseHead unused, OriginBody body)) body.discard();
        return askOne(ask.of(failover.secondary()), pass, conditions, upgrade);
    }

    private static boolean failsOver(Failover failover, UpgradeOutcome first) {
        return switch (first) {
            case OriginOutcome.Answered(ResponseHead head, OriginBody unused) -> failover.triggeredBy(head.status());
            case UpgradeOutcome.Switched _ -> false;
            case OriginOutcome.Failed(OriginFailure failure) ->
                !(failure instanceof OriginFailure.ViewerGone || failure instanceof OriginFailure.Function);
        };
    }

    /**
     * As {@link #ask(Ask, OriginFields.Pass, Fields)}, on the viewer's event loop and without waiting.
     *
     * @return false when that cannot be done; nothing was done then
     */
    boolean askHere(Ask ask, OriginFields.Pass pass, Fields conditions, OriginClient.Answer answer) {
        EdgeLambdas lambdas = ask.behavior().lambdas();
        if (ask.failover() != null || ask.content() != null || (lambdas != null && lambdas.atOrigins())) return false;
        OriginRequest request = signed(ask, request(ask, pass, conditions, false));
        return request != null
                && origins.exchangeHere(
                        ask.behavior().origin(), request, ask.times(), ask.near(), new OriginClient.Answer() {
                            @Override
                            public void outcome(OriginOutcome outcome) {
                                answer.outcome(asked(request, outcome));
                            }

                            @Override
                            public void goOn(Supplier<OriginOutcome> rest) {
                                answer.goOn(() -> asked(request, rest.get()));
                            }
                        });
    }

    private UpgradeOutcome askOne(Ask ask, OriginFields.Pass pass, Fields conditions, boolean upgrade) {
        OriginRequest request = request(ask, pass, conditions, upgrade);
        EdgeLambdas lambdas = ask.behavior().lambdas();
        if (upgrade) {
            OriginRequest signed = signed(ask, request);
            if (signed == null) return UNSIGNED;
            return origins.upgrade(ask.behavior().origin(), signed, ask.times(), ask.near());
        }
        return lambdas != null && lambdas.atOrigins()
                ? functions.ask(ask, request, lambdas, this::exchange)
                : exchange(ask, request);
    }

    private OriginOutcome exchange(Ask ask, OriginRequest request) {
        OriginRequest signed = signed(ask, request);
        if (signed == null) return UNSIGNED;
        Origin origin = ask.behavior().origin();
        return asked(signed, origins.exchange(origin, signed, ask.content(), ask.times(), ask.near()));
    }

    /**
     * A part is an answer only to who has asked for one, and "not modified" only to who has named a version (RFC 9110
     * sections 15.3.7 and 15.4.5): to anybody else it would look like all of it, or like nothing.
     */
    private static OriginOutcome asked(OriginRequest request, OriginOutcome outcome) {
        if (!(outcome instanceof OriginOutcome.Answered(ResponseHead head, OriginBody body))) return outcome;
        Fields sent = request.fields();
        boolean unasked = switch (head.status()) {
            // The second name is what it was called before there was a standard.
            case 206 -> !sent.has("Range") && !sent.has("Request-Range");
            case 304 -> !sent.has("If-None-Match") && !sent.has("If-Modified-Since");
            default -> false;
        };
        if (!unasked) return outcome;
        body.discard();
        return new OriginOutcome.Failed(new OriginFailure.Malformed("status " + head.status() + ", unasked"));
    }

    private OriginRequest request(Ask ask, OriginFields.Pass pass, Fields conditions, boolean upgrade) {
        Behavior behavior = ask.behavior();
        Origin origin = behavior.origin();
        Fields.Builder fields =
                OriginFields.forOrigin(ask.request(), behavior, ask.viewer(), ask.requestId(), hostName, pass);
        for (int i = 0; i < conditions.size(); i++) fields.set(conditions.name(i), conditions.value(i));
        if (upgrade) WebSocketHandshake.copy(ask.request().fields(), fields);
        Fields built = fields.build();
        String host = built.first("Host");
        boolean whole = pass == OriginFields.Pass.NOTHING && ask.method() == Method.HEAD;
        return new OriginRequest(
                whole ? "GET" : ask.method().name(),
                OriginFields.originTarget(behavior, ask.request()),
                built,
                usesTls(origin, ask.viewer().https()),
                serverName(origin, host == null ? origin.domainName() : host),
                upgrade);
    }

    static String serverName(Origin origin, String host) {
        Origin.Names names = origin.names();
        return names == null || names.server() == null ? host : names.server();
    }

    /** Null when there is no key for it. */
    private @Nullable OriginRequest signed(Ask ask, OriginRequest request) {
        Origin origin = ask.behavior().origin();
        try {
            Fields signed = S3Signer.sign(origin, request, keys, clock.instant());
            return request.with(signed);
        } catch (OriginKeyMissing e) {
            LOG.error("origin {} cannot be asked: {}", origin.domainName(), e.getMessage());
            return null;
        }
    }

    static boolean usesTls(Origin origin, boolean viewerUsesTls) {
        return switch (origin.protocolPolicy()) {
            case HTTP_ONLY -> false;
            case HTTPS_ONLY -> true;
            case MATCH_VIEWER -> viewerUsesTls;
        };
    }
}
