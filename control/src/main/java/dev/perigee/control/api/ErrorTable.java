package dev.perigee.control.api;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Error codes and the HTTP status of each. */
final class ErrorTable {
    private static final Map<String, Integer> STATUS = load();

    private ErrorTable() {}

    static int status(String code) {
        Integer status = STATUS.get(code);
        if (status == null) throw new IllegalArgumentException("error code " + code + " is not in the table");
        return status;
    }

    static Set<String> codes() {
        return Collections.unmodifiableSet(STATUS.keySet());
    }

    private static Map<String, Integer> load() {
        Map<String, Integer> status = new TreeMap<>();
        for (String[] row : Table.rows("errors.tsv")) status.put(row[0], Integer.valueOf(row[1]));
        return status;
    }
}
