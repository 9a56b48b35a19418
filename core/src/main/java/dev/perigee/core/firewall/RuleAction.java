package dev.perigee.core.firewall;

import dev.perigee.core.http.Field;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What becomes of a request that a rule matches. */
public sealed interface RuleAction {
    /** It is served. The header fields, whose names have their prefix already, go with it. */
    record Allow(List<Field> inserted) implements RuleAction {
        public Allow {
            inserted = List.copyOf(inserted);
        }
    }

    /** The next rule decides. The header fields go with the request if it is served. */
    record Count(List<Field> inserted) implements RuleAction {
        public Count {
            inserted = List.copyOf(inserted);
        }
    }

    /**
     * It is refused.
     *
     * @param status of the response; 0 for CloudFront's own page
     * @param contentType of the content; null without content
     * @param content of the response; null for none
     */
    record Block(
            int status,
            List<Field> fields,
            @Nullable String contentType,
            @Nullable String content) implements RuleAction {
        public static final Block PAGE = new Block(0, List.of(), null, null);

        public Block {
            fields = List.copyOf(fields);
            boolean own = status == 0 && fields.isEmpty() && content == null;
            if (!own && (status < 200 || status > 599)) throw new IllegalArgumentException("blocks with " + status);
            if ((content == null) != (contentType == null)) throw new IllegalArgumentException("content without type");
        }
    }
}
