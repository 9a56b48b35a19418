package dev.perigee.edge.net;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a viewer says first in a handshake (RFC 8446 section 4.1.2), read without being used up; damage reads as absence. */
final class ClientHello {
    private static final int VERSION_AND_RANDOM = 34;
    private static final int SERVER_NAME = 0;
    private static final int PROTOCOLS = 16;
    private static final int VERSIONS = 43;
    private static final int TLS_1_2 = 0x0303;
    private static final int TLS_1_3 = 0x0304;

    private ClientHello() {}

    /** Whether it offers this protocol and no other (ALPN, RFC 7301), as certificate authorities do (RFC 8737 section 4). */
    static boolean offers(ByteBuf hello, String protocol) {
        ByteBuf extension = extension(hello, PROTOCOLS);
        if (extension == null || extension.readableBytes() != protocol.length() + 3) return false;
        return extension.readUnsignedShort() == protocol.length() + 1
                && extension.readUnsignedByte() == protocol.length()
                && extension.toString(StandardCharsets.US_ASCII).equals(protocol);
    }

    /**
     * Whether it leads to TLS 1.2 or later where that is on, as it is in every policy. What viewers up to TLS 1.2 say of their
     * version, later ones say in an extension (RFC 8446 section 4.2.1), among values that mean nothing.
     */
    static boolean leadsToTls12(ByteBuf hello) {
        ByteBuf versions = extension(hello, VERSIONS);
        if (versions == null) {
            return hello.readableBytes() >= 2 && hello.getUnsignedShort(hello.readerIndex()) >= TLS_1_2;
        }
        if (!skip(versions, 1)) return false;
        while (versions.readableBytes() >= 2) {
            int version = versions.readUnsignedShort();
            if (version == TLS_1_2 || version == TLS_1_3) return true;
        }
        return false;
    }

    /** The one name that it asks for (SNI, RFC 6066 section 3), in lower case. */
    static @Nullable String name(ByteBuf hello) {
        ByteBuf extension = extension(hello, SERVER_NAME);
        if (extension == null || extension.readableBytes() < 5) return null;
        extension.skipBytes(2);
        boolean host = extension.readUnsignedByte() == 0;
        int length = extension.readUnsignedShort();
        if (!host || length != extension.readableBytes()) return null;
        return extension.toString(StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
    }

    private static @Nullable ByteBuf extension(ByteBuf hello, int wanted) {
        ByteBuf rest = hello.slice();
        if (!skip(rest, VERSION_AND_RANDOM)) return null;
        // Session id, cipher suites, compression methods; then the length of all extensions.
        if (!skipCounted(rest, 1) || !skipCounted(rest, 2) || !skipCounted(rest, 1) || !skip(rest, 2)) return null;
        while (rest.readableBytes() >= 4) {
            int type = rest.readUnsignedShort();
            int length = rest.readUnsignedShort();
            if (length > rest.readableBytes()) return null;
            if (type == wanted) return rest.readSlice(length);
            rest.skipBytes(length);
        }
        return null;
    }

    private static boolean skip(ByteBuf rest, int octets) {
        if (rest.readableBytes() < octets) return false;
        rest.skipBytes(octets);
        return true;
    }

    private static boolean skipCounted(ByteBuf rest, int octetsOfLength) {
        if (rest.readableBytes() < octetsOfLength) return false;
        return skip(rest, octetsOfLength == 1 ? rest.readUnsignedByte() : rest.readUnsignedShort());
    }
}
