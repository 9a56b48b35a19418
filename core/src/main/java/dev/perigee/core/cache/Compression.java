package dev.perigee.core.cache;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.CachePolicy;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether the edge compresses a response before it stores it, and what becomes of its fields (developer guide, "Serve
 * compressed files").
 */
public enum Compression {
    NONE(""),
    GZIP("gzip"),
    BROTLI("br");

    /** Content-Length, in octets, of what is worth compressing, and of what is not too much. */
    public static final long LENGTH_MIN = 1_000;

    public static final long LENGTH_MAX = 10_000_000;

    /**
     * The origin's own ETag of a response that was compressed here, empty when it had none: the origin must be asked about
     * the tag that it knows. Stored with the response; fields beginning with X-Edge- reach neither viewers nor origins.
     */
    static final String ORIGIN_ETAG = "X-Edge-Origin-ETag";

    private static final Set<String> TYPES = Set.of(
            "application/dash+xml",
            "application/eot",
            "application/font",
            "application/font-sfnt",
            "application/javascript",
            "application/json",
            "application/opentype",
            "application/otf",
            "application/pkcs7-mime",
            "application/protobuf",
            "application/rss+xml",
            "application/truetype",
            "application/ttf",
            "application/vnd.apple.mpegurl",
            "application/vnd.mapbox-vector-tile",
            "application/vnd.ms-fontobject",
            "application/wasm",
            "application/xhtml+xml",
            "application/xml",
            "application/x-font-opentype",
            "application/x-font-truetype",
            "application/x-font-ttf",
            "application/x-httpd-cgi",
            "application/x-javascript",
            "application/x-mpegurl",
            "application/x-opentype",
            "application/x-otf",
            "application/x-perl",
            "application/x-ttf",
            "font/eot",
            "font/opentype",
            "font/otf",
            "font/ttf",
            "image/svg+xml",
            "text/css",
            "text/csv",
            "text/html",
            "text/javascript",
            "text/js",
            "text/plain",
            "text/richtext",
            "text/tab-separated-values",
            "text/xml",
            "text/x-component",
            "text/x-java-source",
            "text/x-script",
            "vnd.apple.mpegurl");

    private final String coding;

    Compression(String coding) {
        this.coding = coding;
    }

    /** As in Content-Encoding. */
    public String coding() {
        return coding;
    }

    /**
     * How a response that is about to be stored is to be compressed. Brotli is preferred.
     *
     * @param brotli whether this machine can
     */
    public static Compression of(Behavior behavior, RequestHead request, ResponseHead head, boolean brotli) {
        CachePolicy policy = behavior.cachePolicy();
        if (!behavior.compress() || policy.cachingDisabled()) return NONE;
        String accepted = AcceptEncoding.normalize(
                request.version(), request.fields().joined("Accept-Encoding"), policy.gzip(), policy.brotli());
        if (accepted == null || accepted.equals(AcceptEncoding.IDENTITY)) return NONE;
        // Named as an ordinary header it is forwarded as it is, and what the origin makes of it is final.
        if (policy.headers().contains("accept-encoding")) return NONE;
        boolean fits = isCompressibleStatus(head.status())
                && isCompressibleLength(head.fields())
                && !head.fields().has("Content-Encoding")
                && !head.fields().has("Content-Range")
                && isCompressibleType(head.fields().first("Content-Type"))
                // RFC 9111 section 5.2.2.6; CloudFront's documents do not speak of it.
                && !forbidsTransforming(head.fields());
        if (!fits) return NONE;
        if (brotli && accepted.startsWith("br")) return BROTLI;
        return accepted.endsWith("gzip") ? GZIP : NONE;
    }

    private static boolean forbidsTransforming(Fields fields) {
        String directives = fields.joined("Cache-Control");
        if (directives == null) return false;
        for (String directive : directives.split(",", -1)) {
            if (directive.strip().equalsIgnoreCase("no-transform")) return true;
        }
        return false;
    }

    private static boolean isCompressibleStatus(int status) {
        return status == 200 || status == 403 || status == 404;
    }

    private static boolean isCompressibleLength(Fields fields) {
        String length = fields.first("Content-Length");
        if (length == null || length.isEmpty() || length.length() > 8) return false;
        long octets = 0;
        for (int i = 0; i < length.length(); i++) {
            int digit = length.charAt(i) - '0';
            if (digit < 0 || digit > 9) return false;
            octets = octets * 10 + digit;
        }
        return octets >= LENGTH_MIN && octets <= LENGTH_MAX;
    }

    private static boolean isCompressibleType(@Nullable String contentType) {
        if (contentType == null) return false;
        int semicolon = contentType.indexOf(';');
        String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
        return TYPES.contains(type.strip().toLowerCase(Locale.ROOT));
    }

    /** The head of the compressed response. */
    public ResponseHead applied(ResponseHead head) {
        if (this == NONE) return head;
        Fields.Builder fields = described(head.fields());
        fields.remove("Content-Length").set("Content-Encoding", coding);
        return new ResponseHead(head.status(), fields.build());
    }

    /** Whether the stored fields are those of a response that was compressed here. */
    static boolean isApplied(Fields stored) {
        return stored.has(ORIGIN_ETAG);
    }

    /** Fields of a 304 about a response that was compressed here: what they say is about the content before that. */
    static Fields refreshing(Fields stored, Fields notModified) {
        if (!isApplied(stored)) return notModified;
        // A 304 without a tag leaves the stored ones as they are.
        if (notModified.has("ETag")) return described(notModified).build();
        return described(notModified).remove(ORIGIN_ETAG).build();
    }

    /**
     * A tag or digest of the octets before compression says nothing about those after it. CloudFront makes a strong tag
     * weak, keeps a weak one, and removes what is neither.
     */
    private static Fields.Builder described(Fields fields) {
        Fields.Builder changed = fields.toBuilder();
        for (String digest : new String[] {"Content-MD5", "Digest", "Content-Digest", "Repr-Digest"}) {
            changed.remove(digest);
        }
        String etag = fields.first("ETag");
        changed.set(ORIGIN_ETAG, etag == null ? "" : etag);
        if (etag != null && etag.startsWith("\"")) changed.set("ETag", "W/" + etag);
        else if (etag != null && !etag.startsWith("W/\"")) changed.remove("ETag");
        String vary = fields.joined("Vary");
        if (!namesAcceptEncoding(vary)) {
            changed.set("Vary", vary == null || vary.isBlank() ? "Accept-Encoding" : vary + ", Accept-Encoding");
        }
        return changed;
    }

    private static boolean namesAcceptEncoding(@Nullable String vary) {
        if (vary == null) return false;
        for (String name : vary.split(",", -1)) {
            if (name.strip().equals("*") || name.strip().equalsIgnoreCase("Accept-Encoding")) return true;
        }
        return false;
    }

    /** The entity tag about which the origin can be asked: its own. */
    static @Nullable String originsTag(Fields stored, @Nullable String etag) {
        String own = stored.first(ORIGIN_ETAG);
        return own == null ? etag : own.isEmpty() ? null : own;
    }
}
