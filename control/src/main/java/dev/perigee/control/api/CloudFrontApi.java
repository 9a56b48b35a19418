package dev.perigee.control.api;

import dev.perigee.control.access.Caller;
import java.util.Map;
import software.amazon.awssdk.core.SdkPojo;

/** CloudFront's rest-xml protocol: from a verified call to the operation it means, and back. */
final class CloudFrontApi {
    static final String PREFIX = "/2020-05-31/";

    private final Handlers handlers;

    CloudFrontApi(Handlers handlers) {
        this.handlers = handlers;
    }

    Reply handle(Call call, Caller caller, Attempt attempt) throws Refused {
        OperationTable.Match match = OperationTable.match(call);
        Operation operation = match.operation();
        attempt.asks(operation.name());
        if (operation.requestQuery().contains("Resource")) {
            attempt.on(call.parameters().getOrDefault("Resource", call.path()));
        }
        // Before anything is read of the request: who may not ask is not told what exists, or how it stands.
        Permissions.check(
                caller, "cloudfront", operation.name(), new Permissions.Parameters(match.path(), call.parameters()));
        Reply reply = handle(operation, match.path(), call);
        String location = reply.headers().first("Location");
        if (location != null) attempt.on(location.substring(Math.max(0, location.indexOf(PREFIX))));
        return reply;
    }

    private Reply handle(Operation operation, Map<String, String> path, Call call) throws Refused {
        Handlers.Bound bound = handlers.find(operation);
        if (bound == null) {
            throw new Refused("NotImplemented", "The operation " + operation.name() + " is not built yet.");
        }
        SdkPojo request =
                Messages.request(operation, path, call, bound.builder().get());
        ShapeRules.check(operation.name() + "Request", request);
        return Messages.reply(operation, bound.handler().handle(request));
    }
}
