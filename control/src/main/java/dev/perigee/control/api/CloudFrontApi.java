package dev.perigee.control.api;

import software.amazon.awssdk.core.SdkPojo;

/** CloudFront's rest-xml protocol: from a verified call to the operation it means, and back. */
final class CloudFrontApi {
    static final String PREFIX = "/2020-05-31/";

    private final Handlers handlers;

    CloudFrontApi(Handlers handlers) {
        this.handlers = handlers;
    }

    Reply handle(Call call) throws Refused {
        OperationTable.Match match = OperationTable.match(call);
        Operation operation = match.operation();
        Handlers.Bound bound = handlers.find(operation);
        if (bound == null) {
            throw new Refused("NotImplemented", "The operation " + operation.name() + " is not built yet.");
        }
        SdkPojo request =
                Messages.request(operation, match.path(), call, bound.builder().get());
        ShapeRules.check(operation.name() + "Request", request);
        return Messages.reply(operation, bound.handler().handle(request));
    }
}
