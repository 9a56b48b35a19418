package dev.perigee.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** One request to a listener of the running system. The old client of the JDK: it loads in a third of the time. */
final class AdminCall {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CONNECT_MILLIS = 2_000;
    private static final int ANSWER_MILLIS = 10_000;

    private AdminCall() {}

    /** A status and what came with it. */
    record Answer(int status, String body) {}

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    static Answer exchange(String method, String url, Map<String, String> headers) throws IOException {
        return exchange(method, url, headers, new byte[0]);
    }

    static Answer exchange(String method, String url, Map<String, String> headers, byte[] content) throws IOException {
        return exchange(method, url, headers, content, ANSWER_MILLIS);
    }

    private static Answer exchange(
            String method, String url, Map<String, String> headers, byte[] content, int answerMillis)
            throws IOException {
        HttpURLConnection connection;
        try {
            connection = (HttpURLConnection) new URI(url).toURL().openConnection(Proxy.NO_PROXY);
        } catch (URISyntaxException e) {
            throw new IOException("not a URL: " + url, e);
        }
        connection.setRequestMethod(method);
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
        try (InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return new Answer(status, body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8));
        } finally {
            connection.disconnect();
        }
    }

    /** A JSON document, or the reason in the listener's words. */
    static JsonNode json(String method, String url, Map<String, String> headers) throws IOException {
        return json(method, url, headers, ANSWER_MILLIS);
    }

    /** As {@link #json(String, String, Map)}, for what may take its time. */
    static JsonNode json(String method, String url, Map<String, String> headers, int answerMillis) throws IOException {
        Answer answer = exchange(method, url, headers, new byte[0], answerMillis);
        JsonNode document = JSON.readTree(answer.body());
        if (answer.status() >= 400) throw new IOException(document.path("error").asText("status " + answer.status()));
        return document;
    }
}
