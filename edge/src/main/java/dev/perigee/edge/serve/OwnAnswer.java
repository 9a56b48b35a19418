package dev.perigee.edge.serve;

import dev.perigee.core.firewall.RuleAction;
import dev.perigee.core.http.Field;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.serve.ErrorPages;
import dev.perigee.core.serve.Rejection;

/**
 * A response that the edge makes itself, before the fields that every such response gets.
 *
 * @param content in ISO 8859-1
 */
record OwnAnswer(int status, Fields fields, String content, CacheResult result) {
    /** CloudFront's page for a request that is not served. */
    static OwnAnswer page(Rejection rejection, String requestId) {
        String type = rejection.code() == null ? "text/html" : "text/xml";
        CacheResult result = rejection == Rejection.CAPACITY ? CacheResult.CAPACITY_EXCEEDED : CacheResult.ERROR;
        return new OwnAnswer(rejection.status(), ofType(type), ErrorPages.page(rejection, requestId), result);
    }

    /** CloudFront's page for a function that failed. */
    static OwnAnswer failure(FunctionSteps.Failure failure, String requestId) {
        String page = ErrorPages.page(failure.status(), failure.sentence(), requestId);
        return new OwnAnswer(failure.status(), ofType("text/html"), page, failure.result());
    }

    /** What has to wait, and how long, in words that a program's log shows well. */
    static OwnAnswer limit(Rejection rejection, long retryAfterSeconds, String requestId) {
        String text =
                rejection.reason() + "\nTry again in " + retryAfterSeconds + " s.\nRequest ID: " + requestId + '\n';
        Fields fields = ofType("text/plain").toBuilder()
                .add("Cache-Control", "no-store")
                .add("Retry-After", Long.toString(retryAfterSeconds))
                .build();
        return new OwnAnswer(rejection.status(), fields, text, CacheResult.LIMIT_EXCEEDED);
    }

    /** A firewall rule's response of its own. */
    static OwnAnswer block(RuleAction.Block block) {
        String type = block.contentType();
        String content = block.content();
        String sent = block.status() == 204 || block.status() == 304 || content == null ? "" : content;
        Fields.Builder fields = Fields.builder(4).add("Server", "CloudFront");
        if (type != null && !sent.isEmpty()) fields.add("Content-Type", type);
        for (Field field : block.fields()) fields.add(field.name(), field.value());
        return new OwnAnswer(block.status(), fields.build(), sent, CacheResult.ERROR);
    }

    /** To the same by HTTPS. */
    static OwnAnswer redirect(RequestHead received, int status, int securePort) {
        String location = "https://" + secureAuthority(received, securePort) + received.target();
        Fields fields =
                ofType("text/html").toBuilder().add("Location", location).build();
        return new OwnAnswer(status, fields, ErrorPages.brief(status), CacheResult.REDIRECT);
    }

    /** A viewer who named a port is on a system of unusual ports, and is sent to the one where HTTPS is. */
    private static String secureAuthority(RequestHead received, int port) {
        String host = received.fields().first("Host");
        boolean namesPort = host != null && host.length() > received.host().length() && !host.endsWith(":80");
        return namesPort && port != 443 ? received.host() + ':' + port : received.host();
    }

    /** What a certificate authority reads. */
    static OwnAnswer proof(String answer) {
        Fields fields = ofType("application/octet-stream").toBuilder()
                .add("Cache-Control", "no-store")
                .build();
        return new OwnAnswer(200, fields, answer, CacheResult.MISS);
    }

    /** An error in a word. */
    static OwnAnswer brief(int status, Fields fields) {
        return new OwnAnswer(status, fields, ErrorPages.brief(status), CacheResult.ERROR);
    }

    static Fields ofType(String type) {
        return Fields.of("Server", "CloudFront", "Content-Type", type);
    }
}
