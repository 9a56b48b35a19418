package dev.perigee.core.cache;

import dev.perigee.core.http.CacheControl;
import dev.perigee.core.http.EntityTag;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HopByHop;
import dev.perigee.core.http.HttpDate;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.plan.CachePolicy;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A stored response (RFC 9111 section 3) without its content.
 *
 * @param fields as stored: without Age, hop-by-hop fields, and what {@code no-cache="…"} and {@code private="…"} name
 * @param storedAtMillis when it arrived or was last validated
 * @param initialAgeSeconds its age at that time
 * @param freshnessLifetimeSeconds the age at which it becomes stale
 * @param staleWhileRevalidateSeconds how much longer it may be served while the origin is asked
 * @param staleIfErrorSeconds how much longer it may stand in for an error; -1 when the origin did not say
 * @param mustRevalidate whether it must never be served stale
 * @param etag its entity tag
 * @param lastModified seconds since 1970, or {@link HttpDate#NONE}
 * @param contentLength -1 while unknown
 */
public record StoredResponse(
        int status,
        Fields fields,
        long storedAtMillis,
        long initialAgeSeconds,
        long freshnessLifetimeSeconds,
        long staleWhileRevalidateSeconds,
        long staleIfErrorSeconds,
        boolean mustRevalidate,
        @Nullable String etag,
        long lastModified,
        long contentLength) {

    /**
     * A response that has just arrived.
     *
     * @param ttlSeconds from {@link Storability.Store}, or 0
     */
    public static StoredResponse of(ResponseHead head, CachePolicy policy, long ttlSeconds, long nowMillis) {
        return of(head, CacheControl.parse(head.fields()), policy, ttlSeconds, nowMillis);
    }

    /** As {@link #of(ResponseHead, CachePolicy, long, long)}, by the directives that govern it. */
    public static StoredResponse of(
            ResponseHead head, CacheControl cc, CachePolicy policy, long ttlSeconds, long nowMillis) {
        long initialAge = Freshness.initialAgeSeconds(head.fields());
        return of(head.status(), storable(head.fields(), cc), cc, policy, initialAge, ttlSeconds, nowMillis);
    }

    /**
     * A response on its way to the one viewer who asked, never reused. It keeps what {@code no-cache="…"} and
     * {@code private="…"} name: those only keep a field out of stored, shared responses.
     */
    public static StoredResponse unshared(ResponseHead head, CachePolicy policy, long nowMillis) {
        Fields fields = storable(head.fields(), CacheControl.NONE);
        long initialAge = Freshness.initialAgeSeconds(head.fields());
        return of(head.status(), fields, CacheControl.parse(fields), policy, initialAge, 0, nowMillis);
    }

    private static StoredResponse of(
            int status,
            Fields fields,
            CacheControl cc,
            CachePolicy policy,
            long initialAge,
            long ttlSeconds,
            long nowMillis) {
        // CloudFront: the time granted and the stale window together never pass MaxTTL.
        long room = Math.max(policy.maxTtl() - ttlSeconds, 0);
        long whileRevalidate = Math.clamp(cc.staleWhileRevalidate(), 0, room);
        // An s-maxage forbids staleness that the origin did not ask for (RFC 9111 section 5.2.2.10).
        long unasked = cc.sMaxAge() >= 0 ? 0 : -1;
        long ifError = cc.staleIfError() < 0 ? unasked : Math.min(cc.staleIfError(), room);
        String modified = fields.first("Last-Modified");
        return new StoredResponse(
                status,
                fields,
                nowMillis,
                initialAge,
                initialAge + ttlSeconds,
                whileRevalidate,
                ifError,
                // What MinTTL keeps against the origin's word is at least not stretched beyond it.
                cc.mustRevalidate() || cc.forbidsReuse(),
                fields.first("ETag"),
                modified == null ? HttpDate.NONE : HttpDate.parse(modified),
                contentLength(fields));
    }

    /** RFC 9111 section 4.2.3. */
    public long currentAgeSeconds(long nowMillis) {
        return initialAgeSeconds + Math.max(nowMillis - storedAtMillis, 0) / 1000;
    }

    public boolean fresh(long nowMillis) {
        return currentAgeSeconds(nowMillis) < freshnessLifetimeSeconds;
    }

    /** Seconds since it became stale; negative while it is fresh. */
    public long stalenessSeconds(long nowMillis) {
        return currentAgeSeconds(nowMillis) - freshnessLifetimeSeconds;
    }

    /** Whether the origin can be asked for a 304. Conditions only work on 2xx (RFC 9110 section 13.2.1). */
    public boolean hasValidator() {
        return status < 300 && (etag != null || lastModified != HttpDate.NONE);
    }

    /**
     * What a range request can be tied to this very version with (RFC 9110 sections 8.8.1 and 13.1.5): a strong entity
     * tag, or a modification date that is at least a second older than the response; null when there is neither.
     */
    public @Nullable String strongValidator() {
        if (etag != null) return etag.startsWith("W/") ? null : etag;
        return strongDate() == HttpDate.NONE ? null : fields.first("Last-Modified");
    }

    /**
     * When it was modified, if that tells its very octets from all others, else {@link HttpDate#NONE}: not within the second
     * in which it was sent, nor for what was compressed here, which has the date of what it was made from.
     */
    public long strongDate() {
        if (lastModified == HttpDate.NONE || Compression.isApplied(fields)) return HttpDate.NONE;
        String date = fields.first("Date");
        long made = date == null ? HttpDate.NONE : HttpDate.parse(date);
        return made != HttpDate.NONE && lastModified < made ? lastModified : HttpDate.NONE;
    }

    /** The condition that makes the origin answer 304 when this response is still good; empty without a validator. */
    public Fields validators() {
        if (!hasValidator()) return Fields.EMPTY;
        Fields.Builder builder = Fields.builder(2);
        String tag = Compression.originsTag(fields, etag);
        if (tag != null) builder.add("If-None-Match", tag);
        String modified = fields.first("Last-Modified");
        if (modified != null && lastModified != HttpDate.NONE) builder.add("If-Modified-Since", modified);
        return builder.build();
    }

    /**
     * Whether a 304 speaks of this response (RFC 9111 section 4.3.4). When it names another entity tag, or without a tag
     * another modification date, what is stored must not be used, and the origin has to be asked without a condition.
     */
    public boolean validatedBy(ResponseHead notModified) {
        String named = notModified.fields().first("ETag");
        if (named != null && etag != null) return EntityTag.weakMatch(named, etag);
        String modified = notModified.fields().first("Last-Modified");
        long date = modified == null ? HttpDate.NONE : HttpDate.parse(modified);
        return date == HttpDate.NONE || lastModified == HttpDate.NONE || date == lastModified;
    }

    /** As {@link #refreshed(ResponseHead, CachePolicy, Set, long)} without extensions. */
    public StoredResponse refreshed(ResponseHead notModified, CachePolicy policy, long nowMillis) {
        return refreshed(notModified, policy, Set.of(), nowMillis);
    }

    /** This response after a 304: fields replaced as RFC 9111 section 3.2 says, age and lifetime counted anew. */
    public StoredResponse refreshed(
            ResponseHead notModified, CachePolicy policy, Set<Extension> extensions, long nowMillis) {
        Fields update = storable(Compression.refreshing(fields, notModified.fields()), CacheControl.NONE);
        Fields.Builder merged = Fields.builder(fields.size() + update.size());
        for (int i = 0; i < fields.size(); i++) {
            String name = fields.name(i);
            if (keepsStored(name) || !update.has(name)) merged.add(name, fields.value(i));
        }
        for (int i = 0; i < update.size(); i++) {
            if (!keepsStored(update.name(i))) merged.add(update.name(i), update.value(i));
        }
        Fields mergedFields = merged.build();
        CacheControl cc = Freshness.directives(mergedFields, extensions);
        Fields all = storable(mergedFields, cc);
        long initialAge = Freshness.initialAgeSeconds(notModified.fields());
        // Age is not stored: it is the 304's that counts.
        Fields dated = initialAge == 0
                ? all
                : all.toBuilder().add("Age", Long.toString(initialAge)).build();
        long ttl = Freshness.ttlSeconds(policy, new ResponseHead(status, dated), cc, nowMillis / 1000);
        StoredResponse refreshed = of(status, all, cc, policy, initialAge, ttl, nowMillis);
        return refreshed.withContentLength(contentLength);
    }

    /** The same, once the length of the content is known. */
    public StoredResponse withContentLength(long length) {
        return new StoredResponse(
                status,
                fields,
                storedAtMillis,
                initialAgeSeconds,
                freshnessLifetimeSeconds,
                staleWhileRevalidateSeconds,
                staleIfErrorSeconds,
                mustRevalidate,
                etag,
                lastModified,
                length);
    }

    /**
     * The same with its freshness begun anew, for an expired response that stands in for an origin error: it serves for
     * ErrorCachingMinTTL before the origin is tried again. Its age is not touched, and what remains of its stale windows
     * shrinks by the time used up: within a stale-while-revalidate window nobody waits for an origin that is in trouble.
     */
    public StoredResponse retainedFor(long seconds, long nowMillis) {
        boolean windowed = staleIfErrorSeconds >= 0;
        long staleness = Math.max(stalenessSeconds(nowMillis), 0);
        long window = Math.max(staleIfErrorSeconds - staleness, 0);
        long retained = windowed ? Math.min(seconds, window) : seconds;
        return new StoredResponse(
                status,
                fields,
                storedAtMillis,
                initialAgeSeconds,
                currentAgeSeconds(nowMillis) + retained,
                Math.max(staleWhileRevalidateSeconds - staleness - retained, 0),
                windowed ? window - retained : -1,
                mustRevalidate,
                etag,
                lastModified,
                contentLength);
    }

    /** What describes the stored content itself is not changed by a 304 that carries none. */
    private static boolean keepsStored(String name) {
        return Fields.sameName(name, "Content-Length")
                || Fields.sameName(name, "Content-Encoding")
                || Fields.sameName(name, "Content-Range")
                || Fields.sameName(name, "Content-MD5");
    }

    /** RFC 9111 section 3.1, and the field forms of no-cache and private: stored without the named fields. */
    private static Fields storable(Fields fields, CacheControl cc) {
        List<String> nominated = HopByHop.nominated(fields);
        int kept = 0;
        while (kept < fields.size() && isStored(fields.name(kept), nominated, cc)) kept++;
        if (kept == fields.size()) return fields;
        Fields.Builder builder = Fields.builder(fields.size());
        for (int i = 0; i < fields.size(); i++) {
            String name = fields.name(i);
            if (i < kept || isStored(name, nominated, cc)) builder.add(name, fields.value(i));
        }
        return builder.build();
    }

    private static boolean isStored(String name, List<String> nominated, CacheControl cc) {
        return !HopByHop.contains(name)
                && !Fields.sameName(name, "Age")
                && !HopByHop.listed(nominated, name)
                && !HopByHop.listed(cc.noCacheFields(), name)
                && !HopByHop.listed(cc.privateFields(), name);
    }

    private static long contentLength(Fields fields) {
        String value = fields.first("Content-Length");
        if (value == null || value.isEmpty() || value.length() > 18) return -1;
        long length = 0;
        for (int i = 0; i < value.length(); i++) {
            int digit = value.charAt(i) - '0';
            if (digit < 0 || digit > 9) return -1;
            length = length * 10 + digit;
        }
        return length;
    }
}
