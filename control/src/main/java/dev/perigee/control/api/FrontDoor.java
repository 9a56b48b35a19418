package dev.perigee.control.api;

import dev.perigee.control.access.AuditEvent;
import dev.perigee.control.access.AuditLog;
import dev.perigee.control.access.Caller;
import dev.perigee.core.http.Fields;
import dev.perigee.core.sign.SigV4Claim.Reading;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.QuietException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every request to the one listener. Which service is meant stands in the scope of its signature; without one, paths of
 * the CloudFront API are CloudFront's and all others S3's, where anonymous reads are common.
 */
final class FrontDoor extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(FrontDoor.class);

    /** Far above any real distribution config; functions and bundles of certificates are below it, too. */
    static final int BODY_BYTES_MAX = 4 << 20;

    private static final long DRAINED_BYTES_MAX = 64L << 20;

    private static final String WAF_TARGET = "AWSWAF_20190729.";
    private static final String ACM_TARGET = "CertificateManager.";
    private static final String LOGS_TARGET = "Logs_20140328.";

    private final Accounts accounts;
    private final AuditLog audit;
    private final CloudFrontApi cloudFront;
    private final Sts sts;
    private final JsonApi acm;
    private final JsonApi waf;
    private final JsonApi logs;
    private final KeyValues keyValues;
    private final Lambdas lambdas;
    private final MonitoringApi monitoring;
    private final @Nullable UrlDoor urls;
    private final @Nullable S3Forwarder s3;
    private final boolean localOnly;
    private final Semaphore packages = new Semaphore(2);
    /** Of those that send much, and may wait long for their function. */
    private final Semaphore visits = new Semaphore(8);

    /**
     * The one door.
     *
     * @param localOnly whether the listener is on loopback, and so only programs of this machine are meant
     */
    FrontDoor(
            Accounts accounts,
            AuditLog audit,
            CloudFrontApi cloudFront,
            Sts sts,
            JsonApi acm,
            JsonApi waf,
            JsonApi logs,
            KeyApi keys,
            @Nullable LambdaApi lambdas,
            @Nullable UrlDoor urls,
            MonitoringApi monitoring,
            @Nullable S3Forwarder s3,
            boolean localOnly) {
        this.keyValues = new KeyValues(keys);
        this.lambdas = new Lambdas(lambdas);
        this.urls = urls;
        this.acm = acm;
        this.waf = waf;
        this.logs = logs;
        this.monitoring = monitoring;
        this.localOnly = localOnly;
        this.accounts = accounts;
        this.audit = audit;
        this.cloudFront = cloudFront;
        this.sts = sts;
        this.s3 = s3;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws IOException {
        String requestId = UUID.randomUUID().toString();
        var attempt = new Attempt(request.getMethod(), path(request), Request.getRemoteAddr(request), requestId);
        try {
            if (localOnly && !LocalHosts.allows(request.getHeaders().get(HttpHeader.HOST))) {
                throw new Refused("AccessDenied", "This endpoint does not answer to that Host.");
            }
            if (visited(request, response, callback, attempt)) return true;
            Map<String, String> query = Call.parameters(request.getHttpURI().getQuery());
            Fields headers = fields(request);
            Reading claim = Accounts.claim(headers, query);
            attempt.of(service(claim, path(request), headers.first("X-Amz-Target")));
            if (attempt.service().equals("s3")) {
                forward(request, response, callback, attempt);
                return true;
            }
            Reply reply = attempt.service().equals(Lambdas.SERVICE) && request.getLength() > BODY_BYTES_MAX
                    ? large(claim, request, headers, attempt)
                    : answer(claim, call(request, headers, BODY_BYTES_MAX), attempt);
            record(attempt.answered(reply.status()));
            send(reply, requestId, request, response, callback);
        } catch (Refused refused) {
            refuse(refused, attempt, request, response, callback);
        } catch (IOException e) {
            // The client went away, or the listener is closing, before the request was whole.
            LOG.debug("request {} broke off: {}", requestId, e.toString());
            callback.failed(new QuietException.Exception("the request broke off"));
        } catch (RuntimeException e) {
            LOG.error("request {} {} {} failed", requestId, request.getMethod(), path(request), e);
            Refused failure = new Refused("InternalFailure", "The request failed inside; its id is in the log.");
            refuse(failure, attempt, request, response, callback);
        }
        return true;
    }

    /** Whether it was a request to a function URL, or came where there is nothing else. */
    private boolean visited(Request request, Response response, Callback callback, Attempt attempt) throws IOException {
        String url = UrlDoor.id(request.getHeaders().get(HttpHeader.HOST));
        if (urls != null && url != null) {
            visit(urls, url, request, response, callback, attempt);
            return true;
        }
        String door = request.getConnectionMetaData().getConnector().getName();
        if (!ApiListener.URLS.equals(door)) return false;
        Refused elsewhere = new Refused("AccessDenied", "Only function URLs are answered here.");
        send(UrlDoor.error(elsewhere), attempt.requestId(), request, response, callback);
        return true;
    }

    /** Only who is kept out is told to the audit log. */
    private void visit(UrlDoor door, String url, Request request, Response response, Callback callback, Attempt attempt)
            throws IOException {
        String requestId = attempt.requestId();
        Reply reply;
        try {
            String host = String.valueOf(request.getHeaders().get(HttpHeader.HOST));
            String protocol = request.getConnectionMetaData().getProtocol();
            Fields headers = fields(request);
            reply = request.getLength() > BODY_BYTES_MAX
                    ? oneOfFew(
                            visits,
                            () -> door.handle(
                                    url, host, protocol, call(request, headers, UrlDoor.BODY_BYTES_MAX), attempt))
                    : door.handle(url, host, protocol, call(request, headers, BODY_BYTES_MAX), attempt);
        } catch (Refused refused) {
            record(attempt.refused(refused));
            reply = UrlDoor.error(refused);
        }
        send(reply, requestId, request, response, callback);
    }

    private void refuse(Refused refused, Attempt attempt, Request request, Response response, Callback callback) {
        record(attempt.refused(refused));
        Reply reply = error(attempt.service(), refused, request, attempt.requestId());
        send(reply, attempt.requestId(), request, response, callback);
    }

    /** Before the answer is sent: who has it finds the line. */
    private void record(@Nullable AuditEvent event) {
        if (event != null) audit.write(event);
    }

    private static String service(@Nullable Reading claim, String path, @Nullable String target) {
        return switch (claim) {
            case Reading.Claimed(var claimed) -> claimed.scope().service();
            case Reading.Malformed _ -> unsigned(path, target);
            case null -> unsigned(path, target);
        };
    }

    /** Who is to refuse what nobody has signed: S3 alone has something for everybody. */
    private static String unsigned(String path, @Nullable String target) {
        if (target != null && target.startsWith(WAF_TARGET)) return "wafv2";
        if (target != null && target.startsWith(ACM_TARGET)) return "acm";
        if (target != null && target.startsWith(LOGS_TARGET)) return "logs";
        if (path.startsWith("/key-value-stores/arn%3A")) return KeyValues.SERVICE;
        if (path.startsWith(Lambdas.PREFIX)) return Lambdas.SERVICE;
        return isCloudFront(path) ? "cloudfront" : "s3";
    }

    static boolean isCloudFront(String path) {
        return path.startsWith(CloudFrontApi.PREFIX);
    }

    private void forward(Request request, Response response, Callback callback, Attempt attempt) throws Refused {
        if (s3 == null) throw new Refused("ServiceUnavailable", "There is no S3 behind this endpoint.");
        s3.forward(request, response, callback, attempt);
    }

    private Reply answer(@Nullable Reading claim, Call call, Attempt attempt) throws Refused {
        attempt.named(operation(attempt.service(), call));
        Caller caller = accounts.verify(call, claim, attempt);
        return switch (attempt.service()) {
            case "cloudfront" -> cloudFront.handle(call, caller, attempt);
            case "sts" -> sts.handle(call, caller, attempt);
            case "wafv2" -> json(waf, WAF_TARGET, region(claim), call, caller, attempt);
            case KeyValues.SERVICE -> keyValues.handle(call, caller, attempt);
            case Lambdas.SERVICE -> {
                Refused.unless(
                        region(claim).equals("us-east-1"),
                        "InvalidArgument",
                        "Functions of Lambda@Edge are in us-east-1, not in " + region(claim) + ".");
                yield lambdas.handle(call, caller, attempt);
            }
            case "logs" -> json(logs, LOGS_TARGET, region(claim), call, caller, attempt);
            case "acm" -> json(acm, ACM_TARGET, region(claim), call, caller, attempt);
            case "monitoring" -> monitoring.handle(call, caller, attempt);
            default ->
                throw new Refused(
                        "NotImplemented",
                        "The service '" + attempt.service()
                                + "' is not built yet; cloudfront, cloudfront-keyvaluestore, s3, sts, acm, wafv2, logs, lambda and monitoring are.");
        };
    }

    /** What seems to be asked for, of whoever it is; the method when that says nothing. */
    private static String operation(String service, Call call) {
        String target = call.headers().first("X-Amz-Target");
        if (target != null) return target.substring(target.lastIndexOf('.') + 1);
        if (service.equals(KeyValues.SERVICE)) return KeyValues.operationOf(call);
        if (service.equals(Lambdas.SERVICE)) return Lambdas.operationOf(call);
        try {
            String asked = service.equals("monitoring") ? MonitoringApi.operation(call) : null;
            if (asked != null) return asked;
            if (service.equals("cloudfront"))
                return OperationTable.match(call).operation().name();
        } catch (Refused noOperation) {
            // Told to who is known.
        }
        return call.method();
    }

    private static String region(@Nullable Reading claim) {
        // Who signs for a set of regions has this one among them.
        return claim instanceof Reading.Claimed(var claimed) && !claimed.asymmetric()
                ? claimed.scope().region()
                : "us-east-1";
    }

    private static Reply json(JsonApi service, String prefix, String region, Call call, Caller caller, Attempt attempt)
            throws Refused {
        String target = call.headers().first("X-Amz-Target");
        if (target == null || !target.startsWith(prefix)) {
            throw new Refused("UnknownOperationException", "X-Amz-Target does not begin with " + prefix + ".");
        }
        String operation = target.substring(prefix.length());
        attempt.asks(operation);
        attempt.onSubjectOf(call.body());
        Permissions.check(caller, attempt.service(), operation, Permissions.Parameters.NONE);
        byte[] body = service.handle(operation, region, call.body());
        attempt.onSubjectOf(body);
        return new Reply(200, Fields.of("Content-Type", "application/x-amz-json-1.1"), body);
    }

    private static Reply error(String service, Refused refused, Request request, String requestId) {
        String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        if (service.equals("s3")) return S3Forwarder.s3Error(refused);
        if (service.equals(KeyValues.SERVICE)) return KeyValues.error(refused);
        if (service.equals(Lambdas.SERVICE)) return Lambdas.error(refused);
        if (service.equals("monitoring")) return MonitoringApi.error(refused, fields(request), requestId);
        if (type != null && type.startsWith("application/x-amz-json")) return JsonError.of(refused, type);
        return Reply.error(refused, service.equals("sts") ? Sts.NAMESPACE : Xml.NAMESPACE, requestId);
    }

    /** Few at a time: a deployment package is in memory more than once while it is looked at. */
    private Reply large(@Nullable Reading claim, Request request, Fields headers, Attempt attempt)
            throws Refused, IOException {
        return oneOfFew(packages, () -> answer(claim, call(request, headers, Lambdas.BODY_BYTES_MAX), attempt));
    }

    private interface Large {
        Reply answer() throws Refused, IOException;
    }

    private static Reply oneOfFew(Semaphore few, Large of) throws Refused, IOException {
        Refused.unless(few.tryAcquire(), "ServiceUnavailable", "Others are sending as much; try again.");
        try {
            return of.answer();
        } finally {
            few.release();
        }
    }

    private static Call call(Request request, Fields headers, int bytesMax) throws Refused, IOException {
        byte[] body = body(request, bytesMax);
        return new Call(request.getMethod(), path(request), request.getHttpURI().getQuery(), headers, body);
    }

    private static String path(Request request) {
        String path = request.getHttpURI().getPath();
        return path == null || path.isEmpty() ? "/" : path;
    }

    private static Fields fields(Request request) {
        Fields.Builder fields = Fields.builder(request.getHeaders().size());
        for (HttpField field : request.getHeaders()) {
            String value = field.getValue();
            fields.add(field.getName(), value == null ? "" : value);
        }
        return fields.build();
    }

    private static byte[] body(Request request, int bytesMax) throws Refused, IOException {
        Refused tooLarge =
                new Refused("RequestEntityTooLarge", "The request body is larger than " + bytesMax + " bytes.");
        try (InputStream in = Content.Source.asInputStream(request)) {
            byte[] bytes = in.readNBytes(bytesMax + 1);
            if (bytes.length <= bytesMax) return bytes;
            // Most clients only read the answer once they have sent everything; so some of the rest is taken.
            in.skipNBytes(Math.min(Math.max(request.getLength() - bytes.length, 0), DRAINED_BYTES_MAX));
            throw tooLarge;
        }
    }

    private static void send(Reply reply, String requestId, Request request, Response response, Callback callback) {
        response.getHeaders().put("x-amzn-RequestId", requestId);
        send(reply, response, callback, HttpMethod.HEAD.is(request.getMethod()));
    }

    static void send(Reply reply, Response response, Callback callback, boolean head) {
        response.setStatus(reply.status());
        Fields headers = reply.headers();
        for (int i = 0; i < headers.size(); i++) {
            // Of all headers this one alone may come again.
            if (headers.name(i).equalsIgnoreCase("Set-Cookie")) {
                response.getHeaders().add(headers.name(i), headers.value(i));
            } else {
                response.getHeaders().put(headers.name(i), headers.value(i));
            }
        }
        byte[] body = reply.body();
        if (reply.status() != 204) response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, head ? ByteBuffer.allocate(0) : ByteBuffer.wrap(body), callback);
    }
}
