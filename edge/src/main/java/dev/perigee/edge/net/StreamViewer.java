package dev.perigee.edge.net;

import dev.perigee.edge.serve.Encryption;
import dev.perigee.edge.serve.LoopState;
import dev.perigee.edge.serve.Viewer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A viewer's request that shares its connection with others, of which some answers are the connection's. */
interface StreamViewer extends Viewer {
    /** What streams ask of their connection. */
    interface Shared {
        boolean inEventLoop();

        LoopState loop();

        InetSocketAddress remote();

        /** As {@link Viewer#local()}. */
        default @Nullable InetAddress local() {
            return null;
        }

        Encryption tls();
    }

    Shared shared();

    @Override
    default boolean inEventLoop() {
        return shared().inEventLoop();
    }

    @Override
    default LoopState loop() {
        return shared().loop();
    }

    @Override
    default InetSocketAddress remote() {
        return shared().remote();
    }

    @Override
    default @Nullable InetAddress local() {
        return shared().local();
    }

    @Override
    default Encryption encryption() {
        return shared().tls();
    }
}
