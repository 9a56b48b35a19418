package dev.perigee.app.budget;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which shares of which budgets somebody has been told of, so that a restart tells nobody twice. */
final class ToldFile {
    private static final Logger LOG = LoggerFactory.getLogger(ToldFile.class);
    private static final int LINES_MAX = 100_000;

    private final Path path;

    ToldFile(Path path) {
        this.path = path;
    }

    /** Percent by distribution, of this month only. What cannot be read was not told. */
    Map<String, Integer> read(String month) {
        Map<String, Integer> told = new TreeMap<>();
        try {
            if (!Files.exists(path)) return told;
            for (String line : Files.readAllLines(path)) {
                String[] parts = line.split(" ", -1);
                boolean sound = parts.length == 3 && parts[2].matches("[0-9]{1,3}") && told.size() < LINES_MAX;
                if (sound && parts[0].equals(month)) told.put(parts[1], Integer.valueOf(parts[2]));
            }
        } catch (IOException e) {
            LOG.warn("which budgets were told of cannot be read from {}: {}", path, e.toString());
        }
        return told;
    }

    void write(String month, Map<String, Integer> told) {
        List<String> lines = new ArrayList<>();
        told.forEach((distribution, percent) -> lines.add(month + ' ' + distribution + ' ' + percent));
        Path next = path.resolveSibling(path.getFileName() + ".next");
        try {
            Files.write(next, lines);
            Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn("which budgets were told of cannot be written to {}: {}", path, e.toString());
        }
    }
}
