package dev.perigee.app.cli;

import dev.perigee.analytics.store.RequestTable;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows as a table for people. Columns are as wide as the first some hundred rows need; the others follow them. */
final class TableText implements RequestTable.Rows {
    private static final int MEASURED = 500;
    private static final int WIDTH_MAX = 80;

    private final PrintWriter out;
    private final List<List<@Nullable Object>> held = new ArrayList<>();
    private List<String> names = List.of();
    private int[] widths = {};
    private boolean[] numbers = {};
    private boolean measured;
    private long rows;

    TableText(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void columns(List<String> columns) {
        names = columns;
        widths = columns.stream().mapToInt(String::length).toArray();
        numbers = new boolean[columns.size()];
    }

    @Override
    public void row(List<@Nullable Object> values) {
        rows++;
        if (measured) {
            print(values);
            return;
        }
        held.add(values);
        if (held.size() == MEASURED) measure();
    }

    /** Prints what is held back. */
    long finish() {
        if (!measured) measure();
        out.flush();
        return rows;
    }

    private void measure() {
        measured = true;
        for (List<@Nullable Object> row : held) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] =
                        Math.min(WIDTH_MAX, Math.max(widths[i], text(row.get(i)).length()));
                if (row.get(i) instanceof Number) numbers[i] = true;
            }
        }
        print(new ArrayList<>(names));
        var line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(i == 0 ? "" : "  ").repeat('-', widths[i]);
        }
        out.println(line);
        for (List<@Nullable Object> row : held) print(row);
        held.clear();
    }

    private void print(List<@Nullable Object> row) {
        var line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String text = text(row.get(i));
            int gap = Math.max(0, widths[i] - text.length());
            if (i > 0) line.append("  ");
            if (numbers[i]) line.repeat(' ', gap).append(text);
            else line.append(text).repeat(' ', gap);
        }
        out.println(line.toString().stripTrailing());
    }

    private static String text(@Nullable Object value) {
        if (value == null) return "";
        if (value instanceof Double number && Double.isFinite(number))
            return BigDecimal.valueOf(number).toPlainString();
        // What a terminal would obey.
        return value.toString().replaceAll("\\p{Cntrl}", "?");
    }
}
