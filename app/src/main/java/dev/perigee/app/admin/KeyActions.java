package dev.perigee.app.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.control.ControlServer;
import dev.perigee.control.access.AuditEvent;
import dev.perigee.control.access.Caller;
import dev.perigee.control.access.KeyDesk;
import dev.perigee.control.access.KeyDesk.Outcome;
import dev.perigee.control.access.Role;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keys of the API, handed out and taken back by whoever may read the data folder. */
final class KeyActions {
    static final String ONE = "/keys/";

    private final Supplier<@Nullable ControlServer> control;

    KeyActions(Supplier<@Nullable ControlServer> control) {
        this.control = control;
    }

    /** @param request whose token was checked */
    AdminAnswer answer(AdminRequest request) {
        ControlServer server = control.get();
        if (server == null) return AdminAnswer.error(404, "no control plane runs in this process");
        String path = request.uri().getPath();
        if (path.startsWith(ONE)) {
            if (!request.method().equals("DELETE")) return AdminAnswer.error(405, "only DELETE");
            return revoke(server, path.substring(ONE.length()));
        }
        return switch (request.method()) {
            case "GET" -> AdminAnswer.ok(list(server.keys()));
            case "POST" -> add(server, request);
            default -> AdminAnswer.error(405, "only GET and POST");
        };
    }

    private static AdminAnswer add(ControlServer server, AdminRequest request) {
        Role role = Role.of(request.query().getOrDefault("role", ""));
        if (role == null) return AdminAnswer.error(400, "role must be admin, deploy or read-only");
        Outcome outcome = server.keys().add(role, request.query().get("distribution"));
        return switch (outcome) {
            case Outcome.Added(Caller key) -> {
                tell(server, "AddKey", key.accessKeyId() + " " + role.label());
                yield AdminAnswer.ok(AdminAnswer.object()
                        .put("AccessKeyId", key.accessKeyId())
                        .put("SecretAccessKey", key.secret()));
            }
            case Outcome.Declined(String reason) -> AdminAnswer.error(409, reason);
            case Outcome.Revoked _ -> throw new IllegalStateException("a new key was revoked");
        };
    }

    private static AdminAnswer revoke(ControlServer server, String id) {
        return switch (server.keys().revoke(id)) {
            case Outcome.Revoked _ -> {
                tell(server, "RevokeKey", id);
                yield AdminAnswer.ok(AdminAnswer.object().put("revoked", id));
            }
            case Outcome.Declined(String reason) -> AdminAnswer.error(404, reason);
            case Outcome.Added _ -> throw new IllegalStateException("a key was added by revoking one");
        };
    }

    /** No key did this: whoever has the token of run.json. */
    private static void tell(ControlServer server, String operation, String what) {
        server.audit()
                .write(new AuditEvent(
                        null,
                        "perigee",
                        operation,
                        what,
                        AuditEvent.Outcome.DONE,
                        200,
                        null,
                        "admin listener",
                        UUID.randomUUID().toString()));
    }

    private static ObjectNode list(KeyDesk desk) {
        ObjectNode document = AdminAnswer.object();
        ArrayNode keys = document.putArray("Keys");
        for (KeyDesk.Entry entry : desk.list()) {
            keys.addObject()
                    .put("AccessKeyId", entry.accessKeyId())
                    .put("Role", entry.role().label())
                    .put("DistributionId", entry.distribution())
                    .put("Status", entry.revoked() == null ? "Active" : "Revoked")
                    .put("BuiltIn", entry.created() == null)
                    .put("CreateDate", text(entry.created()))
                    .put("RevokeDate", text(entry.revoked()));
        }
        return document;
    }

    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }
}
