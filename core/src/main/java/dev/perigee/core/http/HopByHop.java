package dev.perigee.core.http;

import java.util.ArrayList;
import java.util.List;

/** Fields that mean one connection and end there (RFC 9110 section 7.6.1). */
public final class HopByHop {
    private HopByHop() {}

    /** Whether a field of this name is never passed on. */
    public static boolean contains(String name) {
        return switch (name.length()) {
            case 2 -> Fields.sameName(name, "TE");
            case 7 -> Fields.sameName(name, "Trailer") || Fields.sameName(name, "Upgrade");
            case 10 -> Fields.sameName(name, "Connection") || Fields.sameName(name, "Keep-Alive");
            case 14 -> Fields.sameName(name, "HTTP2-Settings");
            case 16 -> Fields.sameName(name, "Proxy-Connection");
            case 17 -> Fields.sameName(name, "Transfer-Encoding");
            case 18 -> Fields.sameName(name, "Proxy-Authenticate");
            case 19 -> Fields.sameName(name, "Proxy-Authorization");
            case 25 -> Fields.sameName(name, "Proxy-Authentication-Info");
            default -> false;
        };
    }

    /** The names that Connection lists. */
    public static List<String> nominated(Fields fields) {
        if (!fields.has("Connection")) return List.of();
        List<String> names = new ArrayList<>();
        for (String line : fields.all("Connection")) {
            for (String option : line.split(",", -1)) {
                String name = option.strip();
                if (!name.isEmpty()) names.add(name);
            }
        }
        return names;
    }

    /** Whether the list has this name, in any case. */
    public static boolean listed(List<String> names, String name) {
        for (int i = 0; i < names.size(); i++) {
            if (Fields.sameName(names.get(i), name)) return true;
        }
        return false;
    }
}
