package dev.perigee.edge.serve;

import dev.perigee.core.cache.StoredResponse;
import dev.perigee.core.cache.ViewerFields;
import dev.perigee.core.http.Fields;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.ResponseHeadersPolicy;
import dev.perigee.core.serve.PolicyFields;
import dev.perigee.edge.store.Fill;
import org.jspecify.annotations.Nullable;

/**
 * A stored response as one behavior shows it to viewers: fields filtered, headers policy applied. Kept with the fill and
 * used again for as long as response and behavior are the same, so that a hit copies octets instead of making them.
 */
public final class Presentation {
    private final StoredResponse stored;
    private final Behavior behavior;
    private final @Nullable String allowOrigin;
    private final Fields fields;
    private volatile byte @Nullable [] head;
    private volatile byte @Nullable [] section;
    private volatile byte @Nullable [] lines;

    private Presentation(StoredResponse stored, Behavior behavior, @Nullable String allowOrigin, Fields fields) {
        this.stored = stored;
        this.behavior = behavior;
        this.allowOrigin = allowOrigin;
        this.fields = fields;
    }

    // The very same objects, as they were when this was made: comparing their contents would cost more than it saves.
    @SuppressWarnings("ReferenceEquality")
    private boolean isOf(StoredResponse response, Behavior shownBy, @Nullable String allowed) {
        return stored == response
                && behavior == shownBy
                && (allowed == null ? allowOrigin == null : allowed.equals(allowOrigin));
    }

    static Presentation of(Exchange x, Fill fill, StoredResponse stored, String via, long nowMillis) {
        Behavior behavior = x.behavior();
        if (behavior == null) throw new IllegalStateException("delivered before it was admitted");
        ResponseHeadersPolicy policy = behavior.responseHeaders();
        String allowOrigin = policy == null ? null : PolicyFields.allowOrigin(policy, x.request());
        // Of these each answer is one of its own.
        boolean shared = policy == null
                || (!PolicyFields.removesDate(policy)
                        && (allowOrigin == null || !PolicyFields.isPreflight(x.request())));
        if (shared && fill.rendering() instanceof Presentation known && known.isOf(stored, behavior, allowOrigin)) {
            return known;
        }
        Fields shown = ViewerFields.forViewer(behavior, stored.fields(), via).toBuilder()
                .remove("Content-Length") // written by whoever knows how much follows
                .build();
        if (policy != null) shown = PolicyFields.apply(policy, shown, x.request(), allowOrigin, nowMillis / 1000);
        Presentation made = new Presentation(stored, behavior, allowOrigin, shown);
        // Most of what is fetched is never asked for again: only what was is worth the memory.
        if (shared && x.result() != CacheResult.MISS) fill.rendering(made);
        return made;
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

    /** The same for HTTP/2, compressed; null until it was {@linkplain #section(byte[]) kept}. */
    public byte @Nullable [] section() {
        return section;
    }

    public void section(byte[] compressed) {
        section = compressed;
    }

    /** The same for HTTP/3; null until it was {@linkplain #lines(byte[]) kept}. */
    public byte @Nullable [] lines() {
        return lines;
    }

    public void lines(byte[] compressed) {
        lines = compressed;
    }
}
