package dev.perigee.edge.serve;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.CacheStatus;
import dev.perigee.core.encrypt.FieldStatus;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.EdgeFunction;
import dev.perigee.core.serve.Offer;
import dev.perigee.edge.firewall.InspectedContent;
import dev.perigee.edge.guard.Tally;
import dev.perigee.edge.origin.GrpcCall;
import dev.perigee.edge.origin.RequestBody;
import dev.perigee.edge.origin.UpstreamTimes;
import dev.perigee.edge.store.Fill;
import dev.perigee.edge.store.WholeFill;
import dev.perigee.function.EventResponse;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One request and what becomes of it. Touched by one thread at a time: the viewer's event loop, or the virtual thread that
 * took the request over from it.
 */
public final class Exchange {
    private final Viewer viewer;
    private RequestHead received;
    private final boolean hasContent;
    private final byte[] id;
    private final long startedNanos;
    private final @Nullable String tlsHandshake;
    /** Null for one that was read just now, and so must be decided. */
    private final @Nullable KnownRequest known;

    private RequestHead request;
    private @Nullable Distribution distribution;
    private @Nullable Behavior behavior;
    private Method method = Method.GET;
    private boolean paged;
    private @Nullable InspectedContent inspected;

    /** What its viewer and its origin share of a call of gRPC, if it is one. */
    @Nullable
    GrpcCall call;

    /** The functions that run for it, if any. */
    @Nullable
    EdgeFunction requestFunction;

    @Nullable
    EdgeFunction responseFunction;

    /** What the viewer-response function has made of the response; null until it has run. */
    EventResponse.@Nullable Answer answer;

    // The response, as the viewer sends it.
    int status;
    Fields fields = Fields.EMPTY;
    /** Octets of content that will be sent, or -1 when unknown. */
    long length;
    /** Whether content follows the head. */
    boolean contentFollows;
    /** Seconds, or -1 for no Age. */
    long age = -1;

    CacheResult result = CacheResult.MISS;
    /** What {@link #result} was when the head was sent; null before. */
    @Nullable
    CacheResult begun;

    /** Why it goes to the origin, if it does. */
    CacheStatus.Forward forward = CacheStatus.Forward.MISS;
    /** Value of Cache-Status; null without that extension. */
    @Nullable
    String cacheStatus;

    /** Whose fields these are, unchanged, when they are a stored response's: its rendered head may be used again. */
    @Nullable
    Presentation presentation;

    /** What its viewer is told of how it was served, because it has shown that it may know; null for all others. */
    @Nullable
    Fields explained;

    /** Where what is sent is counted, if somebody wants to know what it costs. */
    @Nullable
    Tally meter;

    /** Whether the viewer has been answered, or given up; nothing more is sent then. */
    boolean ended;

    /** What became of the fields of a form; null where there is no field-level encryption. */
    @Nullable
    FieldStatus fieldStatus;

    private int encryptedFields;

    @Nullable
    String requestData;

    @Nullable
    String responseData;

    private @Nullable RequestBody closed;

    /** What asking the origin took; null while it was not asked. */
    @Nullable
    UpstreamTimes times;

    // For the log.
    /** What was looked up, if anything was. */
    @Nullable
    CacheKey key;

    /** What was fetched for it, if anything was. Not a reference: its content may be gone. */
    @Nullable
    Fill fetched;

    String detail = "";
    long receivedOctets;
    long sentOctets;
    long firstByteNanos;
    private long endedNanos;
    long rangeFirst = -1;
    long rangeLast = -1;

    public Exchange(Viewer viewer, RequestHead received, boolean hasContent) {
        this(viewer, received, hasContent, null);
    }

    /** A request that came before. */
    public Exchange(Viewer viewer, KnownRequest known) {
        this(viewer, known.head(), false, known);
    }

    private Exchange(Viewer viewer, RequestHead received, boolean hasContent, @Nullable KnownRequest known) {
        this.known = known;
        this.viewer = viewer;
        this.received = received;
        this.request = received;
        this.hasContent = hasContent;
        this.id = viewer.loop().ids().next();
        this.tlsHandshake = viewer.secure() ? viewer.tlsHandshake() : null;
        this.startedNanos = System.nanoTime();
    }

    void admitted(Distribution toDistribution, Behavior byBehavior, Method as, RequestHead meant) {
        distribution = toDistribution;
        behavior = byBehavior;
        method = as;
        request = meant;
    }

    /** It may be told how it is served; without what proves that, it is the request that was received. */
    void debugged(RequestHead without, Fields told) {
        received = without;
        request = without;
        explained = told;
    }

    /** What is served, cached and asked of the origin in place of what was received. */
    void meant(RequestHead instead) {
        request = instead;
    }

    /** From here on a custom error page is what the viewer gets, whatever becomes of it: there is no page for a page. */
    void paged(Behavior byBehavior) {
        behavior = byBehavior;
        if (received.method().equals("HEAD")) method = Method.HEAD;
        paged = true;
    }

    boolean paged() {
        return paged;
    }

