package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.HOST;
import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.firewall.Component;
import dev.perigee.core.firewall.Component.Oversize;
import dev.perigee.core.firewall.RuleAction;
import dev.perigee.core.firewall.Statement;
import dev.perigee.core.firewall.Step;
import dev.perigee.core.firewall.WebAcl;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import dev.perigee.testkit.ScriptedOrigin;
import dev.perigee.testkit.ScriptedViewer;
import java.util.List;

/** Content that is to be inspected and does not come. */
class FirewallAbortTest {
    private static void guard(ScenarioEdge edge, ScriptedOrigin origin) {
        Statement evil = new Statement.Octets(
                new Component.Content(Oversize.CONTINUE), List.of(), Statement.Position.CONTAINS, "evil");
        Step rule = new Step.Rule("evil", "evil", true, evil, RuleAction.Block.PAGE, List.of());
        edge.webAcls(new WebAcl("acl", "acl", true, new RuleAction.Allow(List.of()), List.of(rule), 16_384));
        edge.serve(distribution(origin).byDefault(b -> b.allMethods()).webAcl("acl"));
    }

    @Scenario
    void aViewerThatLeavesMeanwhileLeavesALine(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        guard(edge, origin);
        viewer.sendOnly("POST /up HTTP/1.1\r\nHost: " + HOST + "\r\nContent-Length: 9\r\n\r\nab");
        viewer.hangUp();
        String line = edge.logLines(1).getFirst();
        assertTrue(line.contains("\tPOST\t"), line);
        origin.expectRequests(0);
    }

    @Scenario
    void brokenFramingIsTheViewersFault(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        guard(edge, origin);
        expect(viewer.send("POST /up HTTP/1.1\r\nHost: " + HOST
                        + "\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\nzz\r\n"))
                .status(400);
        origin.expectRequests(0);
    }

    @Scenario
    void whoWaitsToBeToldToGoOnIsTold(ScenarioEdge edge, ScriptedOrigin origin, ScriptedViewer viewer) {
        guard(edge, origin);
        expect(viewer.request("POST", "/up").body("evil").expectContinue().send())
                .status(403);
        origin.expectRequests(0);
    }
}
