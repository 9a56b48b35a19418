package dev.perigee.edge.serve;

import dev.perigee.core.firewall.Firewall;
import dev.perigee.core.firewall.Inspected;
import dev.perigee.core.firewall.Outcome;
import dev.perigee.core.geo.Countries;
import dev.perigee.core.http.Field;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.Grpc;
import dev.perigee.core.http.PathNormalizer;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.serve.Routes;
import dev.perigee.edge.firewall.InspectedContent;
import dev.perigee.edge.firewall.Samples;
import dev.perigee.edge.origin.RequestBody;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The step between route and match for distributions with a web ACL. On the viewer's event loop. */
final class Screening {
    private final Delivery delivery;
    private final Samples samples;
    private final Countries countries;
    private final InstantSource clock;

    Screening(Delivery delivery, Samples samples, Countries countries, InstantSource clock) {
        this.delivery = delivery;
        this.samples = samples;
        this.countries = countries;
        this.clock = clock;
    }

    /** @param served goes on with the request, and what the rules have put into it; now, or once its content has come */
    void screen(Exchange x, Distribution distribution, Firewall firewall, Consumer<RequestHead> served) {
        x.routed(distribution, null);
        RequestBody body =
                x.hasContent() && firewall.inspectsContent() ? x.viewer().content() : null;
        if (body == null || isCall(distribution, x.received())) {
            decide(x, firewall, null, false, served);
            return;
        }
        InspectedContent content = new InspectedContent(
                x.viewer()::execute, body, firewall.acl().contentMax(), new InspectedContent.Reader() {
                    @Override
                    public void read(String beginning, boolean cut) {
                        if (!x.ended) decide(x, firewall, beginning, cut, served);
                    }

                    @Override
                    public void failed() {
                        // After whoever broke it off has answered, if the viewer can still be answered.
                        x.viewer().execute(() -> delivery.gone(x));
                    }
                });
        x.inspected(content);
        content.start();
    }

    /** Messages of a call come as the answers to earlier ones: to wait for more of them would end it. */
    private static boolean isCall(Distribution distribution, RequestHead request) {
        return Grpc.isCall(request)
                && Routes.behavior(distribution, PathNormalizer.normalize(request.path()))
                        .grpc();
    }

    private void decide(
            Exchange x, Firewall firewall, @Nullable String content, boolean cut, Consumer<RequestHead> served) {
        RequestHead request = x.received();
        InetAddress address = x.viewer().remote().getAddress();
        byte[] octets = address.getAddress();
        long now = clock.millis();
        Outcome outcome = firewall.decide(new Inspected(request, octets, content, cut), now);
        if (!outcome.matches().isEmpty()) {
            String country = countries.of(octets);
            samples.note(firewall.acl().id(), outcome, request, address.getHostAddress(), country, now);
        }
        if (outcome.block() == null) served.accept(with(request, outcome.inserted()));
        else delivery.block(x, outcome.block());
    }

    private static RequestHead with(RequestHead request, List<Field> inserted) {
        if (inserted.isEmpty()) return request;
        Fields.Builder fields = request.fields().toBuilder();
        for (Field field : inserted) fields.set(field.name(), field.value());
        return new RequestHead(
                request.method(), request.path(), request.query(), request.host(), request.version(), fields.build());
    }
}
