package dev.perigee.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perigee.app.folder.RunFile;
import dev.perigee.control.access.Role;
import dev.perigee.core.sign.SigV4;
import java.io.IOException;
import java.util.Map;

/** A key of the API for as long as one command runs: the built-in one, or else one that is revoked at its end. */
record BorrowedKey(SigV4.Credentials credentials, RunFile run, boolean ours) implements AutoCloseable {
    private static final SigV4.Credentials BUILT_IN = new SigV4.Credentials("test", "test");

    static BorrowedKey of(RunFile run, Role role) throws IOException {
        for (JsonNode key : call("GET", run, "/keys").path("Keys")) {
            if (key.path("AccessKeyId").asText().equals(BUILT_IN.accessKeyId())) {
                return new BorrowedKey(BUILT_IN, run, false);
            }
        }
        JsonNode made = call("POST", run, "/keys?role=" + role.label());
        var credentials = new SigV4.Credentials(
                made.path("AccessKeyId").asText(), made.path("SecretAccessKey").asText());
        return new BorrowedKey(credentials, run, true);
    }

    private static JsonNode call(String method, RunFile run, String target) throws IOException {
        String url = run.pops().getFirst().admin() + target;
        return AdminCall.json(method, url, Map.of("X-Perigee-Token", run.adminToken()));
    }

    /** The running system's API, asked with this key. */
    SignedCall api() {
        return new SignedCall(run.api(), credentials);
    }

    @Override
    public void close() throws IOException {
        if (ours) call("DELETE", run, "/keys/" + credentials.accessKeyId());
    }
}
