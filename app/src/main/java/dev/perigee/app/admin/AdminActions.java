package dev.perigee.app.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.control.CertificateStatus;
import dev.perigee.control.ControlStatus;
import dev.perigee.control.compile.Compilation.Problem;
import dev.perigee.control.publish.EdgeState;
import dev.perigee.edge.EdgeStatus;
import dev.perigee.edge.geo.GeoStatus;
import dev.perigee.edge.guard.GuardStatus;
import dev.perigee.edge.guard.SpendingLedger;
import dev.perigee.edge.log.LogFlush;
import dev.perigee.edge.log.LogStatus;
import dev.perigee.edge.log.RealtimeStatus;
import dev.perigee.edge.origin.OriginRoutes.Route;
import dev.perigee.edge.store.disk.DiskStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an admin listener answers; no sockets here. */
final class AdminActions {
    private static final String ROUTES = "/origin-routes/";
    private static final Pattern HOST_PATTERN = Pattern.compile("[a-z0-9*.-]{1,253}");
    // Numbers only: a name would be resolved, and could resolve to something else the next time.
    private static final Pattern LOOPBACK = Pattern.compile("(127(?:\\.\\d{1,3}){3}|\\[::1]):(\\d{1,5})");
    private static final Duration LEASE_USUAL = Duration.ofSeconds(30);

    private final AdminConfig config;
    private final LeasedRoutes leased;
    private final KeyActions keys;

    AdminActions(AdminConfig config, LeasedRoutes leased) {
        this.config = config;
        this.leased = leased;
        this.keys = new KeyActions(config.keys());
    }

    AdminAnswer answer(AdminRequest request) {
        if (!request.meantForLoopback()) return AdminAnswer.error(403, "the Host field must name this machine");
        String path = request.uri().getPath();
        if (path.equals("/health")) return reading(request, AdminAnswer.object().put("status", "ok"));
        if (path.equals("/status"))
            return reading(request, status(config.status().get()));
        if (path.equals("/control")) return control(request);
        if (path.equals("/certificates")) return reading(request, certificates());
        if (path.equals("/clock")) return clock(request);
        if (path.equals("/metrics")) return metrics(request);
        if (path.equals("/explain")) return explain(request);
        if (path.equals("/traffic"))
            return reading(request, TrafficView.of(config.traffic().get(), System.currentTimeMillis() / 1000));
        if (path.equals("/logs/flush")) return flushLogs(request);
        if (path.equals("/keys") || path.startsWith(KeyActions.ONE)) {
            return authorised(request) ? keys.answer(request) : forbidden();
        }
        if (path.startsWith(ROUTES)) return route(request, path.substring(ROUTES.length()));
        return AdminAnswer.error(
                404,
                "there are /status, /metrics, /control, /certificates, /keys, /health, /clock, /explain, /traffic, /logs/flush"
                        + " and /origin-routes/{host}");
    }

    private static AdminAnswer reading(AdminRequest request, ObjectNode document) {
        return request.method().equals("GET") ? AdminAnswer.ok(document) : AdminAnswer.error(405, "only GET");
    }

