package dev.perigee.lambda;

import dev.perigee.core.plan.EdgeLambda.Event;

/**
 * What a function is told besides request and response.
 *
 * @param clientIp the viewer's, without its port
 */
public record EventContext(
        String distributionDomainName, String distributionId, Event event, String requestId, String clientIp) {}
