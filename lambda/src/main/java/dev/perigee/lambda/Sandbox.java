package dev.perigee.lambda;

import dev.perigee.lambda.Interpreter.Language;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What keeps functions from the rest of the machine: the best of what is there and was seen to work. Each process has a folder of
 * code, a temporary one, and a bootstrap that speaks on descriptors 3 and 4.
 */
final class Sandbox {
    private static final String CODE = "/var/task";
    private static final String RUNTIME = "/var/runtime";
    private static final long PROBE_SECONDS = 10;
    /** Tasks of one function's process: Node.js alone has a dozen threads. */
    private static final int TASKS_MAX = 128;

    private static final int FILES_MAX = 1024;
    private static final long FILE_BYTES_MAX = 512L << 20;
    /** What an interpreter takes before its function has allocated anything. */
    private static final long OWN_BYTES = 384L << 20;
    /** Ids that no user of a machine has. */
    private static final int FIRST_USER = 1_879_048_192;

    private static final List<String> SYSTEM_FOLDERS = List.of("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64");
    private static final List<String> SYSTEM_FILES = List.of(
            "/etc/ld.so.cache",
            "/etc/ld.so.conf",
            "/etc/ld.so.conf.d",
            "/etc/alternatives",
            "/etc/ssl",
            "/etc/ca-certificates",
            "/etc/pki",
            "/etc/localtime",
            "/etc/hosts",
            "/etc/nsswitch.conf",
            "/etc/resolv.conf");

    private final boolean bubblewrap;
    private final boolean prlimit;
    private final boolean network;
    private final boolean root;
    private final @Nullable Interpreter node;

    /** How well functions are kept in, the best first. */
    enum Kind {
        BUBBLEWRAP,
        PERMISSION,
        PRLIMIT,
        NONE
    }

    /**
     * A process that is to be.
     *
     * @param code folder of its package
     * @param runtime folder of the bootstraps
     * @param temporary folder of its own, used where it can have none in memory
     * @param number of those that run at the same time
     */
    record Cell(Path code, Path runtime, Path temporary, int number, int memoryMegabytes) {}

    /** What is to be started. */
    record Command(List<String> words, Map<String, String> environment) {}

    private Sandbox(boolean bubblewrap, boolean prlimit, boolean network, boolean root, @Nullable Interpreter node) {
        this.bubblewrap = bubblewrap;
        this.prlimit = prlimit;
        this.network = network;
        this.root = root;
        this.node = node;
    }

    /**
     * Tries what this machine has.
     *
     * @param best not better than this, for tests of the others
     * @param network whether functions may use it
     */
    static Sandbox probe(Kind best, boolean network, @Nullable Interpreter node) {
        boolean root = "root".equals(System.getProperty("user.name"));
        boolean prlimit = best != Kind.NONE && works(List.of("prlimit", "--core=0", "true"));
        Sandbox with = new Sandbox(true, prlimit, network, root, node);
        // Not whether the program is there, but whether the kernel lets it do all of this.
        boolean bubblewrap = best == Kind.BUBBLEWRAP && prlimit && with.tried();
        boolean permission = best.compareTo(Kind.PERMISSION) <= 0;
        return bubblewrap ? with : new Sandbox(false, prlimit, network, root, permission ? node : null);
    }

    private boolean tried() {
        Path nothing = Path.of("/usr");
        List<String> words = new ArrayList<>(wrapped(new Cell(nothing, nothing, nothing, 0, 128), List.of()));
        words.addAll(List.of("/bin/sh", "-c", "exec true"));
        return works(words);
    }

    private static boolean works(List<String> words) {
        try {
            Process process = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .start();
            boolean ended = process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS);
            if (!ended) process.destroyForcibly();
            return ended && process.exitValue() == 0;
        } catch (IOException absent) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    Kind kind() {
        if (bubblewrap) return Kind.BUBBLEWRAP;
        if (node != null) return Kind.PERMISSION;
        return prlimit ? Kind.PRLIMIT : Kind.NONE;
    }

    String word() {
        return kind().name().toLowerCase(Locale.ROOT);
    }

    /** What it does not protect, in sentences. */
    List<String> gaps() {
        List<String> gaps = new ArrayList<>();
        switch (kind()) {
            case BUBBLEWRAP -> {
                if (network) {
                    gaps.add("network: functions may connect to anything, this machine's own ports included;"
                            + " --lambda-network off forbids it");
                }
            }
            case PERMISSION -> {
                gaps.add("files: Python functions read whatever the user of this process may read");
                gaps.add("network: functions may connect to anything, this machine's own ports included");
                gaps.add("processes: functions may signal other processes of this user");
            }
            case PRLIMIT, NONE -> {
                gaps.add("files: functions read whatever the user of this process may read");
                gaps.add("network: functions may connect to anything, this machine's own ports included");
                gaps.add("processes: functions may start programs, and signal other processes of this user");
            }
        }
        if (!prlimit) gaps.add("limits: memory, open files and processes of functions have no bounds");
        return gaps;
    }