    static ObjectNode status(EdgeStatus status) {
        DiskStatus disk = status.disk();
        ObjectNode document = AdminAnswer.object()
                .put("pop", status.pop())
                .put("planVersion", status.planVersion())
                .put("distributions", status.distributions())
                .put("requests", status.requests())
                .put("hits", status.hits())
                .put("originRequests", status.originRequests())
                .put("bytes", status.bytes())
                .put("originBytes", status.originBytes())
                .put("storedObjects", status.storedObjects())
                .put("storedBytes", status.storedBytes())
                .put("connections", status.connections())
                .put("plansRefused", status.plansRefused())
                .put("memoryBytesMax", status.memoryBytesMax())
                .put("proxyHeadersRefused", status.proxyHeadersRefused());
        document.putObject("disk")
                .put("state", disk.state().name().toLowerCase(Locale.ROOT))
                .put("reason", disk.reason())
                .put("objects", disk.objects())
                .put("bytes", disk.bytes())
                .put("bytesMax", disk.bytesMax())
                .put("indexBytes", disk.indexBytes())
                .put("hits", disk.hits())
                .put("blockHits", disk.blockHits())
                .put("written", disk.written())
                .put("corruptRecords", disk.corrupt())
                .put("writesDropped", disk.dropped())
                .put("notAdmitted", disk.notAdmitted());
        GeoStatus geo = status.geo();
        document.putObject("geo")
                .put("databases", geo.databases())
                .put("loaded", geo.loaded())
                .put("refused", geo.refused())
                .put("lastRefusal", geo.lastRefusal());
        LogStatus logs = status.logs();
        document.putObject("logs")
                .put("dropped", logs.dropped())
                .put("delivered", logs.delivered())
                .put("objects", logs.objects())
                .put("waitingBytes", logs.waiting())
                .put("lostBytes", logs.lost())
                .put("failure", logs.failure())
                .put("afterKill", logs.afterKill());
        RealtimeStatus realtime = status.realtime();
        document.putObject("realtimeLogs")
                .put("records", realtime.sampled())
                .put("dropped", realtime.dropped())
                .put("delivered", realtime.stream().delivered())
                .put("lost", realtime.stream().lost())
                .put("waitingBytes", realtime.stream().waiting())
                .put("failure", realtime.stream().failure());
        GuardStatus guards = status.guards();
        ObjectNode shown = document.putObject("guards")
                .put("networkLimited", guards.networkLimited())
                .put("capReached", guards.capReached());
        var spending = shown.putArray("spending");
        for (SpendingLedger.Spending each : guards.spending()) {
            spending.addObject()
                    .put("distribution", each.distribution())
                    .put("month", each.month())
                    .put("usd", each.usd());
        }
        return document;
    }

    private AdminAnswer metrics(AdminRequest request) {
        if (!request.method().equals("GET")) return AdminAnswer.error(405, "only GET");
        return AdminAnswer.text(
                Metrics.of(config.status().get(), config.traffic().get().totals()));
    }

    /** It changes nothing, but tells much about the distributions. */
    private AdminAnswer explain(AdminRequest request) {
        if (!authorised(request)) return forbidden();
        if (!request.method().equals("GET")) return AdminAnswer.error(405, "only GET");
        try {
            Explaining asked = Explaining.of(request);
            return AdminAnswer.ok(
                    asked.document(config.status().get().pop(), config.explain().apply(asked.request())));
        } catch (IllegalArgumentException e) {
            return AdminAnswer.error(400, String.valueOf(e.getMessage()));
        }
    }

    /** Returns when everything is delivered, or has failed to be. */
    private AdminAnswer flushLogs(AdminRequest request) {
        if (!authorised(request)) return forbidden();
        if (!request.method().equals("POST")) return AdminAnswer.error(405, "only POST");
        LogFlush flush = config.flushLogs().get();
        return AdminAnswer.ok(AdminAnswer.object()
                .put("lines", flush.lines())
                .put("objects", flush.objects())
                .put("undelivered", flush.undelivered())
                .put("failure", flush.failure()));
    }

    private AdminAnswer control(AdminRequest request) {
        ControlStatus status = config.control().get();
        return status == null
                ? AdminAnswer.error(404, "no control plane runs in this process")
                : reading(request, control(status));
    }

    private ObjectNode certificates() {
        ObjectNode document = AdminAnswer.object();
        var certificates = document.putArray("certificates");
        for (CertificateStatus certificate : config.certificates().get()) {
            ObjectNode shown = certificates
                    .addObject()
                    .put("arn", certificate.arn())
                    .put("domain", certificate.names().getFirst())
                    .put("issuer", certificate.issuer())
                    .put("notAfter", text(certificate.notAfter()))
                    .put("state", certificate.state())
                    .put("renewal", text(certificate.renewal()))
                    .put("lastError", certificate.lastError())
                    .put("warning", certificate.warning());
            var names = shown.putArray("names");
            certificate.names().forEach(names::add);
        }
        return document;
    }

