package dev.perigee.lab.s3;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What S3 calls a request, for people who read about it. */
final class S3Operation {
    /** Query parameters that choose another operation than the plain one. */
    private static final Map<String, String> SUBRESOURCES = Map.ofEntries(
            Map.entry("acl", "Acl"),
            Map.entry("cors", "Cors"),
            Map.entry("encryption", "Encryption"),
            Map.entry("lifecycle", "Lifecycle"),
            Map.entry("location", "Location"),
            Map.entry("policy", "Policy"),
            Map.entry("tagging", "Tagging"),
            Map.entry("versioning", "Versioning"),
            Map.entry("website", "Website"));

    private S3Operation() {}

    /** Whether a method only reads. */
    static boolean reads(String method) {
        return method.equals("GET") || method.equals("HEAD") || method.equals("OPTIONS");
    }

    /** @param bucket in the host, or null when it is the first segment of the path */
    static String of(HttpServletRequest request, @Nullable String bucket) {
        String path = request.getRequestURI();
        boolean root = bucket == null && path.length() <= 1;
        int keyStart = bucket != null ? 1 : path.indexOf('/', 1) + 1;
        boolean object = !root && keyStart > 0 && keyStart < path.length();
        String what = root ? "Buckets" : object ? "Object" : "Bucket";
        for (Map.Entry<String, String> subresource : SUBRESOURCES.entrySet()) {
            if (request.getParameter(subresource.getKey()) != null) what += subresource.getValue();
        }
        return switch (request.getMethod()) {
            case "GET" -> object || !what.equals("Bucket") ? (root ? "ListBuckets" : "Get" + what) : "ListObjects";
            case "HEAD" -> "Head" + what;
            case "PUT" -> put(request, object, what);
            case "DELETE" -> request.getParameter("uploadId") == null ? "Delete" + what : "AbortMultipartUpload";
            case "POST" -> post(request, object);
            default -> request.getMethod().toUpperCase(Locale.ROOT);
        };
    }

    private static String put(HttpServletRequest request, boolean object, String what) {
        if (what.equals("Bucket")) return "CreateBucket";
        if (!object || !what.equals("Object")) return "Put" + what;
        boolean copy = request.getHeader("x-amz-copy-source") != null;
        if (request.getParameter("partNumber") != null) return copy ? "UploadPartCopy" : "UploadPart";
        return copy ? "CopyObject" : "PutObject";
    }

    private static String post(HttpServletRequest request, boolean object) {
        if (request.getParameter("delete") != null) return "DeleteObjects";
        if (request.getParameter("uploads") != null) return "CreateMultipartUpload";
        if (request.getParameter("uploadId") != null) return "CompleteMultipartUpload";
        return object ? "PostObject" : "PostForm";
    }

    /** Bucket and key, decoded by nobody, so that it is one line whatever is in it. */
    static String resource(HttpServletRequest request, @Nullable String bucket) {
        return (bucket == null ? "" : "/" + bucket) + request.getRequestURI();
    }
}
