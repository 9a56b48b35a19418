package dev.perigee.lab.s3;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Enumeration;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the key of an edge may do: read, write and delete single objects. On AWS the bucket policy of origin access control
 * grants no more than that. Without this limit, anonymous viewers could have the edge sign a listing of a private bucket,
 * a copy out of another one, or a change of somebody's access list.
 */
final class EdgeGrant {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS");
    /** Query parameters that select a part or form of one object's content. */
    private static final Set<String> HARMLESS = Set.of(
            "versionid",
            "partnumber",
            "uploads",
            "uploadid",
            "x-id",
            "response-content-type",
            "response-content-language",
            "response-expires",
            "response-cache-control",
            "response-content-disposition",
            "response-content-encoding");

    private static final Set<String> SUBRESOURCES = Set.of(
            "acl",
            "accelerate",
            "analytics",
            "attributes",
            "cors",
            "delete",
            "encryption",
            "intelligent-tiering",
            "inventory",
            "legal-hold",
            "lifecycle",
            "list-type",
            "location",
            "logging",
            "metrics",
            "notification",
            "object-lock",
            "ownershipcontrols",
            "policy",
            "policystatus",
            "publicaccessblock",
            "replication",
            "requestpayment",
            "restore",
            "retention",
            "select",
            "tagging",
            "torrent",
            "versioning",
            "versions",
            "website");

    private EdgeGrant() {}

    /** Whether the request is one for a single object's content. */
    static boolean allows(HttpServletRequest request, boolean bucketInHost) {
        if (!METHODS.contains(request.getMethod())) return false;
        String path = request.getRequestURI();
        int keyStart = bucketInHost ? 1 : path.indexOf('/', 1) + 1;
        if (keyStart < 1 || keyStart >= path.length()) return false;
        Enumeration<String> names = request.getHeaderNames();
        while (names.hasMoreElements()) {
            String name = names.nextElement().toLowerCase(Locale.ROOT);
            if (name.startsWith("x-amz-copy-source") || name.equals("x-amz-acl") || name.startsWith("x-amz-grant-")) {
                return false;
            }
        }
        return namesNoSubresource(request.getQueryString());
    }

    private static boolean namesNoSubresource(@Nullable String query) {
        if (query == null) return true;
        for (String parameter : query.split("&", -1)) {
            int equals = parameter.indexOf('=');
            String name = (equals < 0 ? parameter : parameter.substring(0, equals)).toLowerCase(Locale.ROOT);
            // An encoded name is one that is meant to be overlooked; other parameters mean nothing to S3.
            if (!HARMLESS.contains(name) && (name.contains("%") || SUBRESOURCES.contains(name))) return false;
        }
        return true;
    }
}
