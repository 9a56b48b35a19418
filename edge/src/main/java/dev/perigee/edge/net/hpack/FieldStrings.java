package dev.perigee.edge.net.hpack;

/** Makes strings of octets. */
public interface FieldStrings {
    String string(byte[] bytes, int start, int end);
}
