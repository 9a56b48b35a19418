package dev.perigee.control.api;

/** A service whose protocol is JSON with the operation in a header field (AWS JSON 1.1). */
@FunctionalInterface
public interface JsonApi {
    /**
     * Carries out one operation.
     *
     * @param operation without the service's prefix
     * @param region that the call is signed for
     * @param body of the request
     * @return the JSON document of the answer; empty when the operation answers nothing
     */
    byte[] handle(String operation, String region, byte[] body) throws Refused;
}
