package dev.perigee.app.console;

import dev.perigee.app.folder.RunFile.PopAddresses;
import dev.perigee.core.sign.SigV4;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/**
 * What the console shows.
 *
 * @param api URL of the API
 * @param pops where the edges and their admin listeners are
 * @param adminToken for the admin listeners
 * @param reader a key of the API that may only read
 * @param folder of the system, with the edges' logs in it
 */
public record ConsoleConfig(
        InetSocketAddress address,
        String version,
        String api,
        String domainSuffix,
        List<PopAddresses> pops,
        String adminToken,
        SigV4.Credentials reader,
        Path folder) {
    public ConsoleConfig {
        if (!address.getAddress().isLoopbackAddress())
            throw new IllegalArgumentException("the console is for loopback, not " + address);
        pops = List.copyOf(pops);
    }

    @Override
    public String toString() {
        return "ConsoleConfig[" + address + "]";
    }
}
