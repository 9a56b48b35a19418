package dev.perigee.testkit;

import dev.perigee.core.http.Fields;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A response as a viewer read it. */
public final class Response {
    private final int status;
    private final Fields fields;
    private final byte[] body;
    private final boolean whole;
    private final List<Integer> interim;

    Response(int status, Fields fields, byte[] body, boolean whole, List<Integer> interim) {
        this.status = status;
        this.fields = fields;
        this.body = body.clone();
        this.whole = whole;
        this.interim = List.copyOf(interim);
    }

    public int status() {
        return status;
    }

    public Fields fields() {
        return fields;
    }

    public @Nullable String header(String name) {
        return fields.first(name);
    }

    public byte[] body() {
        return body.clone();
    }

    public int size() {
        return body.length;
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    public String sha256() {
        return HexFormat.of().formatHex(Content.newSha256().digest(body));
    }

    /** Whether the content ended as its framing said. */
    public boolean whole() {
        return whole;
    }

    /** Statuses of the interim responses that came before. */
    public List<Integer> interim() {
        return interim;
    }

    @Override
    public String toString() {
        String shown = body.length <= 400 ? text() : body.length + " bytes";
        return status + (whole ? "" : " (cut short)") + '\n' + fields + '\n' + shown;
    }
}
