package dev.perigee.edge.fetch;

import dev.perigee.core.cache.OriginFields;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.Method;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.Origin;
import dev.perigee.edge.origin.OriginClient;
import dev.perigee.edge.origin.OriginKeys;
import dev.perigee.edge.origin.OriginOutcome;
import dev.perigee.edge.origin.OriginRequest;
import dev.perigee.edge.origin.S3Signer;
import java.time.InstantSource;

/** Makes the origin's request out of the viewer's, signs it where the origin wants that, and sends it. */
public final class Asker {
    private final OriginClient origins;
    private final OriginKeys keys;
    private final InstantSource clock;
    private final String via;

    public Asker(OriginClient origins, OriginKeys keys, InstantSource clock, String via) {
        this.origins = origins;
        this.keys = keys;
        this.clock = clock;
        this.via = via;
    }

    /**
     * Asks the origin and waits for the head of its answer.
     *
     * @param pass which of the viewer's range and condition fields go along; with NOTHING a HEAD is asked as GET, since
     *     the answer may be stored
     * @param conditions fields of our own for a revalidation
     */
    OriginOutcome ask(Ask ask, OriginFields.Pass pass, Fields conditions) {
        Behavior behavior = ask.behavior();
        Origin origin = behavior.origin();
        Fields.Builder fields = OriginFields.forOrigin(
                ask.request(), behavior, ask.viewer(), ask.requestId(), via, pass);
        for (int i = 0; i < conditions.size(); i++) fields.set(conditions.name(i), conditions.value(i));
        Fields built = fields.build();
        String host = built.first("Host");
        boolean whole = pass == OriginFields.Pass.NOTHING && ask.method() == Method.HEAD;
        OriginRequest request = new OriginRequest(
                whole ? "GET" : ask.method().name(),
                OriginFields.originTarget(behavior, ask.request()),
                built,
                usesTls(origin, ask.viewer().https()),
                host == null ? origin.domainName() : host);
        return origins.exchange(origin, S3Signer.sign(origin, request, keys, clock.instant()), ask.content());
    }

    private static boolean usesTls(Origin origin, boolean viewerUsesTls) {
        return switch (origin.protocolPolicy()) {
            case HTTP_ONLY -> false;
            case HTTPS_ONLY -> true;
            case MATCH_VIEWER -> viewerUsesTls;
        };
    }
}
