package dev.perigee.app.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The whole screen of a terminal, given back as it was. Key strokes are seen at once where there is {@code stty}. */
final class TerminalScreen implements AutoCloseable {
    private static final int POLL_MILLIS = 50;
    private static final int[] USUAL_SIZE = {24, 80};
    private static final int STTY_SECONDS = 2;

    private final PrintWriter out;
    private final String settings;
    private int[] size;

    private TerminalScreen(PrintWriter out, String settings) {
        this.out = out;
        this.settings = settings;
        this.size = measured();
    }

    static TerminalScreen open(PrintWriter out) {
        String settings = stty("-g");
        if (!settings.isEmpty()) stty("-icanon -echo min 0");
        TerminalScreen screen = new TerminalScreen(out, settings);
        // Another screen than the one with the shell's lines, without a cursor.
        out.print("\033[?1049h\033[?25l");
        out.flush();
        return screen;
    }

    int columns() {
        size = measured();
        return size[1];
    }

    /** Over what was drawn before, so that nothing flickers. */
    void draw(List<String> lines) {
        StringBuilder text = new StringBuilder("\033[H");
        int rows = Math.min(lines.size(), size[0]);
        for (int row = 0; row < rows; row++) {
            text.append(lines.get(row)).append("\033[K");
            if (row < rows - 1) text.append("\r\n");
        }
        out.print(text.append("\033[J"));
        out.flush();
    }

    /** Waits so long; returns true as soon as q was typed, or somebody wants the process to end. */
    boolean quitWithin(int millis) throws IOException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        try {
            while (System.nanoTime() - end < 0) {
                while (System.in.available() > 0) {
                    int key = System.in.read();
                    if (key == 'q' || key == 'Q') return true;
                }
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static int[] measured() {
        String[] parts = stty("size").split(" ", -1);
        if (parts.length != 2 || !parts[0].matches("[1-9]\\d{0,3}") || !parts[1].matches("[1-9]\\d{0,3}"))
            return USUAL_SIZE;
        return new int[] {Integer.parseInt(parts[0]), Integer.parseInt(parts[1])};
    }

    /** What it says; nothing where there is no such program or no terminal. */
    private static String stty(String arguments) {
        try {
            Process process = new ProcessBuilder("/bin/sh", "-c", "exec stty " + arguments + " </dev/tty 2>/dev/null")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (InputStream said = process.getInputStream()) {
                String text = new String(said.readAllBytes(), StandardCharsets.UTF_8).strip();
                return process.waitFor(STTY_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0 ? text : "";
            }
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    @Override
    public void close() {
        out.print("\033[?25h\033[?1049l");
        out.flush();
        // What -g has said are colons and digits.
        if (settings.matches("[0-9a-f:]+")) stty(settings);
    }
}
