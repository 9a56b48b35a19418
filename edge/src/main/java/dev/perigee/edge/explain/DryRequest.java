package dev.perigee.edge.explain;

import dev.perigee.core.http.Field;
import java.net.InetAddress;
import java.util.List;

/**
 * A request to be thought through.
 *
 * @param target path and query, as on a request line
 * @param host as in the Host field, unless the fields have another
 * @param from the viewer's address
 */
public record DryRequest(
        String method, boolean secure, String target, String host, List<Field> fields, InetAddress from) {
    public DryRequest {
        fields = List.copyOf(fields);
    }
}
