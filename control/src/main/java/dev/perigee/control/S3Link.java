package dev.perigee.control;

import dev.perigee.core.sign.SigV4;
import java.net.InetSocketAddress;

/**
 * The way to the embedded S3, which judges keys and rights itself.
 *
 * @param address where it listens
 * @param forwardToken what a forwarded request proves itself with, so that S3 believes who it says it is from
 * @param key that the control plane reads objects with
 */
public record S3Link(InetSocketAddress address, String forwardToken, SigV4.Credentials key) {
    /** Carries the token, the request's id and the address of the client, separated by spaces; never taken from clients. */
    public static final String FORWARDED_FIELD = "X-Perigee-Forwarded";

    @Override
    public String toString() {
        return "S3Link[" + address + "]";
    }
}
