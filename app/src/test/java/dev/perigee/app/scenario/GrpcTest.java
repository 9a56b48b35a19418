package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.testkit.ManualClock;
import dev.perigee.testkit.Patience;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.TestCertificate;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Developer guide, "Using gRPC with CloudFront distributions", with gRPC's own client and server. */
class GrpcTest {
    private static final TestCertificate AUTHORITY = TestCertificate.authority("Perigee test origins");
    private static final TestCertificate CERTIFIED = AUTHORITY.issue("localhost");
    private static final CallOptions SOON = CallOptions.DEFAULT;

    private static GrpcOrigin origin(ScenarioEdge edge) {
        return origin(edge, 1000);
    }

    private static GrpcOrigin origin(ScenarioEdge edge, int streamsMax) {
        GrpcOrigin origin = GrpcOrigin.start(CERTIFIED, streamsMax);
        edge.trustForOrigins(AUTHORITY.certificate());
        serve(edge, origin.port());
        return origin;
    }

    private static void serve(ScenarioEdge edge, int port) {
        edge.serve(distribution(1)
                .errorPage(502, 10, "/page", 200)
                .byDefault(b -> b.grpc().forwardAll().origin(o -> o.https("localhost", port))));
    }

    private static byte[] octets(int size) {
        byte[] made = new byte[size];
        new Random(size).nextBytes(made);
        return made;
    }

    @Scenario
    void allKindsOfCallsGoThrough(ScenarioEdge edge) {
        try (GrpcOrigin origin = origin(edge);
                GrpcViewer viewer = new GrpcViewer(edge)) {
            assertArrayEquals(octets(100), viewer.call(GrpcOrigin.UNARY, octets(100)));
            Iterator<byte[]> counted =
                    ClientCalls.blockingServerStreamingCall(viewer.channel(), GrpcOrigin.COUNT, SOON, new byte[] {100});
            for (int i = 0; i < 100; i++) assertEquals(i, counted.next()[0]);
            assertTrue(!counted.hasNext());
            assertEquals("300000", sum(viewer, 100, 3_000));
            assertEquals(1, origin.connections.get());
            String line = edge.logLines(3).getFirst();
            assertEquals("grpcs", line.split("\t", -1)[16]);
            assertEquals("Miss", line.split("\t", -1)[13]);
            assertEquals("HTTP/2.0", line.split("\t", -1)[23]);
        }
    }

    private static String sum(GrpcViewer viewer, int messages, int size) {
        BlockingClientCall<byte[], byte[]> call =
                ClientCalls.blockingClientStreamingCall(viewer.channel(), GrpcOrigin.SUM, SOON);
        try {
            for (int i = 0; i < messages; i++) call.write(octets(size));
            call.halfClose();
            return new String(call.read(), StandardCharsets.US_ASCII);
        } catch (InterruptedException | StatusException e) {
            throw new AssertionError(e);
        }
    }

    @Scenario
    void bothSidesTakeTurnsAThousandTimes(ScenarioEdge edge) throws Exception {
        try (GrpcOrigin origin = origin(edge);
                GrpcViewer viewer = new GrpcViewer(edge)) {
            BlockingClientCall<byte[], byte[]> call =
                    ClientCalls.blockingBidiStreamingCall(viewer.channel(), GrpcOrigin.ECHO, SOON);
            for (int i = 0; i < 1_000; i++) {
                byte[] message = octets(1 + i % 50);
                call.write(message);
                assertArrayEquals(message, call.read());
            }
            call.halfClose();
            assertNull(call.read());
            assertEquals(1, origin.calls.get());
        }
    }

    @Scenario
    void largeMessagesGoBothWays(ScenarioEdge edge) {
        try (GrpcOrigin origin = origin(edge);
                GrpcViewer viewer = new GrpcViewer(edge)) {
            byte[] large = octets(4 << 20);
            assertTrue(Arrays.equals(large, viewer.call(GrpcOrigin.UNARY, large)));
            assertEquals(1, origin.calls.get());
        }
    }

