package dev.perigee.function;

import com.caoccao.javet.exceptions.JavetException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The scripts that run before anything of a tenant's, and the snapshot of what they make. */
final class Scripts {
    /** The parser of JavaScript, as its package has it. */
    static final String ACORN = "/META-INF/resources/webjars/acorn/8.15.0/dist/acorn.js";

    /** The global variable by which an isolate finds what its snapshot has for it. */
    static final String BEGUN = "perigee";

    private Scripts() {}

    /**
     * The one that every isolate begins with. There must not be a second: isolates share memory that only reads, and that has
     * what the snapshot of the first of them says.
     */
    static final class Snapshot {
        static final byte[] BLOB = made();

        private Snapshot() {}

        private static byte[] made() {
            try {
                return V8.snapshot("globalThis." + BEGUN + " = " + read("runner.js") + "(" + read("surface.js") + ", "
                        + read("modules.js") + ", " + read("buffer.js") + ", " + read("cwt.js") + ");");
            } catch (JavetException e) {
                throw new IllegalStateException("a script of our own does not run", e);
            }
        }
    }

    static String read(String name) {
        try (InputStream in = Scripts.class.getResourceAsStream(name)) {
            if (in == null) throw new IllegalStateException("no script " + name);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
