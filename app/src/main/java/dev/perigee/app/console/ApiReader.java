package dev.perigee.app.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.perigee.app.call.LoopbackCall;
import dev.perigee.core.http.Field;
import dev.perigee.core.sign.SigV4;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads what the console shows of the API's resources, with a key that may only read, and turns it into JSON. What is not on
 * its list it does not read, and what may be secret of the rest it leaves out: whoever opens the console has no key yet.
 */
final class ApiReader {
    private static final Pattern READABLE = Pattern.compile("/2020-05-31/(distribution|function|cache-policy"
            + "|origin-request-policy|response-headers-policy"
            + "|distribution/[A-Z0-9]{1,32}(/invalidation(/[A-Z0-9]{1,32})?)?)");
    private static final Pattern MARKER = Pattern.compile("[A-Za-z0-9_-]{0,128}");
    private static final Set<String> SECRET = Set.of("CustomHeaders");
    private static final int DEPTH_MAX = 30;
    private static final XMLInputFactory XML = factory();

    private final String api;
    private final SigV4.Credentials reader;

    ApiReader(String api, SigV4.Credentials reader) {
        this.api = api;
        this.reader = reader;
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        return factory;
    }

    /** @param path of CloudFront's API */
    Answer read(String path, String marker) throws IOException {
        if (!READABLE.matcher(path).matches() || !MARKER.matcher(marker).matches())
            return Answer.error(404, "the console does not read " + path);
        String query = marker.isEmpty() ? null : "Marker=" + marker;
        Instant now = Instant.now();
        String hash = SigV4.sha256(new byte[0]);
        List<Field> signed = List.of(
                new Field("host", URI.create(api).getAuthority()),
                new Field("x-amz-content-sha256", hash),
                new Field("x-amz-date", SigV4.timestamp(now)));
        String authorization =
                SigV4.sign(new SigV4.Request("GET", path, query, signed, hash), reader, "cloudfront", "us-east-1", now);
        LoopbackCall.Answer answer = LoopbackCall.exchange(
                "GET",
                api + path + (query == null ? "" : "?" + query),
                Map.of(
                        "X-Amz-Content-Sha256", hash,
                        "X-Amz-Date", SigV4.timestamp(now),
                        "Authorization", authorization),
                new byte[0],
                LoopbackCall.ANSWER_MILLIS);
        if (answer.status() >= 400) return Answer.error(answer.status(), code(answer.body()));
        try {
            return Answer.json(json(answer.body()));
        } catch (XMLStreamException e) {
            throw new IOException("the API's answer is no XML", e);
        }
    }

    private static String code(String body) {
        int from = body.indexOf("<Code>");
        int to = body.indexOf("</Code>");
        return from < 0 || to < from ? "the API refuses" : body.substring(from + 6, to);
    }

    /** Elements as members, in lists those of {@code Items} as its elements. */
    static JsonNode json(String xml) throws XMLStreamException {
        XMLStreamReader in = XML.createXMLStreamReader(new StringReader(xml));
        while (in.next() != XMLStreamConstants.START_ELEMENT) {}
        return element(in, 0);
    }

    private static JsonNode element(XMLStreamReader in, int depth) throws XMLStreamException {
        if (depth > DEPTH_MAX) throw new XMLStreamException("too deep");
        boolean items = in.getLocalName().equals("Items");
        ObjectNode members = JsonNodeFactory.instance.objectNode();
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        StringBuilder text = new StringBuilder();
        int event = in.next();
        while (event != XMLStreamConstants.END_ELEMENT) {
            if (event == XMLStreamConstants.START_ELEMENT) {
                String name = in.getLocalName();
                JsonNode member = element(in, depth + 1);
                if (items) list.add(member);
                else if (!SECRET.contains(name)) members.set(name, member);
            } else if (in.isCharacters()) {
                text.append(in.getText());
            }
            event = in.next();
        }
        if (items) return list;
        return members.isEmpty() ? TextNode.valueOf(text.toString().strip()) : members;
    }
}
