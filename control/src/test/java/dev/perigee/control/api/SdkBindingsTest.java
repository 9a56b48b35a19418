package dev.perigee.control.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.http.Fields;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.traits.PayloadTrait;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;

/**
 * Every operation against the SDK's own client: what it sends is understood as the request it was given, what is
 * answered arrives as the response that was meant. So the table and the codec cannot drift from the SDK.
 */
class SdkBindingsTest {
    private static final String MODEL = "software.amazon.awssdk.services.cloudfront.model.";

    static List<Operation> operations() {
        return OperationTable.ALL;
    }

    /** Stands in for the network: takes the client's request apart, and answers with a full response. */
    private static final class Loopback implements SdkHttpClient {
        private final SdkPojo requestBuilder;
        private final SdkPojo response;

        OperationTable.@Nullable Match match;

        @Nullable
        SdkPojo received;

        Loopback(SdkPojo requestBuilder, SdkPojo response) {
            this.requestBuilder = requestBuilder;
            this.response = response;
        }

        @Override
        public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
            return new ExecutableHttpRequest() {
                @Override
                public HttpExecuteResponse call() throws IOException {
                    return exchange(request);
                }

                @Override
                public void abort() {}
            };
        }

        private HttpExecuteResponse exchange(HttpExecuteRequest request) throws IOException {
            byte[] body = new byte[0];
            if (request.contentStreamProvider().isPresent()) {
                try (InputStream in = request.contentStreamProvider().get().newStream()) {
                    body = in.readAllBytes();
                }
            }
            var http = request.httpRequest();
            Fields.Builder headers = Fields.builder(8);
            http.forEachHeader((name, values) -> values.forEach(value -> headers.add(name, value)));
            URI uri = http.getUri();
            Call call = new Call(http.method().name(), uri.getRawPath(), uri.getRawQuery(), headers.build(), body);
            try {
                OperationTable.Match found = OperationTable.match(call);
                match = found;
                received = Messages.request(found.operation(), found.path(), call, requestBuilder);
                return answer(Messages.reply(found.operation(), response));
            } catch (Refused e) {
                throw new IllegalStateException(e.code() + ": " + e.text(), e);
            }
        }

        private static HttpExecuteResponse answer(Reply reply) {
            var response = SdkHttpResponse.builder().statusCode(reply.status());
            for (int i = 0; i < reply.headers().size(); i++) {
                response.appendHeader(reply.headers().name(i), reply.headers().value(i));
            }
            return HttpExecuteResponse.builder()
                    .response(response.build())
                    .responseBody(AbortableInputStream.create(new ByteArrayInputStream(reply.body())))
                    .build();
        }

        @Override
        public void close() {}
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("operations")
    void theSdkAndThisServerUnderstandEachOther(Operation operation) throws ReflectiveOperationException {
        Populated populated = new Populated();
        SdkPojo request = populated.of(builder(operation, "Request"));
        SdkPojo response = populated.of(builder(operation, "Response"));
        Loopback network = new Loopback(builder(operation, "Request"), response);
        try (CloudFrontClient client = CloudFrontClient.builder()
                .httpClient(network)
                .region(Region.AWS_GLOBAL)
                .endpointOverride(URI.create("http://localhost"))
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .build()) {
            SdkPojo received = (SdkPojo) method(client, request).invoke(client, request);
            OperationTable.Match match = network.match;
            assertNotNull(match);
            assertEquals(operation, match.operation());
            assertEquals(request, network.received);
            assertTrue(response.equalsBySdkFields(received), () -> response + "\n" + received);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("operations")
    void theTableNamesWhatTheShapesHave(Operation operation) throws ReflectiveOperationException {
        SdkPojo request = builder(operation, "Request");
        SdkPojo response = builder(operation, "Response");
        Set<String> headers = new TreeSet<>(operation.requestHeaders());
        // In the API's model, but not in the SDK of this version.
        if (operation.name().equals("UpdateTrustStore")) headers.remove("UseClientCertificateOCSPEndpoint");
        assertEquals(headers, located(request, MarshallLocation.HEADER));
        assertEquals(new TreeSet<>(operation.requestQuery()), located(request, MarshallLocation.QUERY_PARAM));
        assertEquals(new TreeSet<>(operation.responseHeaders()), located(response, MarshallLocation.HEADER));
        Set<String> path = new TreeSet<>();
        for (String segment : operation.segments()) {
            if (segment.startsWith("{")) path.add(segment.substring(1, segment.length() - 1));
        }
        assertEquals(path, located(request, MarshallLocation.PATH));
        Set<String> body = located(request, MarshallLocation.PAYLOAD);
        assertEquals(operation.requestPayload().equals("-"), body.isEmpty());
        assertEquals(operation.responsePayload(), responsePayload(response));
    }

    @Test
    void theTableHasEveryOperationOfTheClient() {
        Set<String> ofClient = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (Method method : CloudFrontClient.class.getMethods()) {
            boolean operation = method.getParameterCount() == 1
                    && method.getParameterTypes()[0].getSimpleName().endsWith("Request")
                    && method.getReturnType().getSimpleName().endsWith("Response");
            if (operation) ofClient.add(method.getName());
        }
        Set<String> ofTable = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        operations().forEach(operation -> ofTable.add(operation.name()));
        assertEquals(ofClient, ofTable);
        assertEquals(167, operations().size());
    }

    private static String responsePayload(SdkPojo response) {
        List<SdkField<?>> body = response.sdkFields().stream()
                .filter(field -> field.location() == MarshallLocation.PAYLOAD)
                .toList();
        if (body.isEmpty()) return "-";
        return body.stream()
                .filter(field -> field.containsTrait(PayloadTrait.class))
                .map(SdkField::memberName)
                .findFirst()
                .orElse("members");
    }

    private static Set<String> located(SdkPojo shape, MarshallLocation location) {
        Set<String> names = new TreeSet<>();
        for (SdkField<?> field : shape.sdkFields()) {
            if (field.location() == location) names.add(field.locationName());
        }
        return names;
    }

    private static SdkPojo builder(Operation operation, String suffix) throws ReflectiveOperationException {
        String name = MODEL + operation.name().replace("WebACL", "WebAcl") + suffix;
        return (SdkPojo) Class.forName(name).getMethod("builder").invoke(null);
    }

    private static Method method(CloudFrontClient client, SdkPojo request) {
        return Arrays.stream(CloudFrontClient.class.getMethods())
                .filter(method -> method.getParameterCount() == 1
                        && method.getParameterTypes()[0] == request.getClass()
                        && method.getReturnType().getSimpleName().endsWith("Response"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no method of " + client + " takes " + request.getClass()));
    }
}
