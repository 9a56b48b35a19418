package dev.perigee.function;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The scripts that every isolate runs before anything of a tenant's. */
final class Scripts {
    /** The parser of JavaScript, as its package has it. */
    static final String ACORN = "/META-INF/resources/webjars/acorn/8.15.0/dist/acorn.js";

    private Scripts() {}

    static String read(String name) {
        try (InputStream in = Scripts.class.getResourceAsStream(name)) {
            if (in == null) throw new IllegalStateException("no script " + name);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
