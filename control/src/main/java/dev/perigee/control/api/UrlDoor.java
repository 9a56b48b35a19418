package dev.perigee.control.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perigee.control.access.Caller;
import dev.perigee.control.access.Keyring;
import dev.perigee.control.api.FunctionUrls.Visit;
import dev.perigee.core.http.Fields;
import dev.perigee.core.sign.SigV4Claim.Reading;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Requests to Lambda function URLs: their names, who may call them, and how errors look there. */
final class UrlDoor {
    /** What a function may be sent. */
    static final int BODY_BYTES_MAX = 6 << 20;

    static final String OPERATION = "InvokeFunctionUrl";

    private static final Pattern HOST =
            Pattern.compile("([a-z0-9]{1,63})\\.lambda-url\\.us-east-1\\.(?:localhost|on\\.aws)");
    private static final Map<String, Integer> STATUSES = Map.of(
            "InvalidArgument",
            400,
            "EntityNotFound",
            404,
            "RequestEntityTooLarge",
            413,
            "TooManyRequestsException",
            429,
            "ServiceUnavailable",
            503,
            "InternalFailure",
            500);

    private final FunctionUrls urls;
    private final @Nullable Caller edges;
    private final Accounts accounts;

    /** @param edges the key that edges sign with, which may call every URL and nothing else */
    UrlDoor(FunctionUrls urls, Keyring keys, @Nullable Caller edges, InstantSource clock) {
        this.urls = urls;
        this.edges = edges;
        this.accounts =
                new Accounts(id -> edges != null && id.equals(edges.accessKeyId()) ? edges : keys.find(id), clock);
    }

    /** The id in the name of a function URL; null when the host is none. */
    static @Nullable String id(@Nullable String host) {
        if (host == null) return null;
        Matcher name = HOST.matcher(name(host));
        return name.matches() ? name.group(1) : null;
    }

    static String name(String host) {
        int colon = host.indexOf(':');
        return (colon < 0 ? host : host.substring(0, colon)).toLowerCase(Locale.ROOT);
    }

    Reply handle(String id, String host, String protocol, Call call, Attempt attempt) throws Refused {
        attempt.of(Lambdas.SERVICE);
        attempt.named(OPERATION);
        attempt.on(id);
        FunctionUrls.Access access = urls.access(id);
        if (access == FunctionUrls.Access.NONE) {
            throw new Refused("EntityNotFound", "There is no function URL " + id + " here.");
        }
        LambdaApi.Answer told = isPreflight(call) ? urls.preflight(id, call.headers()) : null;
        if (told != null) return new Reply(told.status(), told.headers(), told.body());
        String signer = access == FunctionUrls.Access.SIGNED ? signer(call, attempt) : null;
        LambdaApi.Answer answer = urls.call(new Visit(
                id,
                name(host),
                call.method(),
                call.path(),
                call.query(),
                protocol,
                call.headers(),
                call.body(),
                attempt.source(),
                attempt.requestId(),
                signer));
        return new Reply(answer.status(), answer.headers(), answer.body());
    }

    /** A browser's question whether it may ask is never signed. */
    private static boolean isPreflight(Call call) {
        return call.method().equals("OPTIONS")
                && call.headers().has("Origin")
                && call.headers().has("Access-Control-Request-Method");
    }

    private String signer(Call call, Attempt attempt) throws Refused {
        Reading claim = Accounts.claim(call.headers(), call.parameters());
        Caller caller = accounts.verify(call, claim, attempt);
        Refused.unless(
                claim instanceof Reading.Claimed(var claimed)
                        && claimed.scope().service().equals(Lambdas.SERVICE)
                        && (claimed.asymmetric() || claimed.scope().region().equals("us-east-1")),
                "SignatureDoesNotMatch",
                "The request is not signed for the service lambda in us-east-1.");
        if (!caller.equals(edges)) Permissions.check(caller, Lambdas.SERVICE, OPERATION, Permissions.Parameters.NONE);
        return caller.accessKeyId();
    }

    /** Who may not call is told no more than that, as at Lambda; the audit log knows why. */
    static Reply error(Refused refused) {
        int status = STATUSES.getOrDefault(refused.code(), refused.status() >= 500 ? 502 : 403);
        String type = status == 403 ? "AccessDeniedException" : refused.code();
        byte[] body = status == 403
                ? "{\"Message\":\"Forbidden\"}".getBytes(UTF_8)
                : JsonError.body("Message", refused.text());
        return new Reply(status, Fields.of("Content-Type", "application/json", "x-amzn-ErrorType", type), body);
    }
}
