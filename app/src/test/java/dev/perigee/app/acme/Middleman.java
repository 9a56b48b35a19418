package dev.perigee.app.acme;

import dev.perigee.testkit.TestCertificate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;

/** Stands between a client and its Pebble and changes what is said: for authorities that are as Pebble never is. */
public final class Middleman implements AutoCloseable {
    private final Pebble pebble;
    private final TestCertificate own;
    private final SSLServerSocket listener;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile Change change = (_, answer) -> answer;

    /** An answer, its body as it stands in the message. */
    public record Answer(String head, String body) {
        public Answer body(String other) {
            return new Answer(head, other);
        }

        /** A problem document (RFC 7807), with these field lines besides. */
        public static Answer problem(int status, String type, String fields) {
            return new Answer(
                    "HTTP/1.1 " + status + " x\r\nContent-Type: application/problem+json\r\n" + fields,
                    "{\"type\":\"urn:ietf:params:acme:error:" + type + "\",\"detail\":\"said the test\"}");
        }
    }

    /** What becomes of an answer. */
    @FunctionalInterface
    public interface Change {
        /** Changes the answer to a request for this path, or leaves it. */
        Answer of(String path, Answer answer);
    }

    public Middleman(Pebble pebble) {
        this.pebble = pebble;
        own = pebble.localhost();
        listener = own.listener(null);
        Thread.ofVirtual().start(this::accept);
    }

    public String directory() {
        return "https://localhost:" + listener.getLocalPort() + "/dir";
    }

    public void change(Change next) {
        change = next;
    }

    /** Paths of all requests so far. */
    public List<String> asked() {
        return List.copyOf(asked);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    /** One request for each connection: the answer's length is then what comes until its end. */
    private void serve(Socket client) {
        try (client) {
            String head = head(client.getInputStream());
            if (head == null) return;
            byte[] body = client.getInputStream().readNBytes(length(head));
            String path = head.split(" ", 3)[1];
            asked.add(path);
            Answer answer = change.of(path, forwarded(head, body));
            byte[] octets = answer.body.getBytes(StandardCharsets.ISO_8859_1);
            String sent = answer.head + "Content-Length: " + octets.length + "\r\nConnection: close\r\n\r\n";
            client.getOutputStream().write(sent.getBytes(StandardCharsets.ISO_8859_1));
            if (!head.startsWith("HEAD")) client.getOutputStream().write(octets);
        } catch (IOException gone) {
            // The client notices.
        }
    }

    private Answer forwarded(String head, byte[] body) throws IOException {
        try (Socket server = pebble.connect()) {
            // With HTTP/1.0 the answer ends with the connection; the Host stays, since Pebble makes its URLs of it.
            String asked = head.replace(" HTTP/1.1\r\n", " HTTP/1.0\r\n").replaceAll("(?i)Accept-Encoding:.*\r\n", "");
            server.getOutputStream().write(asked.getBytes(StandardCharsets.ISO_8859_1));
            server.getOutputStream().write(body);
            String answer = new String(server.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            int end = answer.indexOf("\r\n\r\n") + 2;
            String fields = answer.substring(0, end)
                    .replace("HTTP/1.0", "HTTP/1.1")
                    .replaceAll("(?i)(Content-Length|Connection|Transfer-Encoding):.*\r\n", "");
            return new Answer(fields, answer.substring(end + 2));
        }
    }

    private static @Nullable String head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int octet = in.read();
            if (octet < 0) return null;
            head.write(octet);
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private static int length(String head) {
        String lower = head.toLowerCase(Locale.ROOT);
        int at = lower.indexOf("\r\ncontent-length: ");
        if (at < 0) return 0;
        int from = at + "\r\ncontent-length: ".length();
        return Integer.parseInt(lower, from, lower.indexOf("\r\n", from), 10);
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
