package dev.perigee.edge.log;

import dev.perigee.core.http.Fields;
import dev.perigee.edge.serve.CacheResult;
import dev.perigee.edge.serve.Exchange;
import dev.perigee.edge.serve.Presentation;
import dev.perigee.edge.serve.Viewer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is the same in the log's lines for as long as the same stored response answers the same request: all but times, the
 * connection, the request's id, and the octets that were sent. With it a line is a few copies instead of forty values
 * (decision 021).
 */
public final class LineForm {
    /** From behind the viewer's address to before the request's id. */
    final byte[] asked;
    /** From behind the id to before the time it took. */
    final byte[] host;
    /** From behind that to before the viewer's port. */
    final byte[] between;
    /** Behind the time to the first octet. */
    final byte[] end;

    private final Fields fields;
    private final int status;
    private final CacheResult answered;
    private final long received;
    private final long length;
    private final @Nullable String tlsProtocol;
    private final @Nullable String tlsCipher;

    LineForm(Exchange x, byte[] asked, byte[] host, byte[] between, byte[] end) {
        this.asked = asked;
        this.host = host;
        this.between = between;
        this.end = end;
        this.fields = x.fields();
        this.status = x.status();
        this.answered = x.answered();
        this.received = x.receivedOctets();
        this.length = x.length();
        this.tlsProtocol = x.viewer().tlsProtocol();
        this.tlsCipher = x.viewer().tlsCipher();
    }

    /** Whether an exchange is one whose line may be of a form: a hit that went well, of a whole response. */
    static boolean fits(Exchange x) {
        return x.result() == CacheResult.HIT
                && isStored(x)
                && x.detail().isEmpty()
                && x.rangeFirst() < 0
                && x.sentOctets() > 0
                && x.fieldStatus() == null
                && x.call() == null;
    }

    /** A response whose fields are made for each request anew has no form. */
    // The very same fields.
    @SuppressWarnings("ReferenceEquality")
    private static boolean isStored(Exchange x) {
        Presentation presentation = x.presentation();
        return presentation != null && presentation.fields() == x.fields();
    }

    /** Whether this is the form of an exchange that {@linkplain #fits fits}. */
    // The very same response's.
    @SuppressWarnings("ReferenceEquality")
    boolean isOf(Exchange x) {
        Viewer viewer = x.viewer();
        return fields == x.fields()
                && status == x.status()
                && answered == x.answered()
                && received == x.receivedOctets()
                && length == x.length()
                && Objects.equals(tlsProtocol, viewer.tlsProtocol())
                && Objects.equals(tlsCipher, viewer.tlsCipher());
    }
}
