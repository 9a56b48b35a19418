package dev.perigee.control;

import dev.perigee.control.publish.EdgeLink;
import dev.perigee.core.plan.Plan;
import dev.perigee.wire.PlanDocument;
import java.util.concurrent.Semaphore;

/** An edge that takes every plan, unless it is held. */
final class FakeEdge implements EdgeLink {
    private final Semaphore gate = new Semaphore(1);
    private volatile Plan plan = Plan.EMPTY;

    @Override
    public String pop() {
        return "IAD";
    }

    @Override
    public long offer(byte[] document) throws Exception {
        gate.acquire();
        gate.release();
        Plan offered = PlanDocument.decode(document);
        if (offered.version() > plan.version()) plan = offered;
        return plan.version();
    }

    /** Lets no plan in until {@link #release}. */
    void hold() {
        gate.acquireUninterruptibly();
    }

    void release() {
        gate.release();
    }

    Plan plan() {
        return plan;
    }
}
