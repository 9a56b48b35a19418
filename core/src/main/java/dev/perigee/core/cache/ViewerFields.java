package dev.perigee.core.cache;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HopByHop;
import dev.perigee.core.plan.Behavior;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The response fields that reach the viewer (developer guide, "HTTP response headers that CloudFront removes or updates"). */
public final class ViewerFields {
    private static final List<String> DEVICE_HEADERS = List.of(
            "cloudfront-is-android-viewer",
            "cloudfront-is-desktop-viewer",
            "cloudfront-is-ios-viewer",
            "cloudfront-is-mobile-viewer",
            "cloudfront-is-smarttv-viewer",
            "cloudfront-is-tablet-viewer");

    private ViewerFields() {}

    /**
     * The origin's fields without hop-by-hop fields, without those that the edge alone sets (Age, X-Cache, X-Amz-Cf-*,
     * X-Edge-*, Alt-Svc), without Set-Cookie unless cookies are forwarded, and with Vary cut down to what the behavior forwards.
     *
     * @param via this edge's member of Via, put after those of the origin's side
     */
    public static Fields forViewer(Behavior behavior, Fields response, String via) {
        List<String> nominated = HopByHop.nominated(response);
        boolean cookies = OriginFields.forwardsCookies(behavior);
        Fields.Builder fields = Fields.builder(response.size() + 4);
        boolean varyDone = false;
        for (int i = 0; i < response.size(); i++) {
            String name = response.name(i);
            if (isTheEdges(name) || HopByHop.contains(name) || HopByHop.listed(nominated, name)) continue;
            if (Fields.sameName(name, "Set-Cookie") && !cookies) continue;
            if (Fields.sameName(name, "Vary")) {
                String vary = varyDone ? null : vary(behavior, response.all("Vary"));
                if (vary != null) fields.add(name, vary);
                varyDone = true;
                continue;
            }
            fields.add(name, response.value(i));
        }
        String before = response.joined("Via");
        return fields.add("Via", before == null || before.isBlank() ? via : before + ", " + via)
                .build();
    }

    private static boolean isTheEdges(String name) {
        return switch (name.length()) {
            case 3 -> Fields.sameName(name, "Age") || Fields.sameName(name, "Via");
            // What else serves the origin's host (RFC 7838) does not serve the viewer's.
            case 7 -> Fields.sameName(name, "X-Cache") || Fields.sameName(name, "Alt-Svc") || isReserved(name);
            default -> isReserved(name);
        };
    }

    private static boolean isReserved(String name) {
        return name.regionMatches(true, 0, "X-Edge-", 0, 7) || name.regionMatches(true, 0, "X-Amz-Cf-", 0, 9);
    }

    /** The names in Vary by which stored responses can differ here, or null when none is left. */
    private static @Nullable String vary(Behavior behavior, List<String> lines) {
        StringBuilder kept = new StringBuilder();
        for (String line : lines) {
            for (String member : line.split(",", -1)) {
                String name = member.strip();
                if (name.isEmpty() || !staysInVary(behavior, name)) continue;
                if (!kept.isEmpty()) kept.append(", ");
                kept.append(name);
            }
        }
        return kept.isEmpty() ? null : kept.toString();
    }

    private static boolean staysInVary(Behavior behavior, String name) {
        // "*" is no name: taking it away would let browsers reuse what the origin said never to reuse.
        if (name.equals("*") || Fields.sameName(name, "Accept-Encoding") || Fields.sameName(name, "Cookie"))
            return true;
        if (ForwardedNames.isChosen(behavior, name)) return true;
        return Fields.sameName(name, "User-Agent") && forwardsDevice(behavior);
    }

    private static boolean forwardsDevice(Behavior behavior) {
        for (String device : DEVICE_HEADERS) {
            if (ForwardedNames.isKeyed(behavior, device)
                    || HopByHop.listed(behavior.forwarding().headers(), device)) {
                return true;
            }
        }
        return false;
    }
}