    /** The command for a process, and its environment. */
    Command command(Interpreter interpreter, Cell cell, Map<String, String> environment) {
        Map<String, String> variables = new HashMap<>(interpreter.environment());
        variables.putAll(environment);
        String bootstrap = interpreter.language() == Language.NODE ? "bootstrap.cjs" : "bootstrap.py";
        List<String> words = new ArrayList<>();
        if (bubblewrap) {
            variables.put("LAMBDA_TASK_ROOT", CODE);
            variables.put("LAMBDA_RUNTIME_DIR", RUNTIME);
            words.addAll(wrapped(cell, interpreter.folders()));
            words.addAll(descriptors());
            words.addAll(limits(cell, true));
            words.addAll(interpreter.command(Path.of(RUNTIME, bootstrap), cell.memoryMegabytes(), List.of()));
        } else {
            variables.put("LAMBDA_TASK_ROOT", cell.code().toString());
            variables.put("LAMBDA_RUNTIME_DIR", cell.runtime().toString());
            variables.put("TMPDIR", cell.temporary().toString());
            words.addAll(descriptors());
            words.addAll(limits(cell, false));
            words.addAll(interpreter.command(
                    cell.runtime().resolve(bootstrap), cell.memoryMegabytes(), permissions(interpreter, cell)));
        }
        return new Command(words, variables);
    }

    /** Puts the ends of the protocol where print and console.log do not reach them. */
    private static List<String> descriptors() {
        return List.of("/bin/sh", "-c", "exec 3<&0 4>&1 </dev/null >&2; exec \"$@\"", "sh");
    }

    private List<String> limits(Cell cell, boolean alone) {
        if (!prlimit) return List.of();
        long bytes = OWN_BYTES + ((long) cell.memoryMegabytes() << 20);
        List<String> words = new ArrayList<>(List.of(
                "prlimit", "--core=0", "--nofile=" + FILES_MAX, "--fsize=" + FILE_BYTES_MAX, "--data=" + bytes));
        // Elsewhere the kernel counts everything that the user runs.
        if (alone) words.add("--nproc=" + TASKS_MAX);
        words.add("--");
        return words;
    }

    private List<String> permissions(Interpreter interpreter, Cell cell) {
        if (node == null || interpreter.language() != Language.NODE) return List.of();
        return List.of(
                interpreter.major() >= 24 ? "--permission" : "--experimental-permission",
                "--disable-warning=ExperimentalWarning",
                "--allow-fs-read=" + cell.code() + "/*",
                "--allow-fs-read=" + cell.runtime() + "/*",
                "--allow-fs-read=" + cell.temporary() + "/*",
                "--allow-fs-write=" + cell.temporary() + "/*");
    }

    private List<String> wrapped(Cell cell, List<Path> folders) {
        List<String> words = new ArrayList<>(List.of(
                "bwrap",
                "--die-with-parent",
                "--new-session",
                "--unshare-ipc",
                "--unshare-pid",
                "--unshare-uts",
                "--unshare-cgroup-try",
                "--hostname",
                "lambda"));
        if (!network) words.add("--unshare-net");
        if (!root) words.add("--unshare-user");
        for (String folder : SYSTEM_FOLDERS) system(words, Path.of(folder));
        parents(words, folders);
        for (String file : SYSTEM_FILES) words.addAll(List.of("--ro-bind-try", file, file));
        words.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
        words.addAll(List.of("--size", Long.toString(64 << 20), "--tmpfs", "/dev/shm"));
        words.addAll(List.of("--size", Long.toString(FILE_BYTES_MAX), "--perms", "1777", "--tmpfs", "/tmp"));
        for (Path folder : folders) {
            if (!folder.startsWith("/usr")) words.addAll(List.of("--ro-bind", folder.toString(), folder.toString()));
        }
        words.addAll(List.of("--ro-bind", cell.runtime().toString(), RUNTIME));
        words.addAll(List.of("--ro-bind", cell.code().toString(), CODE));
        words.addAll(List.of("--remount-ro", "/", "--chdir", CODE, "--cap-drop", "ALL"));
        if (root) words.addAll(List.of("--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"));
        words.add("--");
        if (root) words.addAll(another(cell.number()));
        return words;
    }

    /** Root's processes are beyond some limits; a user's of its own are not. */
    private static List<String> another(int number) {
        String id = Integer.toString(FIRST_USER + number);
        return List.of("setpriv", "--reuid=" + id, "--regid=" + id, "--clear-groups", "--no-new-privs", "--");
    }

    /** Folders on the way to others, which bubblewrap would make for root alone. */
    private static void parents(List<String> words, List<Path> folders) {
        var made = new TreeSet<>(List.of(Path.of("/etc"), Path.of("/var")));
        for (Path folder : folders) {
            for (Path each = folder.getParent(); each != null && each.getNameCount() > 0; each = each.getParent()) {
                if (!each.startsWith("/usr")) made.add(each);
            }
        }
        for (Path each : made) words.addAll(List.of("--perms", "0755", "--dir", each.toString()));
    }

    /** As it is on this machine: a folder, a link, or absent. */
    private static void system(List<String> words, Path folder) {
        if (Files.isSymbolicLink(folder)) {
            try {
                words.addAll(List.of("--symlink", Files.readSymbolicLink(folder).toString(), folder.toString()));
            } catch (IOException e) {
                throw new IllegalStateException(folder + " cannot be read", e);
            }
        } else if (Files.isDirectory(folder)) {
            words.addAll(List.of("--ro-bind", folder.toString(), folder.toString()));
        }
    }
}
