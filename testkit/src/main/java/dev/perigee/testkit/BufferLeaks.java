package dev.perigee.testkit;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/**
 * What Netty's leak detector reports. It logs a leak when a buffer is collected that was never released, and looks for
 * collected ones only when another buffer is made: hence the collection and the request afterwards.
 */
final class BufferLeaks {
    private static final List<String> REPORTS = new CopyOnWriteArrayList<>();
    private static final String APPENDER = "buffer-leaks";

    private BufferLeaks() {}

    static synchronized void watch() {
        if (!(LoggerFactory.getLogger("io.netty.util.ResourceLeakDetector") instanceof Logger logger)) return;
        if (logger.getAppender(APPENDER) != null) return;
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                if (event.getFormattedMessage().startsWith("LEAK")) REPORTS.add(event.getFormattedMessage());
            }
        };
        appender.setName(APPENDER);
        appender.setContext(logger.getLoggerContext());
        appender.start();
        logger.addAppender(appender);
    }

    static void provoke(Runnable request) {
        System.gc();
        request.run();
    }

    static List<String> take() {
        List<String> reports = new ArrayList<>(REPORTS);
        REPORTS.clear();
        return reports;
    }
}
