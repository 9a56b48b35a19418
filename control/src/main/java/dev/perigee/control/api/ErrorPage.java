package dev.perigee.control.api;

import java.util.UUID;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** What is refused before it reaches a service, such as a request that is not HTTP, in the same envelope. */
final class ErrorPage extends ErrorHandler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        String requestId = UUID.randomUUID().toString();
        Refused refused = status >= 500
                ? new Refused("InternalFailure", "The request failed inside.")
                : new Refused("MalformedInput", "The HTTP request is refused with status " + status + ".");
        Reply reply = Reply.error(refused, Xml.NAMESPACE, requestId);
        response.getHeaders().put("x-amzn-RequestId", requestId);
        FrontDoor.send(
                new Reply(Math.max(status, 400), reply.headers(), reply.body()),
                response,
                callback,
                HttpMethod.HEAD.is(request.getMethod()));
        return true;
    }
}
