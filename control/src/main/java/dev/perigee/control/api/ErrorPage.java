package dev.perigee.control.api;

import java.util.UUID;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * What is refused before it reaches a service, such as a request that is not HTTP, in the envelope of the service that was
 * probably meant. Only the path can tell, since headers that could not be read say nothing of a signature.
 */
final class ErrorPage extends ErrorHandler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = Math.max(response.getStatus(), 400);
        String requestId = UUID.randomUUID().toString();
        Reply reply = isS3(request.getHttpURI().getPath()) ? ofS3(status) : ofCloudFront(status, requestId);
        response.getHeaders().put("x-amzn-RequestId", requestId);
        FrontDoor.send(
                new Reply(status, reply.headers(), reply.body()),
                response,
                callback,
                HttpMethod.HEAD.is(request.getMethod()));
        return true;
    }

    /** Paths with a bucket; the root is STS' as well, and a path that Jetty put in for an unreadable one nobody's. */
    private static boolean isS3(@Nullable String path) {
        return path != null
                && path.length() > 1
                && !FrontDoor.isCloudFront(path)
                && !path.equals("/badMessage")
                && !path.equals("/badURI");
    }

    /** Codes of S3's list of error responses. */
    private static Reply ofS3(int status) {
        if (status >= 500) return S3Forwarder.s3Error(status, "InternalError", "The request failed inside.");
        String code = status == HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431
                ? "RequestHeaderSectionTooLarge"
                : "InvalidRequest";
        return S3Forwarder.s3Error(status, code, message(status));
    }

    private static Reply ofCloudFront(int status, String requestId) {
        Refused refused = status >= 500
                ? new Refused("InternalFailure", "The request failed inside.")
                : new Refused("MalformedInput", message(status));
        return Reply.error(refused, Xml.NAMESPACE, requestId);
    }

    private static String message(int status) {
        return "The HTTP request is refused with status " + status + ".";
    }
}
