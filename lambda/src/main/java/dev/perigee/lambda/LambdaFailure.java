package dev.perigee.lambda;

/**
 * How a function failed, as its viewer is told.
 *
 * @param sentence of the page
 */
public record LambdaFailure(Kind kind, String sentence) {
    private static final String NOT_RUN =
            "The Lambda function associated with the CloudFront distribution is invalid or"
                    + " doesn't have the required permissions.";
    private static final String THROTTLED =
            "The Lambda function associated with the CloudFront distribution was throttled.";

    /** Which of CloudFront's three errors it is. */
    public enum Kind {
        VALIDATION(502),
        EXECUTION(503),
        LIMIT(503);

        private final int status;

        Kind(int status) {
            this.status = status;
        }

        public int status() {
            return status;
        }
    }

    /** What a viewer is told of a run that did not return. */
    public static LambdaFailure of(Outcome.Reason reason) {
        return reason == Outcome.Reason.THROTTLED
                ? new LambdaFailure(Kind.LIMIT, THROTTLED)
                : new LambdaFailure(Kind.EXECUTION, NOT_RUN);
    }

    /** Something of ours went wrong while it ran. */
    public static LambdaFailure notRun() {
        return new LambdaFailure(Kind.EXECUTION, NOT_RUN);
    }

    /** There is no room for the content that it is to be shown. */
    public static LambdaFailure throttled() {
        return new LambdaFailure(Kind.LIMIT, THROTTLED);
    }
}
