package dev.perigee.edge.net;

import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import java.util.concurrent.TimeUnit;

/**
 * The end of a connection whose viewer may still be sending: closing at once would reset it, and the viewer might never
 * see the response. So our side is closed first, and the rest is for a short while read and dropped.
 */
final class Lingering {
    private static final int SECONDS = 2;

    private Lingering() {}

    static void close(Channel channel) {
        if (!(channel instanceof DuplexChannel duplex) || !channel.isActive()) {
            channel.close();
            return;
        }
        if (!channel.config().isAutoRead()) channel.config().setAutoRead(true);
        duplex.shutdownOutput();
        channel.eventLoop().schedule(() -> channel.close(), SECONDS, TimeUnit.SECONDS);
    }
}
