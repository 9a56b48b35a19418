package dev.perigee.edge.serve;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.serve.Admission;
import dev.perigee.edge.log.LineForm;
import org.jspecify.annotations.Nullable;

/**
 * A request without content that viewers send again, octet by octet, and what the steps from route to key made of it last
 * time. All of these follow from the octets, the plan, and whether the connection is encrypted; a step that looks at
 * anything else, the time or the viewer's address, must keep what it looks at from being {@linkplain #decided remembered}.
 * So must a viewer-request function that has looked at such things; what one makes of the request alone is remembered with the
 * rest, and it does not run again.
 * Belongs to one event loop.
 */
public final class KnownRequest {
    /** Parts of a log line that say what was asked for. */
    public static final int LOGGED_PARTS = 5;

    private final RequestHead head;
    /** Not the plan itself: a request that never comes again must not keep it. */
    private long planVersion;

    private boolean secure;
    private Admission.@Nullable Admit admitted;
    private @Nullable CacheKey key;
    private final byte[] @Nullable [] logged = new byte[LOGGED_PARTS] @Nullable [];

    private @Nullable LineForm line;

    public KnownRequest(RequestHead head) {
        this.head = head;
    }

    public RequestHead head() {
        return head;
    }

    /** What was admitted, if it was by the plan of this version and on such a connection; the key is known then too. */
    Admission.@Nullable Admit admitted(long version, boolean nowSecure) {
        return planVersion == version && secure == nowSecure ? admitted : null;
    }

    CacheKey key() {
        CacheKey known = key;
        if (known == null) throw new IllegalStateException("nothing decided yet");
        return known;
    }

    void decided(long by, boolean onSecure, Admission.Admit as, CacheKey with) {
        planVersion = by;
        secure = onSecure;
        admitted = as;
        key = with;
        line = null;
        for (int part = 0; part < LOGGED_PARTS; part++) logged[part] = null;
    }

    /** How this part was logged before, for this distribution; null when it was not. */
    // The very same distribution, as the parts name it.
    @SuppressWarnings("ReferenceEquality")
    public byte @Nullable [] logged(int part, @Nullable Distribution by) {
        return admitted != null && admitted.distribution() == by ? logged[part] : null;
    }

    @SuppressWarnings("ReferenceEquality")
    public void logged(int part, @Nullable Distribution by, byte[] text) {
        if (admitted != null && admitted.distribution() == by) logged[part] = text;
    }

    /** The form of the last line about it, for this distribution; null when there is none. */
    @SuppressWarnings("ReferenceEquality")
    public @Nullable LineForm line(@Nullable Distribution by) {
        return admitted != null && admitted.distribution() == by ? line : null;
    }

    @SuppressWarnings("ReferenceEquality")
    public void line(@Nullable Distribution by, LineForm form) {
        if (admitted != null && admitted.distribution() == by) line = form;
    }
}
