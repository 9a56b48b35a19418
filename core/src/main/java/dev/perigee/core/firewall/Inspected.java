package dev.perigee.core.firewall;

import dev.perigee.core.http.RequestHead;
import org.jspecify.annotations.Nullable;

/** What a firewall sees of a request. */
public final class Inspected {
    private final RequestHead request;
    private final byte[] address;
    private final @Nullable String content;
    private final boolean cut;

    /**
     * A request.
     *
     * @param address of the viewer, 4 or 16 octets
     * @param content its beginning, an octet per character; null when it has none or nobody looks at it
     * @param cut whether there is more content
     */
    public Inspected(RequestHead request, byte[] address, @Nullable String content, boolean cut) {
        this.request = request;
        this.address = address;
        this.content = content;
        this.cut = cut;
    }

    public RequestHead request() {
        return request;
    }

    byte[] address() {
        return address;
    }

    @Nullable
    String content() {
        return content;
    }

    boolean cut() {
        return cut;
    }
}
