package dev.perigee.core.serve;

import dev.perigee.core.cache.CloudFrontHeaders;
import dev.perigee.core.cache.StoredResponse;
import dev.perigee.core.http.Conditions;
import dev.perigee.core.http.Conditions.Condition;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HopByHop;
import dev.perigee.core.http.HttpDate;
import dev.perigee.core.http.PathNormalizer;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.ErrorRule;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The page that stands in for an error (developer guide, "Generating custom error responses"): where it comes from, and
 * what the viewer sees.
 *
 * @param behavior the first one that matches the page's path; it chooses the origin and what the viewer is shown
 * @param request for the page: GET, without what the viewer's request said about content, ranges and conditions
 * @param status that the viewer sees
 * @param keptSeconds the least time for which the page is kept as an error page, whatever its origin says
 */
public record ErrorPage(Behavior behavior, RequestHead request, int status, long keptSeconds) {
    /** In a cache key, this sets an error page apart from the same object asked for directly. No field can have this name. */
    private static final String MARK = ":error-page";

    /**
     * The page for an error, or null when the error is shown as it is.
     *
     * @param request that failed
     * @param errorTtlSeconds for which the error itself is cached, 0 when it is not
     */
    public static @Nullable ErrorPage of(
            Distribution distribution, RequestHead request, int status, long errorTtlSeconds) {
        ErrorRule rule = ruleFor(distribution, status);
        if (rule == null || rule.pagePath() == null) return null;
        String target = rule.pagePath();
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        RequestHead page = new RequestHead(
                "GET",
                path,
                question < 0 ? null : target.substring(question + 1),
                request.host(),
                request.version(),
                withoutContent(request.fields()));
        Behavior behavior = Routes.behavior(distribution, PathNormalizer.normalize(path));
        int shown = rule.responseStatus() == 0 ? status : rule.responseStatus();
        return new ErrorPage(behavior, page, shown, Math.max(rule.cachingMinTtl(), errorTtlSeconds));
    }

    /**
     * Whether the conditions of a request, or its Range, are about the page that is shown in place of what was asked for: a
     * 304 to what somebody has of the object would keep that alive, and a part would be put together with parts of it.
     */
    public static boolean isMeant(RequestHead request, StoredResponse page) {
        Fields fields = request.fields();
        if (fields.has("If-Range"))
            return fields.has("Range") && Conditions.rangeApplies(request, page.etag(), page.strongDate());
        if (fields.has("If-None-Match"))
            return Conditions.evaluate(request, page.status(), page.etag(), page.lastModified())
                    == Condition.NOT_MODIFIED;
        String since = fields.first("If-Modified-Since");
        return since != null && page.lastModified() != HttpDate.NONE && HttpDate.parse(since) == page.lastModified();
    }

    /** Whether the page is the same for whoever asks for its path. */
    public boolean isOrdinary() {
        return CloudFrontHeaders.ofFailures(behavior).isEmpty();
    }

    private static @Nullable ErrorRule ruleFor(Distribution distribution, int status) {
        for (ErrorRule rule : distribution.errors()) {
            if (rule.status() == status) return rule;
        }
        return null;
    }

    private static Fields withoutContent(Fields fields) {
        List<String> nominated = HopByHop.nominated(fields);
        Fields.Builder kept = Fields.builder(fields.size());
        for (int i = 0; i < fields.size(); i++) {
            String name = fields.name(i);
            boolean dropped = name.regionMatches(true, 0, "Content-", 0, 8)
                    || name.regionMatches(true, 0, "If-", 0, 3)
                    || Fields.sameName(name, "Range")
                    || Fields.sameName(name, "Request-Range")
                    || Fields.sameName(name, "Expect")
                    || HopByHop.contains(name)
                    || HopByHop.listed(nominated, name);
            if (!dropped) kept.add(name, fields.value(i));
        }
        return kept.build();
    }

    /**
     * The behavior by which the page is asked for and kept: its own, with MinTTL raised to the error's time. What a page's
     * origin says against storing it would otherwise send every failing request to it, just when origins are in trouble.
     * A page that may name what has failed is kept for that alone: nobody else is to read whose request it was.
     */
    public Behavior keptBehavior() {
        List<String> telling = CloudFrontHeaders.ofFailures(behavior);
        if (keptSeconds == 0 && telling.isEmpty()) return behavior;
        CachePolicy own = behavior.cachePolicy();
        List<String> names = new ArrayList<>(own.headers());
        if (keptSeconds > 0) names.add(MARK);
        for (String name : telling) {
            if (!names.contains(name)) names.add(name);
        }
        long min = Math.max(own.minTtl(), keptSeconds);
        long max = Math.max(own.maxTtl(), min);
        return behavior.with(new CachePolicy(
                own.id(),
                min,
                Math.max(own.defaultTtl(), min),
                max,
                own.gzip(),
                own.brotli(),
                names,
                own.cookies(),
                own.queryStrings()));
    }
}
