package dev.perigee.edge.serve;

import dev.perigee.core.plan.Plan;
import dev.perigee.core.serve.Routes;
import java.util.concurrent.atomic.AtomicReference;

/** The plan in force. A request reads it once and keeps what it has read. */
public final class Plans {
    private final AtomicReference<Routes> current = new AtomicReference<>(new Routes(Plan.EMPTY));

    public Routes current() {
        return current.get();
    }

    /** Installs a plan, whatever the order of arrival: a newer version wins, an older one never returns. */
    public Routes install(Routes next) {
        return current.accumulateAndGet(
                next, (old, neu) -> neu.plan().version() > old.plan().version() ? neu : old);
    }
}
