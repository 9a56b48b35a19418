package dev.perigee.edge.warm;

import dev.perigee.edge.net.NiceLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Work that only takes what nobody else wants of the processor. */
final class LowestPriority {
    private static final Logger LOG = LoggerFactory.getLogger(LowestPriority.class);
    private static final int NICEST = 19;

    private LowestPriority() {}

    /** For this thread and those that it will start, for good; on Linux, where a thread has a priority of its own. */
    static void take() {
        if (!System.getProperty("os.name", "").equals("Linux")) return;
        try {
            int now = NiceLevel.add(NICEST);
            LOG.debug("nice {}", now);
        } catch (RuntimeException | Error e) {
            LOG.debug("the usual priority: {}", e.toString());
        }
    }
}
