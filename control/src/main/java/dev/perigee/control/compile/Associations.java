package dev.perigee.control.compile;

import dev.perigee.core.plan.EdgeLambda;
import dev.perigee.core.plan.EdgeLambdas;
import dev.perigee.core.plan.ViewerFunctions;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.FunctionAssociation;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociation;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociations;

/** Which functions run for a behavior. */
final class Associations {
    private Associations() {}

    static @Nullable ViewerFunctions of(CacheBehavior behavior, Catalog catalog) {
        if (behavior.functionAssociations() == null) return null;
        String request = null;
        String response = null;
        for (FunctionAssociation association : behavior.functionAssociations().items()) {
            String arn = association.functionARN();
            String name =
                    catalog.function(arn.substring(arn.lastIndexOf('/') + 1)).name();
            switch (String.valueOf(association.eventTypeAsString())) {
                case "viewer-request" -> request = once(request, name);
                case "viewer-response" -> response = once(response, name);
                default -> throw new Uncompilable("runs a function at " + association.eventTypeAsString());
            }
        }
        return request == null && response == null ? null : new ViewerFunctions(request, response);
    }

    static @Nullable EdgeLambdas lambdas(CacheBehavior behavior, Catalog catalog) {
        LambdaFunctionAssociations associations = behavior.lambdaFunctionAssociations();
        if (associations == null || associations.items().isEmpty()) return null;
        Map<String, EdgeLambdas.Association> byEvent = new HashMap<>();
        for (LambdaFunctionAssociation each : associations.items()) {
            String event = String.valueOf(each.eventTypeAsString());
            var association = new EdgeLambdas.Association(
                    catalog.lambda(each.lambdaFunctionARN()), Boolean.TRUE.equals(each.includeBody()));
            if (byEvent.put(event, association) != null) {
                throw new Uncompilable("has two Lambda functions for one event: " + event);
            }
        }
        var lambdas = new EdgeLambdas(
                byEvent.remove(EdgeLambda.Event.VIEWER_REQUEST.word()),
                byEvent.remove(EdgeLambda.Event.ORIGIN_REQUEST.word()),
                byEvent.remove(EdgeLambda.Event.ORIGIN_RESPONSE.word()),
                byEvent.remove(EdgeLambda.Event.VIEWER_RESPONSE.word()));
        if (!byEvent.isEmpty()) throw new Uncompilable("runs a Lambda function at " + byEvent.keySet());
        return lambdas;
    }

    private static String once(@Nullable String before, String name) {
        if (before != null) throw new Uncompilable("has two functions for one event: " + before + " and " + name);
        return name;
    }
}
