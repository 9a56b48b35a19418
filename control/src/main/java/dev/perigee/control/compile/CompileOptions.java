package dev.perigee.control.compile;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a plan depends on besides the resources. The same revision compiled with other options is another plan, which
 * edges only take under a higher version: whoever changes the options advances the revision.
 *
 * @param domainSuffixes under each of them every distribution is reached by the first label of its domain name, such as
 *     {@code cloudfront.localhost} and {@code cloudfront.net}
 * @param defaultDistribution id of the distribution that answers for unknown hosts
 */
public record CompileOptions(
        List<String> domainSuffixes, @Nullable String defaultDistribution) {
    public CompileOptions {
        domainSuffixes = domainSuffixes.stream()
                .map(suffix -> suffix.toLowerCase(Locale.ROOT))
                .distinct()
                .toList();
    }
}
