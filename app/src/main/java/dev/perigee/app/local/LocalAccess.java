package dev.perigee.app.local;

import dev.perigee.control.ControlServer;
import dev.perigee.control.access.AuditEvent;
import dev.perigee.control.access.AuditEvent.Outcome;
import dev.perigee.control.access.Caller;
import dev.perigee.control.access.Role;
import dev.perigee.lab.s3.S3Access;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The roles of the API's keys at the embedded S3, and the keys that the system itself uses there. */
final class LocalAccess implements S3Access {
    /** Access key and secret: what local AWS tools send when nothing else is configured. */
    static final Map<String, String> TEST_KEY = Map.of("test", "test");

    private final Supplier<@Nullable ControlServer> control;
    private final Map<String, Key> own = new HashMap<>();

    /** @param control whose keys hold; null until it runs, and then none do */
    LocalAccess(Supplier<@Nullable ControlServer> control, List<EdgeKey> own) {
        this.control = control;
        for (EdgeKey key : own) this.own.put(key.accessKeyId(), new Key(key.secretAccessKey(), Right.EDGE));
    }

    @Override
    public @Nullable Key key(String accessKeyId) {
        Key ours = own.get(accessKeyId);
        if (ours != null) return ours;
        ControlServer server = control.get();
        Caller caller = server == null ? null : server.keyring().find(accessKeyId);
        return caller == null ? null : new Key(caller.secret(), right(caller));
    }

    /** Buckets belong to no distribution, so a key for one has no business here. */
    private static Right right(Caller caller) {
        if (caller.distribution() != null) return Right.NONE;
        return caller.role().includes(Role.DEPLOY) ? Right.WRITE : Right.READ;
    }

    @Override
    public void told(Event event) {
        ControlServer server = control.get();
        if (server == null) return;
        boolean failed = event.code() != null || event.status() >= 400;
        server.audit()
                .write(new AuditEvent(
                        event.known() ? event.accessKeyId() : AuditEvent.unverified(event.accessKeyId()),
                        "s3",
                        event.operation(),
                        event.resource(),
                        event.refused() ? Outcome.REFUSED : failed ? Outcome.FAILED : Outcome.DONE,
                        event.status(),
                        event.code(),
                        event.source(),
                        event.requestId()));
    }
}
