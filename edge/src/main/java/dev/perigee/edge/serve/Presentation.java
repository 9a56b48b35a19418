package dev.perigee.edge.serve;

import dev.perigee.core.cache.StoredResponse;
import dev.perigee.core.cache.ViewerFields;
import dev.perigee.core.http.Fields;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.ResponseHeadersPolicy;
import dev.perigee.edge.store.Fill;
import org.jspecify.annotations.Nullable;

/**
 * A stored response as one behavior shows it to viewers: fields filtered, headers policy applied. Kept with the fill and
 * used again for as long as response and behavior are the same, so that a hit copies octets instead of making them.
 */
public final class Presentation {
    private final StoredResponse stored;
    private final Behavior behavior;
    private final boolean crossOrigin;
    private final Fields fields;
    private volatile byte @Nullable [] head;

    private Presentation(StoredResponse stored, Behavior behavior, boolean crossOrigin, Fields fields) {
        this.stored = stored;
        this.behavior = behavior;
        this.crossOrigin = crossOrigin;
        this.fields = fields;
    }

    // The very same objects, as they were when this was made: comparing their contents would cost more than it saves.
    @SuppressWarnings("ReferenceEquality")
    private boolean isOf(StoredResponse response, Behavior shownBy, boolean toAnotherOrigin) {
        return stored == response && behavior == shownBy && crossOrigin == toAnotherOrigin;
    }

    static Presentation of(Exchange x, Fill fill, StoredResponse stored, String via) {
        Behavior behavior = x.behavior();
        if (behavior == null) throw new IllegalStateException("delivered before it was admitted");
        ResponseHeadersPolicy policy = behavior.responseHeaders();
        boolean crossOrigin = policy != null && x.request().fields().has("Origin");
        if (fill.rendering() instanceof Presentation known && known.isOf(stored, behavior, crossOrigin)) {
            return known;
        }
        Fields shown = ViewerFields.forViewer(behavior, stored.fields(), via).toBuilder()
                .remove("Content-Length") // written by whoever knows how much follows
                .build();
        if (policy != null) shown = apply(policy, shown, crossOrigin);
        Presentation made = new Presentation(stored, behavior, crossOrigin, shown);
        fill.rendering(made);
        return made;
    }

    private static Fields apply(ResponseHeadersPolicy policy, Fields fields, boolean crossOrigin) {
        Fields.Builder changed = fields.toBuilder();
        for (String name : policy.remove()) changed.remove(name);
        for (ResponseHeadersPolicy.Rule rule : policy.rules()) {
            if (rule.cors() && !crossOrigin) continue;
            if (rule.override()) changed.set(rule.name(), rule.value());
            else if (!changed.has(rule.name())) changed.add(rule.name(), rule.value());
        }
        return changed.build();
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
