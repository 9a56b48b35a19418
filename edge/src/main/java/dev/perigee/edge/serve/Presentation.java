package dev.perigee.edge.serve;

import dev.perigee.core.cache.StoredResponse;
import dev.perigee.core.cache.ViewerFields;
import dev.perigee.core.http.Field;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.Cors;
import dev.perigee.core.plan.ResponseHeadersPolicy;
import dev.perigee.edge.store.Fill;
import org.jspecify.annotations.Nullable;

/**
 * A stored response as one behavior shows it to viewers: fields filtered, headers policy applied. Kept with the fill and
 * used again for as long as response and behavior are the same, so that a hit copies octets instead of making them.
 */
public final class Presentation {
    private static final String CORS_PREFIX = "Access-Control-";

    private final StoredResponse stored;
    private final Behavior behavior;
    private final @Nullable String allowOrigin;
    private final boolean preflight;
    private final Fields fields;
    private volatile byte @Nullable [] head;

    private Presentation(
            StoredResponse stored, Behavior behavior, @Nullable String allowOrigin, boolean preflight, Fields fields) {
        this.stored = stored;
        this.behavior = behavior;
        this.allowOrigin = allowOrigin;
        this.preflight = preflight;
        this.fields = fields;
    }

    // The very same objects, as they were when this was made: comparing their contents would cost more than it saves.
    @SuppressWarnings("ReferenceEquality")
    private boolean isOf(StoredResponse response, Behavior shownBy, @Nullable String allowed, boolean asked) {
        return stored == response
                && behavior == shownBy
                && preflight == asked
                && (allowed == null ? allowOrigin == null : allowed.equals(allowOrigin));
    }

    static Presentation of(Exchange x, Fill fill, StoredResponse stored, String via) {
        Behavior behavior = x.behavior();
        if (behavior == null) throw new IllegalStateException("delivered before it was admitted");
        ResponseHeadersPolicy policy = behavior.responseHeaders();
        String allowOrigin = policy == null ? null : allowOrigin(policy, x.request());
        boolean preflight = allowOrigin != null && x.request().method().equals("OPTIONS");
        if (fill.rendering() instanceof Presentation known && known.isOf(stored, behavior, allowOrigin, preflight)) {
            return known;
        }
        Fields shown = ViewerFields.forViewer(behavior, stored.fields(), via).toBuilder()
                .remove("Content-Length") // written by whoever knows how much follows
                .build();
        if (policy != null) shown = apply(policy, shown, allowOrigin, preflight);
        Presentation made = new Presentation(stored, behavior, allowOrigin, preflight, shown);
        fill.rendering(made);
        return made;
    }

    private static @Nullable String allowOrigin(ResponseHeadersPolicy policy, RequestHead request) {
        if (policy.cors() == null) return null;
        String origin = request.fields().first("Origin");
        return origin == null ? null : policy.cors().allowOrigin(origin);
    }

    private static Fields apply(
            ResponseHeadersPolicy policy, Fields fields, @Nullable String allowOrigin, boolean preflight) {
        Fields.Builder changed = fields.toBuilder();
        for (String name : policy.remove()) changed.remove(name);
        for (ResponseHeadersPolicy.Rule rule : policy.rules()) {
            if (rule.override()) changed.set(rule.name(), rule.value());
            else if (!changed.has(rule.name())) changed.add(rule.name(), rule.value());
        }
        Cors cors = policy.cors();
        // Without OriginOverride one CORS header from the origin, whichever it is, keeps away all of the policy's.
        if (cors != null && allowOrigin != null && (cors.override() || !hasCors(fields))) {
            changed.set("Access-Control-Allow-Origin", allowOrigin);
            for (Field field : cors.always()) changed.set(field.name(), field.value());
            if (preflight) for (Field field : cors.preflight()) changed.set(field.name(), field.value());
        }
        return changed.build();
    }

    private static boolean hasCors(Fields fields) {
        for (int i = 0; i < fields.size(); i++) {
            if (fields.name(i).regionMatches(true, 0, CORS_PREFIX, 0, CORS_PREFIX.length())) return true;
        }
        return false;
    }

    public Fields fields() {
        return fields;
    }

    /** The rendered head, as far as it is the same every time; null until it was {@linkplain #head(byte[]) kept}. */
    public byte @Nullable [] head() {
        return head;
    }

    public void head(byte[] rendered) {
        head = rendered;
    }
}
