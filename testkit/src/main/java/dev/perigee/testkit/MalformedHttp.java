package dev.perigee.testkit;

import java.io.IOException;

/** The peer sent something that is not HTTP/1.1 as RFC 9112 writes it. */
public final class MalformedHttp extends IOException {
    private static final long serialVersionUID = 1;

    MalformedHttp(String message) {
        super(message);
    }
}
