package dev.perigee.core.plan;

import java.util.List;

/**
 * A CloudFront Function in its stage LIVE.
 *
 * @param name its name, which is also what behaviors refer to
 * @param source as it was given, broken or not
 * @param stores ids of the key value stores that it may read
 */
public record EdgeFunction(String name, JsRuntime runtime, String source, List<String> stores) {
    public EdgeFunction {
        stores = List.copyOf(stores);
    }

    /** A function that reads no store. */
    public EdgeFunction(String name, JsRuntime runtime, String source) {
        this(name, runtime, source, List.of());
    }

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
