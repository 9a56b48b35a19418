package dev.perigee.core.firewall;

import dev.perigee.core.http.Field;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that a rule matched.
 *
 * @param country of the viewer, null where it is not known
 * @param uri path and query, perhaps cut
 * @param headers perhaps not all
 * @param within the rule of a group that matched, null for others
 * @param responseCode sent by the firewall, 0 for none
 */
public record Sample(
        long millis,
        String address,
        @Nullable String country,
        String method,
        String uri,
        String version,
        List<Field> headers,
        RuleAction action,
        @Nullable String within,
        List<Field> inserted,
        int responseCode,
        List<String> labels) {
    public Sample {
        headers = List.copyOf(headers);
        inserted = List.copyOf(inserted);
        labels = List.copyOf(labels);
    }
}
