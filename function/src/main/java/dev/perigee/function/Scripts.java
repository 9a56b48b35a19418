package dev.perigee.function;

import com.caoccao.javet.exceptions.JavetException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The scripts that run before anything of a tenant's, and the snapshots of what they make. */
final class Scripts {
    /** The parser of JavaScript, as its package has it. */
    static final String ACORN = "/META-INF/resources/webjars/acorn/8.15.0/dist/acorn.js";

    /** The global variable by which an isolate finds what its snapshot has for it. */
    static final String BEGUN = "perigee";

    private Scripts() {}

    /** What judges sources. */
    static final class Judge {
        static final byte[] SNAPSHOT =
                made(read(ACORN) + "\n;globalThis." + BEGUN + " = " + read("syntax.js") + "(acorn);");

        private Judge() {}
    }

    /** What runs functions of runtime 1.0. */
    static final class First {
        static final byte[] SNAPSHOT = runner(1);

        private First() {}
    }

    /** What runs functions of runtime 2.0. */
    static final class Second {
        static final byte[] SNAPSHOT = runner(2);

        private Second() {}
    }

    private static byte[] runner(int version) {
        return made("globalThis." + BEGUN + " = " + read("runner.js") + "(" + version + ", " + read("surface.js") + ", "
                + read("modules.js") + ", " + read("buffer.js") + ");");
    }

    private static byte[] made(String script) {
        try {
            return V8.snapshot(script);
        } catch (JavetException e) {
            throw new IllegalStateException("a script of our own does not run", e);
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
