package dev.perigee.control.compile;

import dev.perigee.core.plan.Selection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Lists of names as plans hold them: sorted, each once. The order in which a policy lists its names means nothing to
 * CloudFront; as part of a cache key it would, and a reordered policy would empty the cache.
 */
final class Names {
    private Names() {}

    /** Header names, which are not case-sensitive. */
    static List<String> headers(@Nullable List<String> names) {
        return sorted(
                names == null
                        ? null
                        : names.stream()
                                .filter(Objects::nonNull)
                                .map(name -> name.toLowerCase(Locale.ROOT))
                                .toList());
    }

    static Selection only(@Nullable List<String> names) {
        return Selection.of(sorted(names));
    }

    static Selection allExcept(@Nullable List<String> names) {
        List<String> excepted = sorted(names);
        return excepted.isEmpty() ? Selection.ALL : Selection.allExcept(excepted);
    }

    private static List<String> sorted(@Nullable List<String> names) {
        if (names == null) return List.of();
        return names.stream().filter(Objects::nonNull).distinct().sorted().toList();
    }
}
