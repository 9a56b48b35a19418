package dev.perigee.app.cli;

import java.io.PrintWriter;
import java.util.Map;

/**
 * What a command knows of the terminal it was typed in.
 *
 * @param out results, and nothing else
 * @param err progress and complaints
 */
record Console(PrintWriter out, PrintWriter err, Map<String, String> environment, String home) {}
