package dev.perigee.lambda;

import dev.perigee.core.plan.EdgeLambda;
import dev.perigee.lambda.Interpreter.Language;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Starts the processes of functions, with the interpreters and in the sandbox that this machine has. Safe for all threads. */
final class Launches {
    private final Path folder;
    private final Packages packages;
    private final boolean network;
    private final Pipes.@Nullable Source pipes;
    private final Sandbox.Kind best;
    private volatile @Nullable Machine machine;
    /** Guarded by the packages. */
    private boolean written;

    Launches(Path folder, Packages packages, boolean network, Pipes.@Nullable Source pipes, Sandbox.Kind best) {
        this.folder = folder;
        this.packages = packages;
        this.network = network;
        this.pipes = pipes;
        this.best = best;
    }

    /** What was found on this machine. */
    private record Machine(Map<Language, Interpreter> interpreters, Sandbox sandbox) {}

    Sandbox sandbox() {
        return machine().sandbox();
    }

    /** Whether functions of this runtime can run here. */
    boolean runs(String runtime) {
        Language language = Language.of(runtime);
        return language != null && machine().interpreters().containsKey(language);
    }

    private Machine machine() {
        Machine known = machine;
        if (known != null) return known;
        synchronized (packages) {
            known = machine;
            if (known == null) machine = known = found();
            return known;
        }
    }

    private Machine found() {
        Map<Language, Interpreter> interpreters = new HashMap<>();
        for (Language language : Language.values()) {
            Interpreter interpreter = Interpreter.find(language);
            if (interpreter != null) interpreters.put(language, interpreter);
        }
        return new Machine(interpreters, Sandbox.probe(best, network, interpreters.get(Language.NODE)));
    }

    /** Starts a process for a function. */
    Worker.Launched launch(EdgeLambda function, int number) throws IOException, BadPackage {
        Machine found = machine();
        Language language = Language.of(function.runtime());
        Interpreter interpreter = language == null ? null : found.interpreters().get(language);
        if (interpreter == null) {
            throw new BadPackage("There is no program on this machine that runs " + function.runtime() + ".");
        }
        Path code = packages.unpacked(function.codeSha256());
        Path temporary = folder.resolve("tmp").resolve(Integer.toString(number));
        // What a function before has left there is none of this one's business.
        Packages.delete(temporary);
        Files.createDirectories(temporary);
        var cell = new Sandbox.Cell(code, runtime(), temporary, number, function.memoryMegabytes());
        Sandbox.Command command = found.sandbox().command(interpreter, cell, environment(function));
        ProcessBuilder builder = new ProcessBuilder(command.words()).directory(code.toFile());
        // Nothing of what this process knows is the function's business.
        builder.environment().clear();
        builder.environment().putAll(command.environment());
        return launched(builder);
    }

    private Worker.Launched launched(ProcessBuilder builder) throws IOException {
        Pipes own = pipes == null ? null : pipes.open();
        if (own == null) return new Worker.Launched(builder.start(), null);
        boolean started = false;
        try {
            Process process = builder.redirectInput(own.input())
                    .redirectOutput(own.output())
                    .start();
            own.started();
            started = true;
            return new Worker.Launched(process, own);
        } finally {
            if (!started) own.close();
        }
    }

    private static Map<String, String> environment(EdgeLambda function) {
        String name = "us-east-1." + function.name();
        Map<String, String> environment = new HashMap<>();
        environment.put("_HANDLER", function.handler());
        environment.put("AWS_EXECUTION_ENV", "AWS_Lambda_" + function.runtime());
        environment.put("AWS_REGION", "us-east-1");
        environment.put("AWS_DEFAULT_REGION", "us-east-1");
        environment.put("AWS_LAMBDA_FUNCTION_NAME", name);
        environment.put("AWS_LAMBDA_FUNCTION_VERSION", function.version());
        environment.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(function.memoryMegabytes()));
        environment.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + name);
        environment.put("AWS_LAMBDA_LOG_STREAM_NAME", "perigee");
        environment.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
        return environment;
    }

    /** The folder of the bootstraps, written once for this program: those of an earlier one may differ. */
    private Path runtime() throws IOException {
        Path runtime = folder.resolve("runtime");
        synchronized (packages) {
            if (Files.isDirectory(runtime) && written) return runtime;
            Files.createDirectories(
                    runtime, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            for (String name : List.of("bootstrap.cjs", "bootstrap.py")) {
                try (InputStream in = LambdaEngine.class.getResourceAsStream(name)) {
                    if (in == null) throw new IllegalStateException("no " + name);
                    Path half = runtime.resolve(name + ".new");
                    Files.copy(in, half, StandardCopyOption.REPLACE_EXISTING);
                    Files.setPosixFilePermissions(half, PosixFilePermissions.fromString("rw-r--r--"));
                    Files.move(half, runtime.resolve(name), StandardCopyOption.ATOMIC_MOVE);
                }
            }
            written = true;
            return runtime;
        }
    }
}
