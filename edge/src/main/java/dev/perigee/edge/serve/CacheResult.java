package dev.perigee.edge.serve;

/** How a response came about, in the words of X-Cache and of the log's x-edge-result-type. */
public enum CacheResult {
    HIT("Hit"),
    MISS("Miss"),
    REFRESH_HIT("RefreshHit"),
    ERROR("Error"),
    REDIRECT("Redirect"),
    LIMIT_EXCEEDED("LimitExceeded"),
    CAPACITY_EXCEEDED("CapacityExceeded"),
    FUNCTION_GENERATED_RESPONSE("FunctionGeneratedResponse"),
    FUNCTION_EXECUTION_ERROR("FunctionExecutionError"),
    FUNCTION_VALIDATION_ERROR("FunctionValidationError"),
    FUNCTION_THROTTLED_ERROR("FunctionThrottledError"),
    LAMBDA_GENERATED_RESPONSE("LambdaGeneratedResponse"),
    LAMBDA_EXECUTION_ERROR("LambdaExecutionError"),
    LAMBDA_VALIDATION_ERROR("LambdaValidationError"),
    LAMBDA_LIMIT_EXCEEDED("LambdaLimitExceeded");

    private final String word;

    CacheResult(String word) {
        this.word = word;
    }

    /** As in the log. */
    public String word() {
        return word;
    }

    /** As in X-Cache. */
    public String xCache() {
        return word + " from cloudfront";
    }
}