    @Scenario
    void anErrorComesWithItsStatusAndTrailers(ScenarioEdge edge) {
        try (GrpcOrigin origin = origin(edge);
                GrpcViewer viewer = new GrpcViewer(edge)) {
            StatusRuntimeException failure = viewer.failure(GrpcOrigin.FAIL, SOON);
            assertEquals(Status.Code.FAILED_PRECONDITION, failure.getStatus().getCode());
            assertEquals("not today: größer", failure.getStatus().getDescription());
            Metadata trailers = failure.getTrailers();
            assertNotNull(trailers);
            assertEquals("too late", trailers.get(GrpcOrigin.ECHOED));
            assertArrayEquals(new byte[] {0, -1, 7}, trailers.get(GrpcOrigin.BINARY));
            assertEquals(1, origin.calls.get());
        }
    }

    @Scenario
    void metadataGoesAsThePolicySaysAndTheProtocolsOwnAlways(ScenarioEdge edge) {
        Metadata sent = new Metadata();
        sent.put(GrpcOrigin.ECHOED, "hello");
        sent.put(GrpcOrigin.BINARY, new byte[] {0, -1, 7});
        try (GrpcOrigin origin = origin(edge);
                GrpcViewer viewer = new GrpcViewer(edge, MetadataUtils.newAttachHeadersInterceptor(sent))) {
            viewer.call(GrpcOrigin.UNARY, octets(1));
            Metadata all = origin.heads.remove();
            assertEquals("hello", all.get(GrpcOrigin.ECHOED));
            assertArrayEquals(new byte[] {0, -1, 7}, all.get(GrpcOrigin.BINARY));
            edge.serve(distribution(1)
                    .byDefault(b -> b.grpc()
                            .origin(o -> o.https("localhost", origin.port()).header("X-Key", "k"))));
            viewer.call(GrpcOrigin.UNARY, octets(1));
            Metadata few = origin.heads.remove();
            assertNull(few.get(GrpcOrigin.ECHOED));
            assertEquals("k", few.get(Metadata.Key.of("x-key", Metadata.ASCII_STRING_MARSHALLER)));
            assertEquals("gzip", few.get(Metadata.Key.of("grpc-accept-encoding", Metadata.ASCII_STRING_MARSHALLER)));
            assertNotNull(few.get(Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER)));
        }
    }

    @Scenario
    void aDeadlineEndsTheCallOnBothSides(ScenarioEdge edge) throws InterruptedException {
        try (GrpcOrigin origin = origin(edge);
                GrpcViewer viewer = new GrpcViewer(edge)) {
            viewer.call(GrpcOrigin.UNARY, octets(1));
            Status status = viewer.failure(GrpcOrigin.HANG, CallOptions.DEFAULT.withDeadlineAfter(1, TimeUnit.SECONDS))
                    .getStatus();
            assertEquals(Status.Code.DEADLINE_EXCEEDED, status.getCode());
            assertTrue(origin.cancelled.await(5, TimeUnit.SECONDS));
        }
    }

    @Scenario
    void aCallThatIsGivenUpIsGivenUpAtTheOrigin(ScenarioEdge edge) throws InterruptedException {
        try (GrpcOrigin origin = origin(edge);
                GrpcViewer viewer = new GrpcViewer(edge)) {
            ClientCall<byte[], byte[]> call = viewer.channel().newCall(GrpcOrigin.HANG, SOON);
            call.start(new ClientCall.Listener<>() {}, new Metadata());
            call.sendMessage(octets(1));
            call.halfClose();
            assertTrue(origin.hanging.await(5, TimeUnit.SECONDS));
            call.cancel("not needed any more", null);
            assertTrue(origin.cancelled.await(5, TimeUnit.SECONDS));
            String line = edge.logLines(1).getFirst();
            assertEquals("Error", line.split("\t", -1)[13]);
        }
    }

    @Scenario
    void whoReadsSlowlySlowsTheOriginDown(ScenarioEdge edge) throws InterruptedException {
        try (GrpcOrigin origin = origin(edge);
                GrpcViewer viewer = new GrpcViewer(edge)) {
            ClientCall<byte[], byte[]> call = viewer.channel().newCall(GrpcOrigin.FLOW, SOON);
            call.start(new ClientCall.Listener<>() {}, new Metadata());
            call.request(1);
            call.sendMessage(octets(1));
            call.halfClose();
            Patience.eventually("it flows", () -> origin.flowed.get() > 4);
            // Another call on the same connections is not slowed down.
            for (int i = 0; i < 20; i++) viewer.call(GrpcOrigin.UNARY, octets(10_000));
            int before = origin.flowed.get();
            for (int i = 0; i < 20; i++) viewer.call(GrpcOrigin.UNARY, octets(10_000));
            assertEquals(before, origin.flowed.get());
            // 64 KiB each: what windows and sockets on the way take.
            assertTrue(before < 200, before + " messages");
            call.cancel("enough", null);
            assertTrue(origin.cancelled.await(5, TimeUnit.SECONDS));
        }
    }

    @Scenario
    void aHundredCallsShareAConnectionAsFarAsItTakesThem(ScenarioEdge edge) throws Exception {
        try (GrpcOrigin origin = origin(edge, 40);
                GrpcViewer viewer = new GrpcViewer(edge)) {
            List<BlockingClientCall<byte[], byte[]>> calls = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                BlockingClientCall<byte[], byte[]> call =
                        ClientCalls.blockingBidiStreamingCall(viewer.channel(), GrpcOrigin.ECHO, SOON);
                call.write(new byte[] {(byte) i});
                calls.add(call);
            }
            for (int i = 0; i < 100; i++) assertEquals(i, calls.get(i).read()[0]);
            for (BlockingClientCall<byte[], byte[]> call : calls) {
                call.halfClose();
                assertNull(call.read());
            }
            assertTrue(
                    origin.connections.get() >= 3 && origin.connections.get() <= 6,
                    origin.connections + " connections");
        }
    }

    @Scenario
    void anOriginThatDiesIsToldToTheViewer(ScenarioEdge edge) throws Exception {
        try (GrpcOrigin origin = origin(edge);
                Cable cable = Cable.to(origin.port());
                GrpcViewer viewer = new GrpcViewer(edge)) {
            serve(edge, cable.port());
            BlockingClientCall<byte[], byte[]> call =
                    ClientCalls.blockingBidiStreamingCall(viewer.channel(), GrpcOrigin.ECHO, SOON);
            call.write(octets(5));
            assertArrayEquals(octets(5), call.read());
            cable.cut();
            StatusException end = assertThrows(StatusException.class, call::read);
            assertEquals(Status.Code.INTERNAL, end.getStatus().getCode());
            // A call before whose answer there is no origin: 502, without the custom page.
            assertEquals(
                    Status.Code.UNAVAILABLE, viewer.status(GrpcOrigin.UNARY).getCode());
            String last = edge.logLines(2).getLast();
            assertEquals("502", last.split("\t", -1)[8]);
        }
    }

    @Scenario
    void anOriginThatDrainsIsLeftWithoutAnError(ScenarioEdge edge) throws Exception {
        try (GrpcOrigin origin = origin(edge);
                GrpcOrigin next = GrpcOrigin.start(CERTIFIED, 100);
                GrpcViewer viewer = new GrpcViewer(edge)) {
            BlockingClientCall<byte[], byte[]> call =
                    ClientCalls.blockingBidiStreamingCall(viewer.channel(), GrpcOrigin.ECHO, SOON);
            call.write(octets(5));
            assertArrayEquals(octets(5), call.read());
            origin.drain();
            call.write(octets(6));
            assertArrayEquals(octets(6), call.read());
            call.halfClose();
            assertNull(call.read());
            serve(edge, next.port());
            assertArrayEquals(octets(7), viewer.call(GrpcOrigin.UNARY, octets(7)));
        }
    }

    @Scenario
    void anOriginThatSpeaksNoHttp2IsA502(ScenarioEdge edge, ManualClock clock) {
        edge.trustForOrigins(AUTHORITY.certificate());
        try (ScriptedOrigin origin = ScriptedOrigin.start(clock, CERTIFIED.listener(null));
                GrpcViewer viewer = new GrpcViewer(edge)) {
            serve(edge, origin.port());
            assertEquals(
                    Status.Code.UNAVAILABLE, viewer.status(GrpcOrigin.UNARY).getCode());
        }
    }
}
