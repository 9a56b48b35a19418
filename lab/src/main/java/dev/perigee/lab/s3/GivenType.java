package dev.perigee.lab.s3;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.eclipse.jetty.ee10.servlet.ServletContextResponse;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/** A response whose Content-Type is as it was stored: the container writes those that it knows in a form of its own. */
final class GivenType extends HttpServletResponseWrapper {
    private final HttpServletResponse original;

    GivenType(HttpServletResponse original) {
        super(original);
        this.original = original;
    }

    @Override
    public void addHeader(String name, @Nullable String value) {
        if (!given(name, value)) super.addHeader(name, value);
    }

    @Override
    public void setHeader(String name, @Nullable String value) {
        if (!given(name, value)) super.setHeader(name, value);
    }

    /** Documents of the handler's own are XML, whose charset the container knows. */
    @Override
    public void setContentType(@Nullable String type) {
        if (type == null || type.startsWith("application/xml") || !given(HttpHeader.CONTENT_TYPE.asString(), type))
            super.setContentType(type);
    }

    private boolean given(String name, @Nullable String value) {
        if (value == null || !name.equalsIgnoreCase("Content-Type") || original.isCommitted()) return false;
        ServletContextResponse.getServletContextResponse(original)
                .getWrapped()
                .getHeaders()
                .put(HttpHeader.CONTENT_TYPE, value);
        return true;
    }
}
