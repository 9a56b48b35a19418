package dev.perigee.core.plan;

/**
 * A CloudFront Function in its stage LIVE.
 *
 * @param name its name, which is also what behaviors refer to
 * @param source as it was given, broken or not
 */
public record EdgeFunction(String name, JsRuntime runtime, String source) {
    /** The JavaScript runtimes that CloudFront has. */
    public enum JsRuntime {
        JS_1_0("cloudfront-js-1.0"),
        JS_2_0("cloudfront-js-2.0");

        private final String word;

        JsRuntime(String word) {
            this.word = word;
        }

        /** As in the API. */
        public String word() {
            return word;
        }
    }

    /** When in the life of a request it runs. */
    public enum Event {
        VIEWER_REQUEST("viewer-request"),
        VIEWER_RESPONSE("viewer-response");

        private final String word;

        Event(String word) {
            this.word = word;
        }

        /** As in the API and in event objects. */
        public String word() {
            return word;
        }
    }
}
