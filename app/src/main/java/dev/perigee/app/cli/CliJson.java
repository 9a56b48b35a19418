package dev.perigee.app.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringReader;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** The API's XML as the JSON that the AWS CLI takes for the same structure: lists are below Items, and few members are no texts. */
final class CliJson {
    private static final Set<String> NUMBERS = Set.of(
            "Quantity",
            "HTTPPort",
            "HTTPSPort",
            "MinTTL",
            "DefaultTTL",
            "MaxTTL",
            "ErrorCode",
            "ErrorCachingMinTTL",
            "OriginReadTimeout",
            "OriginKeepaliveTimeout",
            "ConnectionAttempts",
            "ConnectionTimeout",
            "ResponseCompletionTimeout",
            "StatusCode");

    private CliJson() {}

    /** The root's members. */
    static ObjectNode of(String xml) throws IOException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(xml));
            reader.nextTag();
            JsonNode root = element(reader);
            if (root instanceof ObjectNode object) return object;
            throw new IOException("the API's answer has no members");
        } catch (XMLStreamException e) {
            throw new IOException("the API's answer cannot be read", e);
        }
    }

    /** The element that begins here, up to its end. */
    private static JsonNode element(XMLStreamReader reader) throws XMLStreamException {
        String name = reader.getLocalName();
        boolean list = name.equals("Items");
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        ObjectNode members = JsonNodeFactory.instance.objectNode();
        var text = new StringBuilder();
        while (true) {
            switch (reader.next()) {
                case XMLStreamReader.START_ELEMENT -> {
                    String member = reader.getLocalName();
                    JsonNode value = element(reader);
                    if (list) items.add(value);
                    else members.set(member, value);
                }
                case XMLStreamReader.END_ELEMENT -> {
                    if (list) return items;
                    return members.isEmpty() ? value(name, text.toString()) : members;
                }
                case XMLStreamReader.CHARACTERS -> text.append(reader.getText());
                default -> {}
            }
        }
    }

    private static JsonNode value(String name, String text) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        if (NUMBERS.contains(name)) return nodes.numberNode(Long.parseLong(text.strip()));
        boolean written = name.equals("Comment") || name.equals("CallerReference") || name.equals("HeaderValue");
        if (!written && (text.equals("true") || text.equals("false"))) return nodes.booleanNode(text.equals("true"));
        return nodes.textNode(text);
    }
}
