package dev.perigee.core.cache;

import dev.perigee.core.http.Fields;
import org.jspecify.annotations.Nullable;

/** CDN-Loop (RFC 8586): each CDN on the way to an origin adds itself, so that a request sent in circles shows it. */
public final class CdnLoop {
    public static final String NAME = "CDN-Loop";
    public static final String ID = "perigee";

    private CdnLoop() {}

    /** How often a request has already gone through this CDN. */
    public static int passes(Fields request) {
        int passes = 0;
        for (int i = 0; i < request.size(); i++) {
            if (Fields.sameName(request.name(i), NAME)) passes += occurrences(request.value(i));
        }
        return passes;
    }

    private static int occurrences(String line) {
        int count = 0;
        int start = 0;
        while (start < line.length()) {
            int comma = line.indexOf(',', start);
            int end = comma < 0 ? line.length() : comma;
            int semicolon = line.indexOf(';', start);
            int idEnd = semicolon >= 0 && semicolon < end ? semicolon : end;
            if (line.substring(start, idEnd).strip().equalsIgnoreCase(ID)) count++;
            start = end + 1;
        }
        return count;
    }

    static String appended(@Nullable String received) {
        return received == null || received.isBlank() ? ID : received + ", " + ID;
    }
}
