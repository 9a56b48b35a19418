package dev.perigee.core.serve;

import dev.perigee.core.http.Method;
import dev.perigee.core.plan.Behavior;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Distribution;
import dev.perigee.core.plan.ErrorRule;
import dev.perigee.core.plan.Forwarding;
import dev.perigee.core.plan.OfferedVersions;
import dev.perigee.core.plan.Origin;
import dev.perigee.core.plan.OriginAccess;
import dev.perigee.core.plan.Selection;
import dev.perigee.core.tls.TlsSettings;
import java.util.EnumSet;
import java.util.List;

/** Values for tests. */
final class Samples {
    private Samples() {}

    static Behavior behavior(String pattern, long min, long byDefault, long max) {
        CachePolicy policy = new CachePolicy(
                "p", min, byDefault, max, false, false, List.of("accept"), Selection.NONE, Selection.NONE);
        return new Behavior(
                pattern,
                origin(),
                null,
                Behavior.ViewerProtocolPolicy.ALLOW_ALL,
                EnumSet.allOf(Method.class),
                EnumSet.of(Method.GET, Method.HEAD),
                false,
                policy,
                Forwarding.NOTHING,
                null,
                false);
    }

    private static Origin origin() {
        return new Origin(
                "o",
                "origin.example.net",
                "",
                List.of(),
                Origin.Kind.CUSTOM,
                80,
                443,
                Origin.ProtocolPolicy.HTTP_ONLY,
                List.of("TLSv1.2"),
                3,
                10,
                30,
                5,
                0,
                new OriginAccess.Anonymous());
    }

    static Distribution distribution(List<Behavior> behaviors, List<ErrorRule> errors) {
        return new Distribution(
                "E1",
                "d1.cloudfront.net",
                List.of("d1.cloudfront.net"),
                true,
                behaviors,
                null,
                errors,
                null,
                OfferedVersions.HTTP_2,
                TlsSettings.DEFAULT);
    }
}
