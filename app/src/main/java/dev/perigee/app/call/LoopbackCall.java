package dev.perigee.app.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One request to a listener of a running system. The old client of the JDK: it loads in a third of the time. */
public final class LoopbackCall {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CONNECT_MILLIS = 2_000;
    /** How long an answer may take when nobody says otherwise. */
    public static final int ANSWER_MILLIS = 10_000;

    private LoopbackCall() {}

    /** A status and what came with it. */
    public record Answer(
            int status,
            @Nullable String type,
            String body,
            @Nullable String etag) {}

    /** Sends a request and reads the whole answer. */
    public static Answer exchange(
            String method, String url, Map<String, String> headers, byte[] content, int answerMillis)
            throws IOException {
        HttpURLConnection connection;
        try {
            connection = (HttpURLConnection) new URI(url).toURL().openConnection(Proxy.NO_PROXY);
        } catch (URISyntaxException e) {
            throw new IOException("not a URL: " + url, e);
        }
        connection.setRequestMethod(method);
        connection.setInstanceFollowRedirects(false);
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(answerMillis);
        headers.forEach(connection::setRequestProperty);
        if (content.length > 0) {
            connection.setDoOutput(true);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(content);
            }
        }
        int status = connection.getResponseCode();
        // Not closed for good: the connection is used again.
        try (InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            String text = body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8);
            return new Answer(status, connection.getContentType(), text, connection.getHeaderField("ETag"));
        }
    }

    /** A JSON document, or the reason in the listener's words. */
    public static JsonNode json(String method, String url, Map<String, String> headers, int answerMillis)
            throws IOException {
        Answer answer = exchange(method, url, headers, new byte[0], answerMillis);
        JsonNode document = JSON.readTree(answer.body());
        if (answer.status() >= 400) throw new IOException(document.path("error").asText("status " + answer.status()));
        return document;
    }
}