    /** What was prepared was taken back before anything was sent. */
    void nothingSent() {
        sentOctets = 0;
        firstByteNanos = 0;
        age = -1;
        rangeFirst = -1;
        rangeLast = -1;
        presentation = null;
        begun = null;
    }

    /** Its content was closed: from here on nothing else of it goes to an origin. */
    void encrypted(RequestHead with, RequestBody content, int fields) {
        request = with;
        closed = content;
        encryptedFields = fields;
        fieldStatus = FieldStatus.PROCESSED;
    }

    /** A function has put this in the place of its content. */
    void replaced(RequestBody content) {
        RequestBody given = content();
        if (given != null) given.discard();
        closed = content;
    }

    /** The content for an origin: the viewer's, perhaps with a beginning that was inspected, unless it was closed. */
    @Nullable
    RequestBody content() {
        if (closed != null) return closed;
        return inspected == null ? viewer.content() : inspected;
    }

    void routed(@Nullable Distribution toDistribution, @Nullable Behavior byBehavior) {
        distribution = toDistribution;
        behavior = byBehavior;
    }

    public Viewer viewer() {
        return viewer;
    }

    /** The request as it came. */
    public RequestHead received() {
        return received;
    }

    /** The request as it is served: with the default root object in place of {@code /}, without what proves its right. */
    public RequestHead request() {
        return request;
    }

    /** What is remembered of an equal request. */
    public @Nullable KnownRequest known() {
        return known;
    }

    /** The beginning of its content is read here first. */
    void inspected(InspectedContent content) {
        inspected = content;
    }

    public boolean hasContent() {
        return hasContent;
    }

    /** X-Amz-Cf-Id in ASCII; not to be changed. */
    public byte[] id() {
        return id;
    }

    public String idText() {
        return new String(id, StandardCharsets.ISO_8859_1);
    }

    /** In CloudFront's words, such as {@code fullHandshake}; null in clear, and where it is not known. */
    @Nullable
    String tlsHandshake() {
        return tlsHandshake;
    }

    public long startedNanos() {
        return startedNanos;
    }

    public @Nullable Distribution distribution() {
        return distribution;
    }

    public @Nullable Behavior behavior() {
        return behavior;
    }

    public Method method() {
        return method;
    }

    public @Nullable GrpcCall call() {
        return call;
    }

    public int status() {
        return status;
    }

    public Fields fields() {
        return fields;
    }

    public long length() {
        return length;
    }

    public boolean contentFollows() {
        return contentFollows;
    }

    public long age() {
        return age;
    }

    public @Nullable String cacheStatus() {
        return cacheStatus;
    }

    public CacheResult result() {
        return result;
    }

    /** How it stood when the answer began: the same, unless something went wrong after that. */
    public CacheResult answered() {
        CacheResult then = begun;
        return then == null ? result : then;
    }

    /** Whether the viewer is told that the same is to be had over HTTP/3. */
    public boolean announcesHttp3() {
        Distribution of = distribution;
        return of != null && viewer.secure() && Offer.http3(of);
    }

    public @Nullable Presentation presentation() {
        return presentation;
    }

    /** What asking the origin took; null when there was no reason to. */
    public @Nullable UpstreamTimes originTimes() {
        return times;
    }

    /** What was looked up; null where nothing was. */
    public @Nullable CacheKey key() {
        return key;
    }

    /** A checksum of the whole content that was fetched for it, or -1 when it is not known. */
    public long checksum() {
        return fetched instanceof WholeFill whole ? whole.checksum() : -1;
    }

    public @Nullable FieldStatus fieldStatus() {
        return fieldStatus;
    }

    public int encryptedFields() {
        return encryptedFields;
    }

    /** What the viewer-request function has for the log. */
    public @Nullable String requestData() {
        return requestData;
    }

    /** What the viewer-response function has for the log. */
    public @Nullable String responseData() {
        return responseData;
    }

    public String detail() {
        return detail;
    }

    /** Octets received from the viewer for this request, head and content. */
    public long receivedOctets() {
        return receivedOctets;
    }

    public void received(long octets) {
        receivedOctets += octets;
    }

    /** Octets sent to the viewer for this request, head and content. */
    public long sentOctets() {
        return sentOctets;
    }

    public void sent(long octets) {
        sent(octets, sentOctets == 0 ? System.nanoTime() : firstByteNanos);
    }

    /** As {@link #sent(long)}, for who knows what time it is. */
    public void sent(long octets, long nowNanos) {
        if (sentOctets == 0) firstByteNanos = nowNanos;
        sentOctets += octets;
        Tally counting = meter;
        if (counting != null) counting.sent(octets);
    }

    /** When the viewer's side was done with it. */
    public long endedNanos() {
        return endedNanos == 0 ? System.nanoTime() : endedNanos;
    }

    public void ended(long nowNanos) {
        endedNanos = nowNanos;
    }

    public long firstByteNanos() {
        return firstByteNanos;
    }

    public long rangeFirst() {
        return rangeFirst;
    }

    public long rangeLast() {
        return rangeLast;
    }
}
