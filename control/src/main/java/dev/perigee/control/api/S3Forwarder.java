package dev.perigee.control.api;

import dev.perigee.control.S3Link;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * Passes requests through to the embedded S3, byte for byte: target and headers as they came, since S3 verifies the
 * signature over them, and both bodies streamed with back-pressure, whatever their size.
 */
final class S3Forwarder implements AutoCloseable {
    /** RFC 9110 section 7.6.1. Expect is answered on this side, where the body is read. */
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "expect");

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration IDLE = Duration.ofMinutes(5);
    private static final int CONNECTIONS_MAX = 256;
    private static final int WAITING_MAX = 1024;

    private final HttpClient client = new HttpClient(exact());
    private final String upstream;
    private final String token;

    S3Forwarder(S3Link link) throws Exception {
        InetSocketAddress upstream = link.address();
        this.token = link.forwardToken();
        String host = upstream.getAddress() == null
                ? upstream.getHostString()
                : upstream.getAddress().getHostAddress();
        this.upstream = "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + upstream.getPort();
        VirtualThreadPool threads = new VirtualThreadPool();
        threads.setVirtualThreadsExecutor(Executors.newVirtualThreadPerTaskExecutor());
        threads.setName("s3-forward");
        client.setExecutor(threads);
        client.setFollowRedirects(false);
        client.setUserAgentField(null);
        client.setDefaultRequestContentType(null);
        client.setHttpCookieStore(new HttpCookieStore.Empty());
        client.setConnectTimeout(CONNECT.toMillis());
        client.setIdleTimeout(IDLE.toMillis());
        client.setMaxConnectionsPerDestination(CONNECTIONS_MAX);
        client.setMaxRequestsQueuedPerDestination(WAITING_MAX);
        client.setRequestBufferSize(ApiListener.HEADER_BYTES_MAX);
        client.setMaxResponseHeadersSize(ApiListener.HEADER_BYTES_MAX);
        client.start();
        // Answers pass as they are: no unpacking, no authentication, no cookies.
        client.getContentDecoderFactories().clear();
        client.getProtocolHandlers().clear();
    }

    /** Values of answers stay as they are, too. */
    private static HttpClientTransportOverHTTP exact() {
        var transport = new HttpClientTransportOverHTTP();
        transport.setHeaderCacheCaseSensitive(true);
        return transport;
    }

    /** @param attempt S3, which judges it, also writes the line about it */
    void forward(Request request, Response response, Callback callback, Attempt attempt) throws Refused {
        var outward = client.newRequest(target(request));
        outward.method(request.getMethod());
        outward.headers(headers -> {
            copy(request.getHeaders(), headers.clear());
            headers.put(S3Link.FORWARDED_FIELD, token + " " + attempt.requestId() + " " + attempt.source());
        });
        if (hasBody(request)) outward.body(new Body(request));
        AtomicBoolean copying = new AtomicBoolean();
        outward.onResponseHeaders(answer -> {
            response.setStatus(answer.getStatus());
            copy(answer.getHeaders(), response.getHeaders());
        });
        outward.onResponseContentSource((_, source) -> {
            copying.set(true);
            Content.copy(source, response, callback);
        });
        outward.send(result -> {
            if (copying.get()) return;
            Throwable failure = result.getResponseFailure() == null ? result.getFailure() : result.getResponseFailure();
            if (result.getResponseFailure() != null || result.getResponse().getStatus() == 0) {
                unavailable(response, callback, failure);
            } else {
                callback.succeeded();
            }
        });
    }

    private URI target(Request request) throws Refused {
        try {
            return new URI(upstream + request.getHttpURI().getPathQuery());
        } catch (URISyntaxException e) {
            throw new Refused("InvalidArgument", "The request target is not a URI: " + e.getReason() + ".");
        }
    }

    private static boolean hasBody(Request request) {
        return request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)
                || request.getLength() > 0
                || (request.getLength() == 0 && HttpMethod.PUT.is(request.getMethod()));
    }

    private static void copy(HttpFields from, HttpFields.Mutable to) {
        for (HttpField field : from) {
            if (HOP_BY_HOP.contains(field.getLowerCaseName())) continue;
            if (field.getHeader() == HttpHeader.DATE) to.put(field);
            else to.add(field);
        }
    }

    private static void unavailable(Response response, Callback callback, @Nullable Throwable failure) {
        if (response.isCommitted()) {
            callback.failed(failure == null ? new IllegalStateException("no answer") : failure);
            return;
        }
        response.reset();
        String reason = failure == null ? "no answer" : String.valueOf(failure.getMessage());
        Refused refused = new Refused("ServiceUnavailable", "The embedded S3 cannot be reached: " + reason);
        FrontDoor.send(
                s3Error(refused),
                response,
                callback,
                HttpMethod.HEAD.is(response.getRequest().getMethod()));
    }

    /** S3's own envelope, which has no namespace and no type. */
    static Reply s3Error(Refused refused) {
        return s3Error(refused.status(), refused.code(), refused.text());
    }

    /** The same with a code that only S3 has. */
    static Reply s3Error(int status, String code, String message) {
        XmlText xml = new XmlText().open("Error");
        xml.element("Code", code).element("Message", message);
        return Reply.xml(status, xml.close("Error").toString());
    }

    @Override
    public void close() {
        try {
            client.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the S3 client does not stop", e);
        }
    }

    /** The viewer's body as the body of the request upstream. */
    private record Body(Request request) implements org.eclipse.jetty.client.Request.Content {
        @Override
        public @Nullable String getContentType() {
            return null;
        }

        @Override
        public long getLength() {
            return request.getLength();
        }

        @Override
        public Content.@Nullable Chunk read() {
            return request.read();
        }

        @Override
        public void demand(Runnable demandCallback) {
            request.demand(demandCallback);
        }

        @Override
        public void fail(Throwable failure) {
            request.fail(failure);
        }
    }
}
