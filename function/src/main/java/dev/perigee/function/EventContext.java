package dev.perigee.function;

import dev.perigee.core.plan.EdgeFunction.Event;
import org.jspecify.annotations.Nullable;

/**
 * What a function is told besides request and response.
 *
 * @param address the viewer's, without its port
 */
public record EventContext(
        String distributionDomainName, String distributionId, Event event, String requestId, String address) {
    /** The event as JSON, as the handler gets it. */
    public String text(EventRequest request, @Nullable EventResponse response) {
        JsonText json = new JsonText().open();
        json.name("version").text("1.0");
        json.name("context").open();
        json.name("distributionDomainName").text(distributionDomainName);
        json.name("distributionId").text(distributionId);
        json.name("eventType").text(event.word());
        json.name("requestId").text(requestId).close();
        json.name("viewer").open().name("ip").text(address).close();
        request.write(json.name("request"));
        if (response != null) response.write(json.name("response"));
        return json.close().toString();
    }
}
