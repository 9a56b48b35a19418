package dev.perigee.control.compile;

import dev.perigee.core.plan.ViewerFunctions;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.FunctionAssociation;

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

    private static String once(@Nullable String before, String name) {
        if (before != null) throw new Uncompilable("has two functions for one event: " + before + " and " + name);
        return name;
    }
}
