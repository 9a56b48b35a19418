package dev.perigee.lab.s3;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.gaul.s3proxy.AccessGrant;
import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3ProxyException;
import org.gaul.s3proxy.S3ProxyHandler;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.S3Exceptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.BucketCannedACL;

/** Hands requests to S3Proxy's handler and turns what it throws into S3's error documents. */
final class S3Servlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(S3Servlet.class);

    private static final long SINGLE_UPLOAD_BYTES_MAX = 5L << 30;
    private static final long BUFFERED_UPLOAD_BYTES_MAX = 16L << 20;
    private static final int CHUNK_BYTES_MAX = 16 << 20;
    private static final int CLOCK_SKEW_SECONDS_MAX = 15 * 60;

    /** What a failed read may still say about the object. */
    private static final List<String> ECHOED_FIELDS =
            List.of("ETag", "x-amz-delete-marker", "x-amz-version-id", "Allow");

    private final transient BlobStore store;
    private final transient S3Access access;
    private final transient Forwarded forwarded;
    private final transient BucketPolicies policies;

    /** Made beside the rest of the start-up: its libraries take longest to load, and no request comes that early. */
    private final transient FutureTask<Handler> handler;

    S3Servlet(BlobStore store, S3Access access, String forwardToken, BucketPolicies policies) {
        this.store = store;
        this.policies = policies;
        this.access = access;
        this.forwarded = new Forwarded(forwardToken);
        handler = new FutureTask<>(() -> new Handler(store, access));
        Thread.ofVirtual().name("s3-handler").start(handler);
    }

    private Handler handler() throws IOException {
        try {
            return handler.get();
        } catch (ExecutionException failure) {
            throw new IOException("the S3 handler does not start", failure.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped before the S3 handler was ready");
        }
    }

    @Override
    protected void service(HttpServletRequest received, HttpServletResponse original) throws IOException {
        HttpServletResponse response = new GivenType(original);
        HttpServletRequest request = new QueryParameters(received);
        HttpServletRequest signed = request;
        HttpServletRequest seen = new BucketInHost(request);
        String signedHeaders = SignedPayload.streamable(request);
        if (signedHeaders != null) {
            signed = SignedPayload.signed(request, signedHeaders);
            seen = SignedPayload.seen(request);
        }
        var requester = new Requester(Credential.accessKeyId(request), access, forwarded.of(received));
        try {
            if (admitted(requester, request, seen, response)) carryOut(requester, signed, seen, response);
        } finally {
            requester.tell(access, seen, bucketInHost(seen), response.getStatus());
        }
    }

    /** What can be judged by who it claims to be from; whether it is, the handler finds out. */
    private boolean admitted(
            Requester requester, HttpServletRequest request, HttpServletRequest seen, HttpServletResponse response)
            throws IOException {
        S3ProxyException refusal = requester.refusal(request, bucketInHost(seen));
        if (refusal != null) answer(requester, seen, response, refusal);
        return refusal == null;
    }

    private void carryOut(
            Requester requester, HttpServletRequest signed, HttpServletRequest seen, HttpServletResponse response)
            throws IOException {
        String policyOf = BucketPolicies.bucket(seen, bucketInHost(seen));
        try (InputStream body = signed.getInputStream()) {
            if (policyOf == null) handle(requester, signed, seen, response, body);
            else policy(requester, policyOf, signed, seen, response, body);
        } catch (IOException | RuntimeException failure) {
            AwsServiceException answer = serviceException(failure);
            if (answer != null) {
                answer(requester, seen, response, answer);
            } else if (failure instanceof IOException lost) {
                requester.failed("RequestBrokeOff");
                throw lost;
            } else {
                answer(requester, seen, response, new S3ProxyException(codeOf((RuntimeException) failure)));
            }
        }
    }

    private void handle(
            Requester requester,
            HttpServletRequest signed,
            HttpServletRequest seen,
            HttpServletResponse response,
            InputStream body)
            throws IOException {
        ScopedValue.where(Handler.REQUESTER, requester).call(() -> {
            handler().doHandle(signed, seen, response, body, null);
            return true;
        });
        String bucket = bucketInHost(seen);
        if (S3Operation.of(seen, bucket).equals("DeleteBucket") && response.getStatus() < 300) {
            policies.forget(bucket == null ? seen.getRequestURI().replace("/", "") : bucket);
        }
    }

    /** The handler knows no policies: it is shown the question whether the bucket exists, and checks the signature for it. */
    private void policy(
            Requester requester,
            String bucket,
            HttpServletRequest signed,
            HttpServletRequest seen,
            HttpServletResponse response,
            InputStream body)
            throws IOException {
        if (!requester.isNamed()) throw new S3ProxyException(S3ErrorCode.ACCESS_DENIED);
        byte[] policy = body.readNBytes(BucketPolicies.LENGTH_MAX + 1);
        if (policy.length > BucketPolicies.LENGTH_MAX) throw new S3ProxyException(S3ErrorCode.ENTITY_TOO_LARGE);
        handle(requester, signed, new BucketExists(seen), new Unsaid(response), new ByteArrayInputStream(policy));
        try {
            policies.carryOut(seen.getMethod(), bucket, policy, response);
        } catch (BucketPolicies.Refused refused) {
            requester.failed(refused.code());
            requester.tell(access, seen, bucketInHost(seen), refused.status());
            handler().refuse(seen, response, refused.code(), refused.status(), String.valueOf(refused.getMessage()));
        }
    }

    private static @Nullable AwsServiceException serviceException(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AwsServiceException answer) return answer;
        }
        return null;
    }

    private static S3ErrorCode codeOf(RuntimeException failure) {
        if (failure instanceof IllegalArgumentException) return S3ErrorCode.INVALID_REQUEST;
        if (failure instanceof UnsupportedOperationException) return S3ErrorCode.NOT_IMPLEMENTED;
        LOG.warn("the S3 endpoint failed", failure);
        return S3ErrorCode.INTERNAL_ERROR;
    }

    private void answer(
            Requester requester, HttpServletRequest request, HttpServletResponse response, AwsServiceException failure)
            throws IOException {
        SdkHttpResponse original = S3Exceptions.httpResponse(failure);
        if (original != null) {
            for (String name : ECHOED_FIELDS)
                original.firstMatchingHeader(name).ifPresent(value -> response.setHeader(name, value));
        }
        if (failure.statusCode() == HttpServletResponse.SC_PRECONDITION_FAILED && asksForNews(request)) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        String code = S3Exceptions.errorCode(failure);
        if ("NoSuchKey".equals(code) && hidesKeys(request)) {
            answer(requester, request, response, new S3ProxyException(S3ErrorCode.ACCESS_DENIED));
            return;
        }
        if (code == null) {
            if (failure.statusCode() < 400) {
                response.setStatus(failure.statusCode());
            } else {
                answer(requester, request, response, new S3ProxyException(codeOf(failure.statusCode())));
            }
            return;
        }
        requester.failed(code);
        // Before the answer is sent: who has it finds the line.
        requester.tell(access, request, bucketInHost(request), failure.statusCode());
        String message = failure.awsErrorDetails().errorMessage();
        handler().refuse(request, response, code, failure.statusCode(), message == null ? "" : message);
    }

    /** Who may not list a bucket is not told which keys it has: S3 answers 403 for those it has not. */
    private boolean hidesKeys(HttpServletRequest request) {
        String query = request.getQueryString();
        boolean signed = request.getHeader("Authorization") != null
                || (query != null && (query.contains("X-Amz-Signature=") || query.contains("Signature=")));
        if (signed) return false;
        String named = bucketInHost(request);
        String bucket = named == null ? request.getRequestURI().replaceFirst("^/([^/]*).*", "$1") : named;
        try {
            return store.getContainerAccess(bucket) != BucketCannedACL.PUBLIC_READ;
        } catch (RuntimeException unknown) {
            return true;
        }
    }

    private static @Nullable String bucketInHost(HttpServletRequest seen) {
        String host = seen.getHeader("Host");
        String suffix = "." + BucketInHost.SUFFIX;
        return host != null && host.endsWith(suffix) ? host.substring(0, host.length() - suffix.length()) : null;
    }

    /** A read that fails its precondition is 304 when the condition was to be newer, else 412 (RFC 9110 section 13). */
    private static boolean asksForNews(HttpServletRequest request) {
        String method = request.getMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) return false;
        if (request.getHeader("If-Match") != null || request.getHeader("If-Unmodified-Since") != null) return false;
        return request.getHeader("If-None-Match") != null || request.getHeader("If-Modified-Since") != null;
    }

    private static S3ErrorCode codeOf(int status) {
        return switch (status) {
            case 400 -> S3ErrorCode.INVALID_REQUEST;
            case 403 -> S3ErrorCode.ACCESS_DENIED;
            case 405 -> S3ErrorCode.METHOD_NOT_ALLOWED;
            case 412 -> S3ErrorCode.PRECONDITION_FAILED;
            case 416 -> S3ErrorCode.INVALID_RANGE;
            default -> S3ErrorCode.INTERNAL_ERROR;
        };
    }

    /** S3Proxy's handler with several key pairs; anonymous requests reach what is public-read. */
    private static final class Handler extends S3ProxyHandler {
        /** The handler asks for secrets by id alone; this says for which request it does. */
        static final ScopedValue<Requester> REQUESTER = ScopedValue.newInstance();

        Handler(BlobStore store, S3Access access) {
            // Asked for by nobody: the locator below has every key, and this one only says that there are some.
            super(
                    store,
                    // Version 2 as well: `aws s3 presign` of the CLI's first generation still signs links with it.
                    AuthenticationType.AWS_V2_OR_V4,
                    "",
                    "",
                    BucketInHost.SUFFIX,
                    SINGLE_UPLOAD_BYTES_MAX,
                    BUFFERED_UPLOAD_BYTES_MAX,
                    CHUNK_BYTES_MAX,
                    true,
                    null,
                    null,
                    CLOCK_SKEW_SECONDS_MAX);
            setBlobStoreLocator((identity, _, _) -> {
                if (identity == null) return null;
                S3Access.Key key = access.key(identity);
                if (key == null || !REQUESTER.get().mayBe(identity, key)) return null;
                return new AccessGrant(key.secret(), store);
            });
        }

        void refuse(HttpServletRequest request, HttpServletResponse response, String code, int status, String message)
                throws IOException {
            if (response.isCommitted()) {
                throw new IOException("the answer had begun when it failed: " + code);
            }
            sendSimpleErrorResponse(request, response, code, status, message, Map.of());
        }
    }
}
