package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.HOST;
import static dev.perigee.testkit.DistributionBuilder.distribution;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.firewall.Component;
import dev.perigee.core.firewall.Component.Oversize;
import dev.perigee.core.firewall.RuleAction;
import dev.perigee.core.firewall.Statement;
import dev.perigee.core.firewall.Step;
import dev.perigee.core.firewall.WebAcl;
import dev.perigee.core.http.Field;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.TestCertificate;
import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.ClientCalls;
import java.util.List;

/** A web ACL before what is no single question and answer: WebSockets and calls of gRPC. */
class FirewallTunnelsTest {
    private static final String ACL = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/1";

    private static Step.Rule rule(String name, Statement statement, RuleAction action) {
        return new Step.Rule(name, name, true, statement, action, List.of());
    }

    private static Statement contains(Component component, String text) {
        return new Statement.Octets(component, List.of(), Statement.Position.CONTAINS, text);
    }

    /** Blocks what says evil in its path or query, and all content whatever it is; marks the rest. */
    private static void guard(ScenarioEdge edge) {
        Statement any =
                new Statement.Length(new Component.Content(Oversize.CONTINUE), List.of(), Statement.Comparison.GE, 0);
        edge.webAcls(new WebAcl(
                ACL,
                "acl",
                true,
                new RuleAction.Allow(List.of(new Field("x-amzn-waf-seen", "yes"))),
                List.of(
                        rule("query", contains(new Component.Query(), "evil"), RuleAction.Block.PAGE),
                        rule("path", contains(new Component.Path(), "Fail"), RuleAction.Block.PAGE),
                        rule("content", any, RuleAction.Block.PAGE)),
                16_384));
    }

    private static String handshake(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: " + HOST + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    }

    @Scenario
    void theHandshakeOfAWebSocketIsARequestAndWhatFollowsIsNone(ScenarioEdge edge) throws Exception {
        guard(edge);
        try (TunnelPeer.Origin origin = new TunnelPeer.Origin()) {
            edge.serve(distribution(origin.port()).webAcl(ACL));
            try (TunnelPeer blocked = TunnelPeer.viewer(edge.httpPort())) {
                blocked.send(handshake("/chat?evil"));
                assertTrue(blocked.head().startsWith("HTTP/1.1 403 "));
            }
            try (TunnelPeer viewer = TunnelPeer.viewer(edge.httpPort())) {
                viewer.send(handshake("/chat"));
                try (TunnelPeer asked = origin.next()) {
                    String request = asked.head();
                    assertTrue(request.startsWith("GET /chat HTTP/1.1\r\n"), request);
                    asked.accept(request);
                    assertTrue(viewer.head().startsWith("HTTP/1.1 101 "));
                    viewer.send("evil");
                    assertEquals("evil", asked.read(4));
                    asked.send("pong");
                    assertEquals("pong", viewer.read(4));
                }
            }
        }
        assertEquals(1, edge.edge().samples(ACL, "query", 0, Long.MAX_VALUE).population());
    }

    @Scenario
    void aCallIsJudgedByItsHeadAndItsMessagesFlow(ScenarioEdge edge) throws Exception {
        TestCertificate authority = TestCertificate.authority("Perigee test origins");
        guard(edge);
        try (GrpcOrigin origin = GrpcOrigin.start(authority.issue("localhost"), 1000)) {
            edge.trustForOrigins(authority.certificate());
            edge.serve(distribution(1)
                    .byDefault(b -> b.grpc().forwardAll().origin(o -> o.https("localhost", origin.port())))
                    .webAcl(ACL));
            try (GrpcViewer viewer = new GrpcViewer(edge)) {
                assertArrayEquals(new byte[] {1}, viewer.call(GrpcOrigin.UNARY, new byte[] {1}));
                BlockingClientCall<byte[], byte[]> call =
                        ClientCalls.blockingBidiStreamingCall(viewer.channel(), GrpcOrigin.ECHO, CallOptions.DEFAULT);
                for (byte i = 0; i < 10; i++) {
                    call.write(new byte[] {i});
                    assertArrayEquals(new byte[] {i}, call.read());
                }
                call.halfClose();
                Status status =
                        viewer.failure(GrpcOrigin.FAIL, CallOptions.DEFAULT).getStatus();
                assertEquals(Status.Code.PERMISSION_DENIED, status.getCode(), status.toString());
                assertEquals(2, origin.calls.get());
            }
        }
    }
}
