package dev.perigee.control.api;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The hosts a listener on loopback answers to. The key of a local system is public, so a web page whose name resolves to
 * 127.0.0.1 (DNS rebinding) could sign requests with it; a browser cannot send another Host than the page's own.
 */
final class LocalHosts {
    private LocalHosts() {}

    /** Whether the Host is a name of this machine, or one of AWS's that local tools send. */
    static boolean allows(@Nullable String host) {
        if (host == null) return false;
        String name = name(host.toLowerCase(Locale.ROOT));
        return name.equals("localhost")
                || name.endsWith(".localhost")
                || name.equals("[::1]")
                || isLoopback(name)
                || name.endsWith(".lambda-url.us-east-1.on.aws")
                || name.endsWith(".amazonaws.com")
                || name.endsWith(".amazonaws.com.cn")
                || name.endsWith(".localhost.localstack.cloud")
                || name.equals("localhost.localstack.cloud");
    }

    private static String name(String host) {
        if (host.startsWith("[")) return host.substring(0, host.indexOf(']') + 1);
        int colon = host.indexOf(':');
        return colon < 0 ? host : host.substring(0, colon);
    }

    /** 127.0.0.0/8 in its usual form; a name that merely begins so is none. */
    private static boolean isLoopback(String name) {
        String[] parts = name.split("\\.", -1);
        if (parts.length != 4 || !parts[0].equals("127")) return false;
        for (String part : parts) {
            if (part.isEmpty() || part.length() > 3 || !part.chars().allMatch(c -> c >= '0' && c <= '9')) return false;
        }
        return true;
    }
}
