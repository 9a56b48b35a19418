package dev.perigee.core.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.Behavior.ViewerProtocolPolicy;
import dev.perigee.core.plan.Plan;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionTest {
    private static String outcome(Behavior behavior, String method, HttpVersion version, boolean https) {
        var plan = new Plan(1, List.of(Samples.distribution(List.of(behavior), List.of())), List.of(), 0, null);
        var request = new RequestHead(method, "/a", null, "d1.cloudfront.net", version, Fields.EMPTY);
        return switch (Admission.admit(new Routes(plan), request, https, false)) {
            case Admission.Admit _ -> "served";
            case Admission.Prove _ -> "proved";
            case Admission.Limit _ -> "limited";
            case Admission.Redirect(var unused, int status) -> Integer.toString(status);
            case Admission.Reject(var unused, var by, Rejection rejection) ->
                rejection.status() + " " + rejection + (by == null ? " nobody's" : "");
        };
    }

    private static Behavior behavior(ViewerProtocolPolicy policy, EnumSet<Method> allowed) {
        return Samples.behavior("*", 0, 0, 0).toBuilder()
                .viewerProtocolPolicy(policy)
                .allowedMethods(allowed)
                .build();
    }

    /** The table of reference "Viewer protocol policy": by policy, protocol, method and version. */
    @ParameterizedTest(name = "{0}, https {1}, {2} over {3} -> {4}")
    @CsvSource({
        "ALLOW_ALL,         false, GET,     HTTP_1_1, served",
        "ALLOW_ALL,         false, POST,    HTTP_1_0, served",
        "HTTPS_ONLY,        false, GET,     HTTP_1_1, 403 HTTPS_REQUIRED",
        "HTTPS_ONLY,        false, HEAD,    HTTP_1_0, 403 HTTPS_REQUIRED",
        "HTTPS_ONLY,        false, POST,    HTTP_1_1, 403 HTTPS_REQUIRED",
        "HTTPS_ONLY,        false, OPTIONS, HTTP_1_1, 403 HTTPS_REQUIRED",
        "HTTPS_ONLY,        true,  GET,     HTTP_1_1, served",
        "HTTPS_ONLY,        true,  POST,    HTTP_1_0, served",
        "REDIRECT_TO_HTTPS, false, GET,     HTTP_1_1, 301",
        "REDIRECT_TO_HTTPS, false, HEAD,    HTTP_1_1, 301",
        "REDIRECT_TO_HTTPS, false, GET,     HTTP_1_0, 301",
        "REDIRECT_TO_HTTPS, false, HEAD,    HTTP_1_0, 301",
        "REDIRECT_TO_HTTPS, false, POST,    HTTP_1_1, 307",
        "REDIRECT_TO_HTTPS, false, PUT,     HTTP_1_1, 307",
        "REDIRECT_TO_HTTPS, false, DELETE,  HTTP_1_1, 307",
        "REDIRECT_TO_HTTPS, false, OPTIONS, HTTP_1_1, 307",
        "REDIRECT_TO_HTTPS, false, PATCH,   HTTP_1_1, 307",
        "REDIRECT_TO_HTTPS, false, POST,    HTTP_1_0, 403 HTTPS_REQUIRED",
        "REDIRECT_TO_HTTPS, false, PUT,     HTTP_1_0, 403 HTTPS_REQUIRED",
        "REDIRECT_TO_HTTPS, false, DELETE,  HTTP_1_0, 403 HTTPS_REQUIRED",
        "REDIRECT_TO_HTTPS, false, OPTIONS, HTTP_1_0, 403 HTTPS_REQUIRED",
        "REDIRECT_TO_HTTPS, false, PATCH,   HTTP_1_0, 403 HTTPS_REQUIRED",
        "REDIRECT_TO_HTTPS, false, TRACE,   HTTP_1_1, 403 METHOD_NOT_SUPPORTED nobody's",
        "REDIRECT_TO_HTTPS, true,  GET,     HTTP_1_1, served",
        "REDIRECT_TO_HTTPS, true,  POST,    HTTP_1_0, served",
    })
    void viewerProtocolPolicy(
            ViewerProtocolPolicy policy, boolean https, String method, HttpVersion version, String expected) {
        assertEquals(expected, outcome(behavior(policy, EnumSet.allOf(Method.class)), method, version, https));
    }

    @ParameterizedTest(name = "{0}, {1} -> {2}")
    @CsvSource({
        "ALLOW_ALL,         POST, 403 METHOD_NOT_ALLOWED",
        "REDIRECT_TO_HTTPS, POST, 307",
        "HTTPS_ONLY,        POST, 403 HTTPS_REQUIRED",
        "ALLOW_ALL,         GET,  served",
    })
    void theProtocolIsCheckedBeforeTheMethod(ViewerProtocolPolicy policy, String method, String expected) {
        Behavior reading = behavior(policy, EnumSet.of(Method.GET, Method.HEAD));
        assertEquals(expected, outcome(reading, method, HttpVersion.HTTP_1_1, false));
    }
}
