package dev.perigee.function;

import com.caoccao.javet.exceptions.JavetException;
import com.caoccao.javet.interfaces.IJavetLogger;
import com.caoccao.javet.interop.V8Host;
import com.caoccao.javet.interop.V8Runtime;
import com.caoccao.javet.interop.options.V8RuntimeOptions;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Isolates of V8, whose flags hold for the whole process and are set before the first. */
final class V8 {
    private static final Logger LOG = LoggerFactory.getLogger(V8.class);

    /** Threads that enter V8 have stacks of more than this: V8 stops recursion at --stack-size, in kilobytes. */
    static final long STACK_BYTES = 8 << 20;

    /** Beyond the heap's limit, so that V8 ends the run and not the process. */
    private static final long MARGIN_BYTES = 1L << 30;

    /** What stands in stacks for what is around a function. */
    static final String OWN = "perigee:own";

    /**
     * On one thread means also that nobody comes to release what V8 keeps of closed isolates for others, a megabyte of each: it is
     * not to be kept.
     */
    private static final String FLAGS =
            "--max-heap-size=64 --stack-size=512 --single-threaded --no-memory-pool-share-memory-on-teardown";

    private V8() {}

    /** Javet copies the snapshot for each isolate. */
    private static final int BLOCK = 128 << 10;

    static {
        Native.returnBlocksFrom(BLOCK);
        V8RuntimeOptions.V8_FLAGS.setUseStrict(false).setCustomFlags(FLAGS);
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        try {
            V8Host.getV8Instance().createV8Runtime(new V8RuntimeOptions()).close();
        } catch (JavetException e) {
            throw new ExceptionInInitializerError(e);
        }
        // Two daemons that Javet starts once for the process, without names.
        for (Thread each : Thread.getAllStackTraces().keySet()) {
            if (!before.contains(each) && each.getName().startsWith("Thread-"))
                each.setName("javet-" + each.threadId());
        }
    }

    /** Javet logs what is no news here: values that are closed with their isolate. */
    private static final class Quiet implements IJavetLogger {
        @Override
        public void debug(String message) {
            LOG.trace("{}", message);
        }

        @Override
        public void info(String message) {
            LOG.debug("{}", message);
        }

        @Override
        public void warn(String message) {
            LOG.debug("{}", message);
        }

        @Override
        public void error(String message) {
            LOG.warn("{}", message);
        }

        @Override
        public void error(String message, Throwable cause) {
            LOG.warn("{}", message, cause);
        }
    }

    /**
     * The heap of an isolate that has run a script, to begin others with: what takes 17 to 41 ms to make and 3.7 MB to hold
     * takes 6 to 11 ms and 2.1 MB this way, of which half a megabyte is Javet's copy of the snapshot (the least and the median of
     * 40, two cores that others used too).
     */
    static byte[] snapshot(String script) throws JavetException {
        try (V8Runtime maker =
                V8Host.getV8Instance().createV8Runtime(new V8RuntimeOptions().setCreateSnapshotEnabled(true))) {
            maker.setLogger(new Quiet());
            maker.getExecutor(script).setResourceName(OWN).executeVoid();
            return maker.createSnapshot();
        }
    }

    /**
     * To be called by a thread that runs isolates which others have made. V8 guards its tables with memory protection keys,
     * whose rights belong to threads, and gives them where a thread makes an isolate.
     */
    static void enter() throws JavetException {
        isolate().close();
    }

    /** A new isolate, in which no text can be made code, and whose heap ends with the run that fills it. */
    static V8Runtime isolate() throws JavetException {
        V8Runtime isolate =
                V8Host.getV8Instance().createV8Runtime(new V8RuntimeOptions().setSnapshotBlob(Scripts.Snapshot.BLOB));
        isolate.setLogger(new Quiet());
        // Of no interest: a promise that is rejected before anybody waits for it.
        isolate.setPromiseRejectCallback((_, _, _) -> {});
        isolate.setNearHeapLimitCallback((current, _) -> {
            isolate.terminateExecution();
            return current + MARGIN_BYTES;
        });
        isolate.allowEval(false);
        return isolate;
    }
}
