package dev.perigee.edge.fetch;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.CloudFrontHeaders;
import dev.perigee.core.cache.VaryNames;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.RequestHead;
import java.util.List;

/**
 * By which request fields the stored responses of a key differ: what the latest of them said in Vary. Forgetting an entry,
 * or a Vary that changes, costs a miss and never a wrong response, since each is stored under the values of its own Vary.
 */
public final class Variants {
    private static final int KEYS_MAX = 100_000;

    private final Cache<CacheKey, List<String>> names =
            Caffeine.newBuilder().maximumSize(KEYS_MAX).executor(Runnable::run).build();

    /** The key under which a response to this request would be stored, as far as it is known. */
    public CacheKey select(CacheKey primary, RequestHead request) {
        List<String> known = names.getIfPresent(primary);
        return known == null ? primary : primary.withVariant(known, VaryNames.values(known, request));
    }

    /** Learns from a response by which fields it varies, and returns the key to store it under. */
    CacheKey learn(Ask ask, Fields response) {
        CacheKey primary = primary(ask);
        Method method = ask.method() == Method.HEAD ? Method.GET : ask.method();
        List<String> varying = VaryNames.of(response, ask.behavior(), method);
        if (varying.isEmpty()) names.invalidate(primary);
        else names.put(primary, varying);
        return varying.isEmpty() ? primary : primary.withVariant(varying, VaryNames.values(varying, ask.request()));
    }

    static CacheKey primary(Ask ask) {
        return CacheKey.of(
                ask.distribution().id(),
                ask.behavior().cachePolicy(),
                ask.method(),
                ask.request(),
                name -> CloudFrontHeaders.value(name, ask.request(), ask.viewer()));
    }
}
