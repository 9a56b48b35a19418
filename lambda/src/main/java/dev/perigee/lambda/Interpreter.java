package dev.perigee.lambda;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A program of this machine that functions run in.
 *
 * @param language what it understands
 * @param program the program itself, no link and no wrapper
 * @param major the first number of its version
 * @param folders that it reads, beside those of the system
 */
record Interpreter(Language language, Path program, int major, List<Path> folders) {
    private static final long PROBE_SECONDS = 10;

    Interpreter {
        folders = List.copyOf(folders);
    }

    /** Languages that Lambda@Edge has. */
    enum Language {
        NODE("nodejs", "node", "console.log(JSON.stringify([process.execPath,process.versions.node]))", "-e"),
        PYTHON(
                "python",
                "python3",
                "import sys;print(sys.executable);print(sys.version_info[1]);print(sys.prefix);print(sys.base_prefix)",
                "-c");

        final String prefix;
        final String command;
        private final String question;
        private final String flag;

        Language(String prefix, String command, String question, String flag) {
            this.prefix = prefix;
            this.command = command;
            this.question = question;
            this.flag = flag;
        }

        /** The language of one of the API's runtimes; null for one that is not run here. */
        static @Nullable Language of(String runtime) {
            for (Language each : values()) {
                if (runtime.startsWith(each.prefix)) return each;
            }
            return null;
        }
    }

    /** What this machine has for a language, or null. */
    static @Nullable Interpreter find(Language language) {
        String path = System.getenv("PATH");
        for (String folder : (path == null ? "" : path).split(File.pathSeparator, -1)) {
            if (folder.isEmpty()) continue;
            Path program = Path.of(folder, language.command);
            if (Files.isExecutable(program)) return of(language, program);
        }
        return null;
    }

    /** It is asked itself: what is found by name may be a wrapper that chooses between versions. */
    private static @Nullable Interpreter of(Language language, Path program) {
        try {
            Process process = new ProcessBuilder(program.toString(), language.flag, language.question)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readNBytes(8192), StandardCharsets.UTF_8);
            if (!process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) process.destroyForcibly();
            return language == Language.NODE ? node(said) : python(said);
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private static @Nullable Interpreter node(String said) throws IOException {
        String[] parts = said.strip().replaceAll("[\\[\\]\"]", "").split(",", -1);
        if (parts.length != 2) return null;
        Path program = Path.of(parts[0]).toRealPath();
        return new Interpreter(Language.NODE, program, number(parts[1]), List.of(program));
    }

    private static @Nullable Interpreter python(String said) throws IOException {
        String[] lines = said.strip().split("\n", -1);
        if (lines.length != 4) return null;
        // A link of a virtual environment is what makes it one.
        Path program = Path.of(lines[0]);
        var folders = new TreeSet<Path>();
        folders.add(program.toRealPath());
        for (String prefix : List.of(lines[2], lines[3]))
            folders.add(Path.of(prefix).toRealPath());
        return new Interpreter(Language.PYTHON, program, number(lines[1]), new ArrayList<>(folders));
    }

    private static int number(String version) {
        String digits = version.strip().replaceAll("[^0-9].*", "");
        return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }

    /** The command that runs a bootstrap. */
    List<String> command(Path bootstrap, int memoryMegabytes, List<String> flags) {
        List<String> command = new ArrayList<>();
        command.add(program.toString());
        if (language == Language.NODE) command.add("--max-old-space-size=" + memoryMegabytes);
        else command.addAll(List.of("-I", "-B", "-X", "utf8"));
        command.addAll(flags);
        command.add(bootstrap.toString());
        return command;
    }

    /** What of this machine's environment it needs. */
    Map<String, String> environment() {
        return Map.of("PATH", "/usr/local/bin:/usr/bin:/bin", "LANG", "en_US.UTF-8", "TZ", ":UTC");
    }
}
