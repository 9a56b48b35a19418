package dev.perigee.core.broken;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/** Breaks the rule that the core touches no network. */
public final class CoreThatOpensSockets {
    private CoreThatOpensSockets() {}

    public static Socket open() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), 1);
    }
}
