package dev.perigee.edge.origin;

import dev.perigee.core.http.Field;
import dev.perigee.core.http.Fields;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.OriginAccess;
import dev.perigee.core.sign.SigV4;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Origin access control: requests to an origin carry a signature of the edge's own key (SigV4 in header form). S3 is the
 * common case; Lambda function URLs and the media services are signed likewise.
 */
public final class S3Signer {
    private static final String CONTENT_HASH = "x-amz-content-sha256";

    private S3Signer() {}

    /**
     * The fields to send: those of the request when the origin takes anonymous requests, or signed ones.
     *
     * @throws OriginKeyMissing when the origin's requests must be signed and there is no key; sending the request
     *     unsigned would turn a lack of configuration into a 403 that looks like the origin's, so this is a 502
     */
    public static Fields sign(Origin origin, OriginRequest request, OriginKeys keys, Instant now) {
        return switch (origin.access()) {
            case OriginAccess.Anonymous _, OriginAccess.Certificate _ -> request.fields();
            case OriginAccess.Signed access
            when access.yieldsToViewer() && request.fields().has("Authorization") -> request.fields();
            case OriginAccess.Signed access -> signed(origin, access, request, keys, now);
        };
    }

    private static Fields signed(
            Origin origin, OriginAccess.Signed access, OriginRequest request, OriginKeys keys, Instant now) {
        OriginKeys.Entry key = keys.find(origin.domainName());
        if (key == null) throw new OriginKeyMissing(origin.domainName());
        String hash = contentHash(access.service(), request);
        Fields.Builder fields = request.fields().toBuilder();
        // A session token of the viewer's would go with our key and break it.
        fields.remove("Authorization").remove("x-amz-security-token");
        if (access.service().equals("s3")) removeCommands(names(request.fields()), fields);
        fields.set("x-amz-date", SigV4.timestamp(now)).set(CONTENT_HASH, hash);
        Fields unsigned = fields.build();
        int question = request.target().indexOf('?');
        String path = question < 0 ? request.target() : request.target().substring(0, question);
        String query = question < 0 ? null : request.target().substring(question + 1);
        String authorization = SigV4.sign(
                new SigV4.Request(request.method(), path, query, toSign(unsigned), hash),
                new SigV4.Credentials(key.accessKeyId(), key.secretAccessKey()),
                access.service(),
                access.region(),
                now);
        return unsigned.toBuilder().add("Authorization", authorization).build();
    }

    /**
     * Header fields that tell S3 to do something else than read or write this object. A viewer must not borrow the edge's
     * key for a copy out of another bucket or for a change of access lists.
     */
    private static void removeCommands(List<String> names, Fields.Builder fields) {
        for (String name : names) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith("x-amz-copy-source")
                    || lower.equals("x-amz-acl")
                    || lower.startsWith("x-amz-grant-")) {
                fields.remove(name);
            }
        }
    }

    private static List<String> names(Fields fields) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) names.add(fields.name(i));
        return names;
    }

    /**
     * Content streams through, so it cannot be hashed first. S3 takes the word for it; the other services want the hash,
     * which only the viewer can know.
     */
    private static String contentHash(String service, OriginRequest request) {
        if (service.equals("s3")) return SigV4.UNSIGNED_PAYLOAD;
        String method = request.method();
        if (method.equals("GET") || method.equals("HEAD")) return SigV4.EMPTY_PAYLOAD;
        String viewers = request.fields().first(CONTENT_HASH);
        if (viewers != null && !viewers.isEmpty()) return viewers;
        return switch (method) {
            case "POST", "PUT", "PATCH" -> SigV4.UNSIGNED_PAYLOAD;
            default -> SigV4.EMPTY_PAYLOAD;
        };
    }

    /** Host and all of AWS's own fields: S3 refuses a request with an x-amz field that is not signed. */
    private static List<Field> toSign(Fields fields) {
        List<Field> signed = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            String name = fields.name(i).toLowerCase(Locale.ROOT);
            if (name.equals("host") || name.startsWith("x-amz-")) {
                signed.add(new Field(name, fields.value(i)));
            }
        }
        return signed;
    }
}
