package dev.perigee.analytics.advice;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.ResponseHead;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the origin would have said at some time: what it did say when it was asked the same last, or next. */
final class OriginWords {
    private static final ResponseHead NOTHING = new ResponseHead(200, Fields.EMPTY);

    private final Map<CacheKey, NavigableMap<Long, ResponseHead>> byKey = new HashMap<>();
    private final Map<String, ResponseHead> byPath = new HashMap<>();

    /**
     * From a log.
     *
     * @param keys under which the requests were looked up in fact, in their order; null for what was not looked up
     */
    OriginWords(List<LoggedRequest> requests, List<@Nullable CacheKey> keys) {
        for (int i = 0; i < requests.size(); i++) {
            LoggedRequest request = requests.get(i);
            ResponseHead answer = request.answer();
            if (answer == null) continue;
            CacheKey key = keys.get(i);
            if (key != null) byKey.computeIfAbsent(key, _ -> new TreeMap<>()).put(request.second(), answer);
            byPath.put(request.head().path(), answer);
        }
    }

    ResponseHead to(LoggedRequest request, @Nullable CacheKey key) {
        if (request.answer() != null) return request.answer();
        NavigableMap<Long, ResponseHead> said = key == null ? null : byKey.get(key);
        if (said == null) return byPath.getOrDefault(request.head().path(), NOTHING);
        var before = said.floorEntry(request.second());
        return before == null ? said.firstEntry().getValue() : before.getValue();
    }
}