    /** Null, and so null in JSON, for what is not. */
    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }

    private ObjectNode control(ControlStatus status) {
        ObjectNode document = AdminAnswer.object()
                .put("revision", status.revision())
                .put("acknowledged", status.acknowledged())
                .put("distributions", status.distributions())
                .put("auditFailures", status.auditFailures())
                .put("auditFailure", status.auditFailure());
        document.put("sandbox", status.sandbox());
        var gaps = document.putArray("sandboxGaps");
        status.sandboxGaps().forEach(gaps::add);
        var edges = document.putArray("edges");
        for (EdgeState edge : status.edges()) {
            edges.addObject()
                    .put("pop", edge.pop())
                    .put("planVersion", edge.inForce())
                    .put("failures", edge.failures())
                    .put("failure", edge.failure());
        }
        var problems = document.putArray("problems");
        for (Problem problem : status.problems()) {
            problems.addObject().put("distribution", problem.distributionId()).put("message", problem.message());
        }
        var certificates = document.putArray("certificates");
        for (CertificateStatus certificate : config.certificates().get()) {
            if (certificate.warning().isEmpty()) continue;
            certificates
                    .addObject()
                    .put("arn", certificate.arn())
                    .put("domain", certificate.names().getFirst())
                    .put("warning", certificate.warning());
        }
        return document;
    }

    private AdminAnswer clock(AdminRequest request) {
        if (request.method().equals("GET") && config.clock() != null) return now();
        if (!request.method().equals("POST")) return AdminAnswer.error(405, "only POST");
        if (!authorised(request)) return forbidden();
        if (config.clock() == null) return AdminAnswer.error(409, "time is real here; start with --clock manual");
        try {
            config.clock().advance(Duration.parse(request.query().getOrDefault("advance", "")));
            config.clockMoved().run();
            return now();
        } catch (DateTimeException | IllegalArgumentException e) {
            return AdminAnswer.error(400, "advance must be an ISO 8601 duration from PT0S to P3650D, such as PT25H");
        } catch (IOException e) {
            return AdminAnswer.error(500, "time has not moved, since it could not be kept: " + e.getMessage());
        }
    }

    private AdminAnswer now() {
        return AdminAnswer.ok(AdminAnswer.object()
                .put(
                        "now",
                        config.clock() == null ? "" : config.clock().instant().toString()));
    }

    private AdminAnswer route(AdminRequest request, String host) {
        String pattern = host.toLowerCase(Locale.ROOT);
        if (!authorised(request)) return forbidden();
        if (!HOST_PATTERN.matcher(pattern).matches()) return AdminAnswer.error(400, "not a host name: " + host);
        return switch (request.method()) {
            case "PUT" -> putRoute(pattern, request.query());
            case "DELETE" ->
                leased.remove(pattern)
                        ? AdminAnswer.ok(AdminAnswer.object().put("removed", pattern))
                        : AdminAnswer.error(404, "no leased route for " + pattern);
            default -> AdminAnswer.error(405, "only PUT and DELETE");
        };
    }

    private AdminAnswer putRoute(String pattern, Map<String, String> query) {
        InetSocketAddress address = loopback(query.getOrDefault("address", ""));
        if (address == null)
            return AdminAnswer.error(400, "address must be a loopback address, such as 127.0.0.1:9000");
        Duration lease = lease(query.get("lease"));
        if (lease == null) return AdminAnswer.error(400, "lease must be 1 to 3600 seconds");
        boolean tls = query.getOrDefault("tls", "false").equals("true");
        if (!leased.put(new Route(pattern, address, tls), lease, System.nanoTime()))
            return AdminAnswer.error(429, "too many routes");
        return AdminAnswer.ok(AdminAnswer.object().put("host", pattern).put("leaseSeconds", lease.toSeconds()));
    }

    private static @Nullable Duration lease(@Nullable String text) {
        if (text == null) return LEASE_USUAL;
        if (!text.matches("\\d{1,4}")) return null;
        Duration lease = Duration.ofSeconds(Long.parseLong(text));
        return lease.isPositive() && lease.compareTo(LeasedRoutes.LEASE_MAX) <= 0 ? lease : null;
    }

    private static @Nullable InetSocketAddress loopback(String text) {
        Matcher matcher = LOOPBACK.matcher(text);
        if (!matcher.matches()) return null;
        int port = Integer.parseInt(matcher.group(2));
        if (port < 1 || port > 65_535) return null;
        try {
            return new InetSocketAddress(InetAddress.ofLiteral(matcher.group(1).replaceAll("[\\[\\]]", "")), port);
        } catch (IllegalArgumentException notAnAddress) {
            return null;
        }
    }

    private boolean authorised(AdminRequest request) {
        String given = request.token() == null ? "" : request.token();
        // Takes as long for a wrong token as for the right one.
        return MessageDigest.isEqual(
                given.getBytes(StandardCharsets.UTF_8), config.token().getBytes(StandardCharsets.UTF_8));
    }

    private static AdminAnswer forbidden() {
        return AdminAnswer.error(403, "the X-Perigee-Token field must carry adminToken of run.json");
    }
}
