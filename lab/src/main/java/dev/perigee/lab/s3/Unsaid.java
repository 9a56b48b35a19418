package dev.perigee.lab.s3;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.jspecify.annotations.Nullable;

/** A response whose head is not sent: what was asked is answered otherwise. */
final class Unsaid extends HttpServletResponseWrapper {
    Unsaid(HttpServletResponse response) {
        super(response);
    }

    @Override
    public void setStatus(int status) {}

    @Override
    public void setHeader(String name, @Nullable String value) {}

    @Override
    public void addHeader(String name, @Nullable String value) {}
}
